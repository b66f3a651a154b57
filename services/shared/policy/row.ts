import type { Attributes } from '../notice/attributes.js';
import { SECTIONS } from '../notice/kinds.js';
import type { Layer } from './engine.js';
import type { OrganisationFacts } from './facts.js';
import { ADVERTISING_LAYERS, ALL_LAYERS, type Ask, type Verdict } from './layers.js';

/** What one recipient gets of one section within a notice that it receives. */
export interface Cell {
  readonly disclose: Verdict;
  /** False for a disclosed section: there is nothing to advertise. */
  readonly advertise: boolean;
}

/** One recipient of a plan. Independent of which sections a notice has: each is worked out when first asked for. */
export interface Row {
  readonly receive: Verdict;
  cell(section: string): Cell;
}

export interface RowDeps {
  readonly ask: Ask;
  readonly attributes: Attributes;
  readonly recipient: OrganisationFacts;
  /** All by default; fewer to see what a layer does alone. */
  readonly layers?: readonly Layer[];
}

/** The section that holds the words of the restriction H3. */
export const RESTRICTION = 'handlingNote';

const names = new Set<string>(SECTIONS);
/** A section in no vocabulary is in no rule either: withheld, and nobody is told. */
const UNKNOWN: Cell = { disclose: { open: false, layer: 'federation', rules: [] }, advertise: false };

export function createRow({ ask, attributes, recipient, layers = ALL_LAYERS }: RowDeps): Row {
  const cells = new Map<string, Cell>();
  const question = { recipient, notice: attributes };
  const advertising = layers.filter((layer) => ADVERTISING_LAYERS.includes(layer));
  const cell = (section: string): Cell => {
    const known = cells.get(section);
    if (known !== undefined) return known;
    if (!names.has(section)) return UNKNOWN;
    const disclose = ask({ ...question, permission: 'disclose', section }, layers);
    const advertise =
      !disclose.open &&
      advertising.length > 0 &&
      ask({ ...question, permission: 'advertise', section }, advertising).open;
    const made = cellOf(disclose, advertise);
    cells.set(section, made);
    return made;
  };
  return { receive: receiveOf(ask({ ...question, permission: 'receive' }, layers), attributes, cell), cell };
}

const cellsOf = new WeakMap<Verdict, { readonly told: Cell; readonly untold: Cell }>();

/** One object for each verdict, which many plans share. */
function cellOf(disclose: Verdict, advertise: boolean): Cell {
  const known = cellsOf.get(disclose);
  const cells = known ?? { told: { disclose, advertise: true }, untold: { disclose, advertise: false } };
  if (known === undefined) cellsOf.set(disclose, cells);
  return advertise ? cells.told : cells.untold;
}

/** H3 is a restriction in words: who may not read them cannot keep to them, so it does not get the notice. */
function receiveOf(receive: Verdict, { codes }: Attributes, cell: (section: string) => Cell): Verdict {
  if (!receive.open || !codes.includes('H3')) return receive;
  const { disclose } = cell(RESTRICTION);
  return disclose.open ? receive : disclose;
}
