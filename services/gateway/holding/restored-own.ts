import { RECALL_REASON } from '../../shared/ledger/recall.js';
import type { OwnEnd } from '../../shared/store/gateway/gateway-end.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ShownHeldStanding } from '../../shared/wire/shown-standing.js';
import type { Identity } from '../identity.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import { askStandings } from './ask-standings.js';
import { listLost } from './list-lost.js';

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

/** Returns how a notice ended by the ledger; undefined for one that lives. The reason of a withdrawal is not known. */
function endBy(end: ShownHeldStanding['end']): Pick<OwnEnd, 'ending' | 'reason'> | undefined {
  if (end?.verb === 'cancel') return { ending: 'cancelled', reason: RECALL_REASON };
  return end?.verb === 'withdraw' ? { ending: 'withdrawn', reason: null } : undefined;
}
