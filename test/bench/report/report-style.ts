import { html } from '../../../services/cli/policy/html.js';

/** The style of the report, in light and dark; the plotting script reads the colours of the lines from it. */
export const STYLE = html`
:root { color-scheme: light dark; --paper: #fff; --card: #f6f7f9; --ink: #1a1f26; --muted: #5a6472; --line: #d8dde4;
  --line-1: #1d5fbf; --line-2: #b4560b; --line-3: #187a4c; --line-4: #8a3fb0; --line-5: #a8324a; --line-6: #5a6472; }
@media (prefers-color-scheme: dark) { :root { --paper: #13161a; --card: #1b2026; --ink: #e7eaee; --muted: #9ca6b3; --line: #333b45;
  --line-1: #6ea8ff; --line-2: #f0a35e; --line-3: #5cc796; --line-4: #c98be8; --line-5: #f08a9c; --line-6: #9ca6b3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; } h1 + p { margin: 0; max-width: 46rem; }
h2 { font-size: 1.3rem; margin: 2.75rem 0 0; padding-top: .75rem; border-top: 2px solid var(--ink); }
h2 + p { margin: .125rem 0 1rem; } .muted { color: var(--muted); font-size: .875rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; } a { color: inherit; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1rem; margin: 0 0 1.25rem; }
figure { margin: 0; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; min-width: 0; }
figcaption { font-weight: 600; } figcaption span { display: block; }
figcaption .muted { font-weight: 400; }
.plot { height: 15rem; margin-top: .5rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .125rem 1rem; margin: .25rem 0 0; padding: 0; font-size: .875rem; }
.legend i { display: inline-block; width: 1rem; height: .1875rem; margin-right: .375rem; vertical-align: middle; border-radius: 2px; }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--muted); font-weight: 400; } thead .number { white-space: normal; }
tbody th { font-weight: 400; } section > .table tbody th, section > .table td:last-child { min-width: 13rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } tbody .number b { font-weight: 600; }
details { margin-top: .5rem; font-size: .875rem; } summary { color: var(--muted); cursor: pointer; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } figure, tr { break-inside: avoid; } nav { display: none; } }
`;
