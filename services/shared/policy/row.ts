import type { Attributes } from '../notice/attributes.js';
import { SECTIONS } from '../notice/kinds.js';
import type { Layer } from './engine.js';
import type { OrganisationFacts } from './facts.js';
import { ADVERTISING_LAYERS, ALL_LAYERS, type Ask, type Verdict } from './layers.js';

/** The answers about one section for one recipient that receives the notice. */
export interface Cell {
  readonly disclose: Verdict;
  /** False for a disclosed section: there is nothing to advertise. */
  readonly advertise: boolean;
}

/** One recipient of a plan. Covers every possible section: each is decided when first asked for. */
export interface Row {
  readonly receive: Verdict;
  /** Returns the answers about a section; withheld and not advertised when its name is unknown. */
  cell(section: string): Cell;
}

/** What `createRow` needs. */
export interface RowDeps {
  readonly ask: Ask;
  readonly attributes: Attributes;
  readonly recipient: OrganisationFacts;
  /** All by default; author tools pass fewer, to see what a layer does alone. */
  readonly layers?: readonly Layer[];
}

/** The section with the text of the restriction H3. */
export const RESTRICTION = 'handlingNote';

const names = new Set<string>(SECTIONS);
/** A section that is in no vocabulary, and so in no rule: withheld and not advertised. */
const UNKNOWN: Cell = { disclose: { open: false, layer: 'federation', rules: [] }, advertise: false };

/** The row of a recipient that gets nothing, by no rule. */
export const NOTHING_OPEN: Row = { receive: UNKNOWN.disclose, cell: () => UNKNOWN };

/** Returns the row of one recipient. The notice is decided now, sections on demand. */
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

const cellsOf = new WeakMap<Verdict, { readonly advertised: Cell; readonly hidden: Cell }>();

/** Returns one cell object per verdict, which many plans share. */
function cellOf(disclose: Verdict, advertise: boolean): Cell {
  const known = cellsOf.get(disclose);
  const cells = known ?? {
    advertised: { disclose, advertise: true },
    hidden: { disclose, advertise: false },
  };
  if (known === undefined) cellsOf.set(disclose, cells);
  return advertise ? cells.advertised : cells.hidden;
}

/** H3 is a restriction in text: a recipient that may not read the text cannot comply, so it does not get the notice. */
function receiveOf(receive: Verdict, { codes }: Attributes, cell: (section: string) => Cell): Verdict {
  if (!receive.open || !codes.includes('H3')) return receive;
  const { disclose } = cell(RESTRICTION);
  return disclose.open ? receive : disclose;
}
