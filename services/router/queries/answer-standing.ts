import { setImmediate as nextTurn } from 'node:timers/promises';
import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseJti, parseNoticeId, parseOrgId } from '../../shared/kernel/ids.js';
import type { LedgerPlace } from '../../shared/ledger/command-content.js';
import type { Statements } from '../../shared/store/router/router-ledger.js';
import type { StandingRevision } from '../../shared/store/router/router-standing.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Hub } from '../hub.js';
import { MAX_NOTICE_ACTIONS } from '../../shared/notice/action-verbs.js';
import type { ShownHeldStanding, ShownStanding, ShownStatement } from '../../shared/wire/shown-standing.js';
import type { Claims } from '../../shared/trust/jws.js';
import { recordedIn } from '../ledger/projection.js';
import { createProofOfEnd, type ProofOfEnd } from './proof-of-end.js';

interface Standing extends ShownStanding {
  readonly type: 'standing';
}

interface Asked {
  readonly org: OrgId;
  readonly hub: Pick<Hub, 'store' | 'recordBytes'>;
  readonly read: LedgerPlace;
}

/** Maximum notices in `held`. */
const MAX_HELD = 256;
/** Maximum revisions in `own`. */
const MAX_OWN = 1_000;
/** Revisions for `own` that are read at once. */
const OWN_READ = 64;
/** Maximum characters of `own` in one answer: the payload of a token has at most 262,144 bytes. */
const OWN_CHARACTERS = 110_000;
/** Maximum characters of proofs that own notices ended, in one answer. */
const PROOF_CHARACTERS = 50_000;
/** Maximum actions listed in one answer, whose tokens have at most 5,000 values. */
const MAX_ACTIONS = 1_500;

/**
 * Answers what the ledger has about the asker: its newest statements, the standing of the notices in `held`,
 * and with `after` a page of its own notices. A notice that the asker was never allowed gets the same answer as
 * one that does not exist; revisions that it was not allowed change neither an answer nor how many entries of `held`
 * are answered. The event loop gets a turn after each notice of `held` and each read of `own`. Throws
 * `schema-invalid` and `id-invalid`.
 */
export async function answerStanding(
  { held = [], after }: Claims,
  { org, hub, read }: Asked,
): Promise<Standing> {
  const { store } = hub;
  if (!Array.isArray(held) || held.length > MAX_HELD)
    throw fail('schema-invalid', `\`held\` has at most ${MAX_HELD} entries`);
  const submission = newestOf(org, store.ledger.submissions);
  const receipts = newestOf(org, store.ledger.receiptsStatements);
  const page = after === undefined ? { own: [], next: null } : await ownAfter(store, org, parseCursor(after));
  const standings = await heldIn(held, { org, hub });
  return { type: 'standing', read, submission, receipts, held: standings, ...page };
}

function newestOf(org: OrgId, { last, of, signed }: Statements): ShownStatement | null {
  const number = last(org);
  return number === 0 ? null : { number, digests: of(org, number), signed: signed(org) ?? null };
}

async function heldIn(
  held: readonly unknown[],
  { org, hub }: Pick<Asked, 'org' | 'hub'>,
): Promise<readonly ShownHeldStanding[]> {
  const places = held.map((one) => {
    const { originator, id } = Object(one) as Partial<Record<string, unknown>>;
    return { originator: parseOrgId(originator), id: parseNoticeId(id), org };
  });
  if (new Set(places.map(({ originator, id }) => `${originator} ${id}`)).size < places.length)
    throw fail('schema-invalid', '`held` names a notice twice');
  const standings: ShownHeldStanding[] = [];
  let [room, characters] = [MAX_ACTIONS, PROOF_CHARACTERS];
  const proofOfEnd = createProofOfEnd(hub);
  for (const place of places) {
    const standing = await standingOf(hub.store, place, proofOfEnd);
    room -= standing.actions.length;
    characters -= standing.end?.proof?.join('').length ?? 0;
    if (standings.length > 0 && (room < 0 || characters < 0)) break;
    standings.push(standing);
    await nextTurn();
  }
  return standings;
}

interface HeldPlace {
  readonly originator: OrgId;
  readonly id: string;
  readonly org: OrgId;
}

/** Returns the standing of one notice. */
async function standingOf(
  { standing }: Pick<RouterStore, 'standing'>,
  { originator, id, org }: HeldPlace,
  proofOfEnd: ProofOfEnd,
): Promise<ShownHeldStanding> {
  const about = { id, recipient: org };
  const number = standing.newestAllowed(originator, about) ?? null;
  const actions = standing.actsOn(originator, about, MAX_NOTICE_ACTIONS);
  const end = standing.endOf(originator, about);
  // The answer has the end of each notice that the asker issued or was allowed, also an end that was never handed
  // to the asker: its restored database may hold the notice again.
  const isShown = end !== undefined && (end.handed === 1 || number !== null || originator === org);
  if (!isShown) return { number, end: null, actions };
  const proof = originator === org ? await proofOfEnd(originator, end.digest) : undefined;
  return { number, end: { verb: end.verb, number: end.number, ...(proof && { proof }) }, actions };
}

function recipientsOf(revision: Pick<StandingRevision, 'decisions'>): readonly string[] {
  return recordedIn(revision).decisions.flatMap(({ to, outcome }) => (outcome === 'denied' ? [] : [to]));
}

async function ownAfter(
  { standing }: RouterStore,
  org: OrgId,
  after: Pick<StandingRevision, 'number' | 'jti'>,
): Promise<Pick<Standing, 'own' | 'next'>> {
  const own: string[] = [];
  let room = OWN_CHARACTERS;
  for (let last = after; ; await nextTurn()) {
    const found = standing.revisionsAfter(org, last, OWN_READ);
    for (const revision of found) {
      const { jti, kind, exp } = revision;
      const row = [jti, kind, exp, ...recipientsOf(revision)].join(' ');
      room -= row.length;
      if (own.length === MAX_OWN || (room < 0 && own.length > 0)) return { own, next: last.jti };
      own.push(row);
      last = revision;
    }
    if (found.length < OWN_READ) return { own, next: null };
  }
}

/**
 * Parses where the list begins: after the revision with this `jti`, or after all revisions with this number.
 */
function parseCursor(after: unknown): Pick<StandingRevision, 'number' | 'jti'> {
  if (Number.isSafeInteger(after) && (after as number) >= 0)
    return { number: after as number, jti: '\uffff' };
  const jti = parseJti(after);
  return { number: Number(jti.slice(jti.indexOf('.') + 1)), jti };
}
