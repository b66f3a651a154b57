import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseJti, parseNoticeId, parseOrgId } from '../../shared/kernel/ids.js';
import type { LedgerPlace } from '../../shared/ledger/command-content.js';
import type { Statements } from '../../shared/store/router/router-ledger.js';
import type { StandingRevision } from '../../shared/store/router/router-standing.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { ShownHeldStanding, ShownStanding, ShownStatement } from '../../shared/wire/shown-standing.js';
import type { Claims } from '../../shared/trust/jws.js';
import { recordedIn } from '../ledger/projection.js';

interface Standing extends ShownStanding {
  readonly type: 'standing';
}

interface Asked {
  readonly org: OrgId;
  readonly store: RouterStore;
  readonly read: LedgerPlace;
}

/** Maximum notices in `held`. */
const MAX_HELD = 256;
/** Maximum revisions in `own`. */
const MAX_OWN = 1_000;
/** Maximum characters of `own` in one answer: the payload of a token has at most 262,144 bytes. */
const OWN_CHARACTERS = 120_000;
/** Maximum actions named for one notice, and in one answer, whose tokens have at most 5,000 values. */
const ACTIONS = { each: 16, all: 1_500 } as const;
/** How many of a notice's revisions, newest first, are searched for one that the asker was allowed. */
const REVISIONS = 256;

/**
 * Answers what the ledger has about the asker: its newest statements, what became of the notices in `held`,
 * and with `after` a page of its own notices. A notice that it was never allowed gets the same answer as one
 * that does not exist. Throws `schema-invalid` and `id-invalid`.
 */
export function answerStanding({ held = [], after }: Claims, { org, store, read }: Asked): Standing {
  if (!Array.isArray(held) || held.length > MAX_HELD)
    throw fail('schema-invalid', `\`held\` has at most ${MAX_HELD} entries`);
  const { receiptsStatements, submissions, lastSubmission } = store.ledger;
  const submission = newestOf(org, { last: lastSubmission, of: submissions });
  const receipts = newestOf(org, receiptsStatements);
  const page = after === undefined ? { own: [], next: null } : ownAfter(store, org, parseCursor(after));
  return { type: 'standing', read, submission, receipts, held: heldIn(held, { org, store }), ...page };
}

function newestOf(org: OrgId, { last, of }: Pick<Statements, 'last' | 'of'>): ShownStatement | null {
  const number = last(org);
  return number === 0 ? null : { number, digests: of(org, number) };
}

function heldIn(
  held: readonly unknown[],
  { org, store }: Pick<Asked, 'org' | 'store'>,
): readonly ShownHeldStanding[] {
  if (new Set(held.map((one) => JSON.stringify(one))).size < held.length)
    throw fail('schema-invalid', '`held` names a notice twice');
  const standings: ShownHeldStanding[] = [];
  let room: number = ACTIONS.all;
  for (const one of held) {
    const { originator, id } = Object(one) as Partial<Record<string, unknown>>;
    const standing = standingOf(store, { originator: parseOrgId(originator), id: parseNoticeId(id), org });
    room -= standing.actions.length;
    if (room < 0) break;
    standings.push(standing);
  }
  return standings;
}

function standingOf(
  { standing }: RouterStore,
  { originator, id, org }: { readonly originator: OrgId; readonly id: string; readonly org: OrgId },
): ShownHeldStanding {
  const allowed = standing.newestOf(originator, id, REVISIONS).find((one) => recipientsOf(one).includes(org));
  const acts = standing.actsOn(originator, { id, recipient: org }, ACTIONS.each + 1);
  const end = acts.find(({ verb }) => verb === 'withdraw');
  return {
    number: allowed?.number ?? null,
    end: end === undefined ? null : { verb: end.verb, number: end.number },
    actions: acts
      .filter((act) => act !== end)
      .slice(0, ACTIONS.each)
      .map(({ digest }) => digest),
  };
}

function recipientsOf(revision: Pick<StandingRevision, 'decisions'>): readonly string[] {
  return recordedIn(revision).decisions.flatMap(({ to, outcome }) => (outcome === 'denied' ? [] : [to]));
}

function ownAfter(
  { standing }: RouterStore,
  org: OrgId,
  after: { readonly number: number; readonly jti: string },
): Pick<Standing, 'own' | 'next'> {
  const found = standing.revisionsAfter(org, after, MAX_OWN + 1);
  const own: string[] = [];
  let room = OWN_CHARACTERS;
  for (const revision of found.slice(0, MAX_OWN)) {
    const row = [revision.jti, ...recipientsOf(revision)].join(' ');
    room -= row.length;
    if (room < 0 && own.length > 0) break;
    own.push(row);
  }
  const last = found[own.length - 1];
  return { own, next: own.length < found.length && last !== undefined ? last.jti : null };
}

/**
 * Parses where the list begins: after the revision with this `jti`, or after all revisions with this number.
 */
function parseCursor(after: unknown): { readonly number: number; readonly jti: string } {
  if (Number.isSafeInteger(after) && (after as number) >= 0)
    return { number: after as number, jti: '\uffff' };
  const jti = parseJti(after);
  return { number: Number(jti.slice(jti.indexOf('.') + 1)), jti };
}
