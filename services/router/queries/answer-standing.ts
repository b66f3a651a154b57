import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseJti, parseNoticeId, parseOrgId } from '../../shared/kernel/ids.js';
import type { LedgerPlace } from '../../shared/ledger/command-content.js';
import type { StandingRevision } from '../../shared/store/router/router-standing.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Claims } from '../../shared/trust/jws.js';
import { recordedIn } from '../ledger/projection.js';

/** The newest statement of one kind that the ledger has of the asker; several digests if it signed one number twice. */
interface NewestStatement {
  readonly number: number;
  readonly digests: readonly string[];
}

/** What the ledger has of a notice that the asker holds: null and empty if it was never allowed any of it. */
interface HeldStanding {
  /** Number of the newest revision that it was allowed. */
  readonly number: number | null;
  /** The action that ended it. */
  readonly end: { readonly verb: string; readonly number: number } | null;
  /** Digests of the other actions that it was handed, the newest first. */
  readonly actions: readonly string[];
}

interface Standing {
  readonly type: 'standing';
  /** Up to where this router has applied the ledger. */
  readonly read: LedgerPlace;
  readonly submission: NewestStatement | null;
  /** In the order of `held`; the last ones are left out if the answer would become too long. */
  readonly held: readonly HeldStanding[];
  /** `<jti> <recipient> …` of the asker's own revisions after `after`, by number. */
  readonly own: readonly string[];
  /** `after` of the next page; null on the last one. */
  readonly next: string | null;
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
/** Maximum characters of `own` in one answer: a gateway's limit of a token is 262,144 bytes. */
const OWN_CHARACTERS = 120_000;
/** Maximum actions named for one notice, and in one answer, whose tokens have at most 5,000 values. */
const ACTIONS = { each: 16, all: 1_500 } as const;
/** How many of the newest revisions of a notice are looked at for one that the asker was allowed. */
const REVISIONS = 256;

/**
 * Answers what the ledger has of the asker: its newest statement, what became of notices of others that it holds, and with
 * `after` its own notices. A notice that it was never allowed gets the same answer as one that does not exist. Throws
 * `schema-invalid` and `id-invalid`.
 */
export function answerStanding({ held = [], after }: Claims, { org, store, read }: Asked): Standing {
  if (!Array.isArray(held) || held.length > MAX_HELD)
    throw fail('schema-invalid', `\`held\` has at most ${MAX_HELD} entries`);
  const number = store.ledger.lastSubmission(org);
  const submission = number === 0 ? null : { number, digests: store.ledger.submissions(org, number) };
  const page = after === undefined ? { own: [], next: null } : ownAfter(store, org, parseCursor(after));
  return { type: 'standing', read, submission, held: heldIn(held, { org, store }), ...page };
}

function heldIn(
  held: readonly unknown[],
  { org, store }: Pick<Asked, 'org' | 'store'>,
): readonly HeldStanding[] {
  const standings: HeldStanding[] = [];
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
): HeldStanding {
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

/** A `jti`, or a number after whose revisions the list begins. */
function parseCursor(after: unknown): { readonly number: number; readonly jti: string } {
  if (Number.isSafeInteger(after) && (after as number) >= 0)
    return { number: after as number, jti: '\uffff' };
  const jti = parseJti(after);
  return { number: Number(jti.slice(jti.indexOf('.') + 1)), jti };
}
