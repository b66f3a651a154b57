import { html, type Markup } from '../html.js';

/** The style of the map's page: printable, in light and dark, from a width of 400 px. */
export const STYLE: Markup = html`
:root { color-scheme: light dark; --paper: #fff; --ink: #1a1f26; --muted: #5a6472; --line: #d8dde4; --soft: #f4f6f8;
  --open: #0a7a5a; --partly: #c97a00; --closed: #7d8794; --focus: #1a5fd0; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #13161a; --ink: #e7eaee; --muted: #9ca6b3;
  --line: #2d343d; --soft: #1b2026; --open: #3ecb9b; --partly: #f0a83a; --closed: #7a8693; --focus: #86b7ff; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 0 0 .5rem; display: flex; align-items: center; gap: .5rem; }
p { max-width: 46rem; margin: .5rem 0; }
a { color: inherit; text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.muted, caption, thead th { color: var(--muted); }
nav ul, .legend, .filter { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; list-style: none; padding: 0; margin: 1rem 0; }
.filter { border: 0; }
.filter legend { float: left; margin-right: 1rem; color: var(--muted); padding: 0; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th { font-weight: 600; text-align: left; }
thead th { font-weight: 400; }
td, th { vertical-align: top; }
.mark { display: inline-block; width: 1rem; height: 1rem; border-radius: 50%; flex: none; }
.mark.open { background: var(--open); }
.mark.partly { border: 2px solid var(--partly);
  background: conic-gradient(var(--partly) var(--part, 50%), transparent 0); }
.mark.closed { background: radial-gradient(circle, var(--closed) 2.5px, transparent 3px); }
.bar { display: flex; height: .8rem; border-radius: 2px; overflow: hidden; background: var(--line); }
.bar .open { background: var(--open); } .bar .partly { background: var(--partly); }
.matrix th, .matrix td { padding: 0; }
.matrix thead th { height: 5.6rem; vertical-align: bottom; text-align: center; }
.matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); padding: .35rem 0; }
.matrix tbody th { font-weight: 400; padding-right: .6rem; vertical-align: middle; }
.matrix td { border: 1px solid var(--line); text-align: center; vertical-align: middle; }
.matrix td.changed { outline: 2px solid var(--focus); outline-offset: -2px; }
.matrix td small { font-size: .7rem; color: var(--muted); margin-left: .15rem; }
.kinds > section { min-width: 0; }
@media (max-width: 40rem) { .matrix td small { display: none; } }
.matrix thead td { border: 0; }
.matrix td.self { background: var(--soft); }
.matrix td a { display: flex; align-items: center; justify-content: center; min-width: 2.1rem; padding: 0 .2rem; height: 2.1rem;
  text-decoration: none; }
.matrix td a:hover { background: var(--soft); }
.overview td a { width: auto; height: auto; padding: .35rem; }
.strip { display: grid; grid-template-columns: repeat(3, .6rem); gap: 2px; }
.strip i { width: .6rem; height: .6rem; border: 1px solid var(--closed); border-radius: 1px; }
.strip i.open { background: var(--open); border-color: var(--open); }
.strip i.partly { background: linear-gradient(135deg, var(--partly) 50%, transparent 50%); border-color: var(--partly); }
.key { display: grid; grid-template-columns: repeat(3, max-content); gap: 2px; font-size: .85rem; }
.key span { border: 1px solid var(--line); padding: .1rem .5rem; }
.side { display: flex; flex-wrap: wrap; gap: 1.5rem 3rem; align-items: flex-start; }
.kinds { display: grid; grid-template-columns: repeat(auto-fill, minmax(21.5rem, 1fr)); gap: 2.25rem 1.5rem; }
.chip { width: .85rem; height: .85rem; border-radius: 2px; border: 1px solid var(--muted); flex: none; }
.tip { display: none; position: fixed; z-index: 1; left: 50%; bottom: 1rem; transform: translateX(-50%);
  width: min(46rem, calc(100% - 2rem)); padding: .75rem 1rem; border-radius: .5rem; pointer-events: none;
  background: var(--ink); color: var(--paper); text-align: left; font-size: .9rem; }
.tip b, .tip span { display: block; }
a:hover > .tip, a:focus-visible > .tip { display: block; }
.members, .rows { width: 100%; }
.members td, .members th, .rows td, .rows th { border-top: 1px solid var(--line); padding: .5rem .75rem .5rem 0; }
.members td { width: 27%; font-size: .9rem; }
.members th span { display: block; font-weight: 400; font-size: .9rem; }
.rows th { width: 7.5rem; }
.rows ul { list-style: none; margin: 0; padding: 0; }
.rows li { display: flex; gap: .6rem; padding: .1rem 0; }
.rows li .mark { margin-top: .25rem; }
.findings { width: 100%; margin-top: .75rem; }
.findings td, .findings th { border-top: 1px solid var(--line); padding: .4rem 1.25rem .4rem 0; font-size: .95em; }
.findings thead th { border-top: 0; }
.findings tbody th { overflow-wrap: break-word; }
.sentences { padding-left: 1.1rem; max-width: 60rem; }
.sentences li { margin: .25rem 0; }
h3.origin { margin: 2rem 0 .5rem; font-size: 1.1rem; }
.long { overflow-wrap: anywhere; }
@media (max-width: 34rem) {
  body { padding: 1.25rem .75rem 4rem; } h1 { font-size: 1.5rem; }
  .kinds { grid-template-columns: 1fr; }
  .overview td a { padding: .2rem; } .strip { grid-template-columns: repeat(3, .5rem); gap: 1px; }
  .strip i { width: .5rem; height: .5rem; }
  .findings thead { display: none; }
  .findings tr, .findings th, .findings td { display: block; } .findings td { border: 0; padding-top: 0; }
  .findings td::before { content: attr(data-head) ": "; color: var(--muted); }
  .rows tr, .rows th, .rows td { display: block; width: auto; } .rows td { border-top: 0; padding-top: 0; }
}
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 9.5pt; } nav, .tip { display: none; }
  h2, h3 { break-after: avoid; } .kinds > section, tr, li { break-inside: avoid; }
  .kinds { grid-template-columns: repeat(2, 1fr); } #routes { break-before: page; }
  a { text-decoration: none; }
}
`;
