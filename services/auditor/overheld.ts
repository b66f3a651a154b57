import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, seconds } from '../shared/kernel/clock.js';
import { type OrgId, parseNoticeId, parseOrgId } from '../shared/kernel/ids.js';
import type { Attributes } from '../shared/notice/attributes.js';
import type { Section } from '../shared/notice/kinds.js';
import type { Excess, ExcessOf, HeldShare } from '../shared/policy/overheld.js';
import { foreignCursor } from '../shared/runtime/http-query.js';
import type { HeldRow } from '../shared/store/append/held-index.js';
import type { HeldPair } from '../shared/store/append/held-tables.js';
import type { ShownOverheld, ShownOverheldPair } from '../shared/wire/shown-overheld.js';
import type { Archive } from './archive.js';
import type { ViewerScope } from './decisions/decisions.js';

/** The most pairs of one page. */
export const MAX_OVERHELD = 1_000;
/** Pairs that are judged before the event loop gets a turn. */
const CHUNK = 500;
/**
 * The most pairs that are judged for one page: the next page judges the rest, so that no answer takes long.
 */
const MAX_JUDGED = 100_000;

interface OverheldQuery {
  readonly viewer: ViewerScope;
  /** `next` of the page before. */
  readonly after: string | undefined;
  /** From 1 to `MAX_OVERHELD`. */
  readonly limit: number;
}

interface OverheldDeps {
  readonly archive: Pick<Archive, 'held'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The bundle that decides now, and its judgement. */
  readonly bundle: string;
  readonly excessOf: ExcessOf;
}

/**
 * Lists the pairs of notice and recipient with an excess: what the recipient holds and would not get by the
 * policies of now. A member sees the pairs of its own notices, the federation all. A page may have fewer
 * pairs than its limit, even none; only `next: null` ends the list. Throws `id-invalid` or `usage` for a
 * cursor that is not a `next` of this viewer's list.
 */
export async function listOverheld(
  { viewer, after, limit }: OverheldQuery,
  { archive, clock, signal, bundle, excessOf }: OverheldDeps,
): Promise<ShownOverheld> {
  const originator = viewer === 'federation' ? undefined : viewer;
  const pairs: ShownOverheldPair[] = [];
  let last = after === undefined ? undefined : parseCursor(after, originator);
  const attributesOf = createAttributes();
  for (let judged = 0; judged < MAX_JUDGED; judged += CHUNK) {
    signal.throwIfAborted();
    const rows = archive.held.list({ originator, after: last, now: seconds(clock()), limit: CHUNK });
    for (const row of rows) {
      last = row;
      const attributes = attributesOf(row.attributes);
      const excess = excessOf(shareOf(row, attributes));
      if (excess !== undefined) pairs.push(shownPair(row, attributes, excess));
      if (pairs.length === limit) return { bundle, pairs, next: cursorOf(row) };
    }
    if (rows.length < CHUNK) return { bundle, pairs, next: null };
    await nextTurn();
  }
  return { bundle, pairs, next: last === undefined ? null : cursorOf(last) };
}

/** Parses the attributes of consecutive pairs of one notice once. */
function createAttributes(): (text: string) => Attributes {
  let last: { readonly text: string; readonly attributes: Attributes } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, attributes: JSON.parse(text) as Attributes };
    return last.attributes;
  };
}

function shareOf({ recipient, sections, unsealed }: HeldRow, attributes: Attributes): HeldShare {
  return {
    recipient: recipient as OrgId,
    attributes,
    sections: sections as readonly Section[],
    unsealed: unsealed as readonly Section[],
  };
}

function shownPair(
  { originator, id, jti, recipient }: HeldRow,
  { kind }: Attributes,
  { whole, sections }: Excess,
): ShownOverheldPair {
  return { originator, id, jti, kind, recipient, whole, sections };
}

const cursorOf = ({ originator, id, recipient }: HeldPair): string => `${originator}/${id}/${recipient}`;

function parseCursor(text: string, originator: string | undefined): HeldPair {
  const [org, id, recipient, ...more] = text.split('/');
  const pair = { originator: parseOrgId(org), id: parseNoticeId(id), recipient: parseOrgId(recipient) };
  if (more.length === 0 && (originator ?? pair.originator) === pair.originator) return pair;
  throw foreignCursor();
}
