import { fail } from '../../shared/kernel/errors.js';
import { noticeIdOf, parseJti, parseOrgId } from '../../shared/kernel/ids.js';
import { RECALL_REASON } from '../../shared/ledger/recall.js';
import { KINDS } from '../../shared/notice/kinds.js';
import type { OwnEnd } from '../../shared/store/gateway/gateway-end.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { LostRevision } from '../../shared/store/gateway/lost/lost-notices.js';
import type { ShownHeldStanding } from '../../shared/wire/shown-standing.js';
import type { Identity } from '../identity.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import { askStandings } from './ask-standings.js';

interface RestoredOwnDeps {
  readonly identity: Pick<Identity, 'clock' | 'org'>;
  readonly store: GatewayStore;
  readonly questions: Pick<HubQuestions, 'standing'>;
}

/**
 * Stores which own notices and revisions the ledger has and this database lost, and ends the own notices that were
 * withdrawn or recalled meanwhile. Can be repeated.
 */
export async function restoreOwn(deps: RestoredOwnDeps): Promise<void> {
  await listLost(deps);
  const { identity, store, questions } = deps;
  const originator = identity.org;
  await askStandings({
    store,
    questions,
    pageAfter: ({ id }, limit) => store.own.livingAfter(id, limit).map((own) => ({ originator, id: own })),
    apply: ({ id }, { end }) => {
      const ended = endBy(end);
      if (ended) store.ends.end(id, { ...ended, at: identity.clock().getTime() });
    },
  });
}

/** Asks the hub for every own revision, and stores those that the database lacks. */
async function listLost({ store, questions }: RestoredOwnDeps): Promise<void> {
  for (let after: number | string | null = 0; after !== null; ) {
    const { own, next } = await questions.standing({ after });
    const lost = own.map(parseOwnRow);
    await store.commit(() => lost.forEach(store.lost.add));
    // A list that does not advance would never end.
    if (next !== null && !isLater(next, after))
      throw fail('token-malformed', 'a list of own notices that does not advance');
    after = next;
  }
}

/** Compares cursors by number, then by `jti`. */
function isLater(next: string, after: number | string): boolean {
  const [one, other] = [numberIn(next), numberIn(after)];
  return one > other || (one === other && next > String(after));
}

const numberIn = (cursor: number | string): number =>
  typeof cursor === 'number' ? cursor : Number(cursor.slice(cursor.indexOf('.') + 1));

/** Parses `<jti> <kind> <exp> <recipient> …`. Throws `id-invalid` and `token-malformed`. */
function parseOwnRow(row: string): LostRevision {
  const [jti, kind, end = '', ...recipients] = row.split(' ');
  const named = parseJti(jti);
  const exp = Number(end);
  if (!KINDS.some((one) => one === kind) || kind === undefined || !Number.isSafeInteger(exp) || exp < 1)
    throw fail('token-malformed', 'an own revision without its kind or end');
  return {
    id: noticeIdOf(named),
    number: numberIn(named),
    kind,
    exp,
    recipients: recipients.map(parseOrgId),
  };
}

/** Returns how a notice ended by the ledger; undefined for one that lives. The reason of a withdrawal is not known. */
function endBy(end: ShownHeldStanding['end']): Pick<OwnEnd, 'ending' | 'reason'> | undefined {
  if (end?.verb === 'cancel') return { ending: 'cancelled', reason: RECALL_REASON };
  return end?.verb === 'withdraw' ? { ending: 'withdrawn', reason: null } : undefined;
}
