import type { Phrase } from '../../../shared/workbench/print/plain-words.js';
import type { DocumentedRule, DocumentedSet } from '../../../shared/workbench/print/policy-document.js';
import { conditionHead, effectOf, purposeOf, INTRODUCTION, JOINS, type PolicyDocument } from './doc-words.js';
import { html, htmlText, type Markup } from '../html.js';

const STYLE = html`
:root { color-scheme: light dark; --paper: #fff; --ink: #1a1f26; --muted: #5a6472; --line: #d8dde4; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #13161a; --ink: #e7eaee; --muted: #9ca6b3; --line: #2d343d; } }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.9rem; line-height: 1.2; }
h2 { font-size: 1.25rem; margin: 3rem 0 1rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
article { margin: 1.5rem 0; } article p { margin: 0; }
h3 { font-size: 1rem; margin: 0; } h3 span { color: var(--muted); font-weight: 400; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
a { color: inherit; }
nav ul { list-style: none; padding: 0; columns: 14rem; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem 1.5rem .25rem 0; border-top: 1px solid var(--line);
  vertical-align: top; } th { font-weight: 400; } td { overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } article { break-inside: avoid; }
  h2, h3 { break-after: avoid; } nav { display: none; } }
`;

/** Returns the document of the rules as one self-contained HTML page. */
export function documentPage({ federation, sets, schema }: PolicyDocument): string {
  const title = `The rules of the ${federation.federation} federation`;
  const links = sets.map(({ title: set }) => html`<li><a href="#${anchorOf(set)}">${set}</a></li>`);
  const digests = [{ title: 'schema', digest: schema }, ...sets];
  return htmlText(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${STYLE}</style></head><body><header><h1>${title}</h1>
${INTRODUCTION.map((text) => html`<p>${text}</p>\n`)}<nav aria-label="On this page"><ul>${links}</ul></nav></header><main>
${sets.map((set) => setMarkup(set, purposeOf(set, federation)))}
<h2 id="version">Which version this is</h2><table><tbody>
${digests.map((one) => html`<tr><th scope="row">${one.title}</th><td>${one.digest}</td></tr>\n`)}</tbody></table>
</main></body></html>`);
}

function anchorOf(title: string): string {
  return `set-${title.replaceAll(/[^a-z0-9]+/g, '-')}`;
}

function setMarkup(set: DocumentedSet, purpose: string): Markup {
  const rules = set.rules.map((rule) => ruleMarkup(rule, set));
  return html`<h2 id="${anchorOf(set.title)}">${set.title}</h2>\n<p>${purpose}</p>\n${rules}`;
}

function ruleMarkup(rule: DocumentedRule, { title }: DocumentedSet): Markup {
  const { number, id, reason, article, obligation, when, unless } = rule;
  return html`<article id="${id}"><h3>${title}, ${number} <span>${id}</span></h3><p>${reason}.</p><ul>
<li>${effectOf(rule)}</li>
${conditions('when', when)}${conditions('unless', unless)}
${obligation === null ? [] : html`<li>the recipient takes on: ${obligation}</li>`}
${article === null ? [] : html`<li>rests on: ${article}</li>`}</ul></article>\n`;
}

function conditions(word: 'when' | 'unless', phrases: readonly Phrase[]): Markup | readonly Markup[] {
  const [first] = phrases;
  if (first === undefined) return [];
  if (phrases.length > 1) return listItem(conditionHead(word, phrases.length), phrases);
  return typeof first === 'string'
    ? html`<li>${word} ${first}</li>`
    : listItem(`${word} ${JOINS[first.join]}`, first.parts);
}

function listItem(head: string, phrases: readonly Phrase[]): Markup {
  const items = phrases.map((phrase) =>
    typeof phrase === 'string' ? html`<li>${phrase}</li>` : listItem(JOINS[phrase.join], phrase.parts),
  );
  return html`<li>${head}:<ul>${items}</ul></li>`;
}
