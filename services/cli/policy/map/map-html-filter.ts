import type { ExchangeMap } from '../../../shared/workbench/map/exchange-map.js';
import { html, type Markup } from '../html.js';

/** Returns the buttons that choose an organisation: only its routes are shown in full. They work without scripts. */
export function filter({ organisations }: ExchangeMap): Markup {
  const choices = organisations.map(
    (org) => html`<label><input type="radio" name="member" id="member-${org}">${org}</label>`,
  );
  return html`<fieldset class="filter"><legend>Routes of</legend>
<label><input type="radio" name="member" checked>all</label>${choices}</fieldset>`;
}

/** Returns the styles that fade each route neither from nor to the chosen organisation, and hide the lists of the others. */
export function filterStyle({ organisations }: ExchangeMap): Markup {
  return html`${organisations.map((org) => {
    const chosen = html`body:has(#member-${org}:checked)`;
    return html`
${chosen} td.route:not([data-from="${org}"], [data-to="${org}"]) { opacity: .12; }
${chosen} [data-giver]:not([data-giver="${org}"]) { display: none; }`;
  })}`;
}
