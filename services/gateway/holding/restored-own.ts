import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Identity } from '../identity.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import { askStandings } from './ask-standings.js';
import { listLost } from './list-lost.js';
import { provedEnd } from './proved-end.js';

interface RestoredOwnDeps {
  readonly identity: Pick<Identity, 'clock' | 'directory' | 'org'>;
  readonly store: GatewayStore;
  readonly questions: Pick<HubQuestions, 'standing'>;
}

/**
 * Stores which own notices and revisions the ledger has and this database lost, and ends the own notices that
 * provably were withdrawn or recalled meanwhile. Can be repeated.
 */
export async function restoreOwn(deps: RestoredOwnDeps): Promise<void> {
  await listLost(deps);
  const { identity, store, questions } = deps;
  const originator = identity.org;
  await askStandings({
    store,
    questions,
    pageAfter: ({ id }, limit) => store.own.livingAfter(id, limit).map((own) => ({ originator, id: own })),
    judge: ({ id }, { end }) => provedEnd(identity, id, end),
    apply: ({ id }, ended) => {
      if (ended) store.ends.end(id, { ...ended, at: identity.clock().getTime() });
    },
  });
}
