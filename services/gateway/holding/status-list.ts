import { decodeBase64url, encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail } from '../../shared/kernel/errors.js';
import {
  decoyStatuses,
  newStatusSeed,
  randomPlace,
  signStatusList,
  statusListUri,
} from '../../shared/ledger/status-list.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { federationOf, type Identity, requireKey } from '../identity.js';

/** A status list as a local system gets it. */
export interface ShownStatusList {
  readonly list: number;
  /** The number of lists. */
  readonly lists: number;
  readonly uri: string;
  /** The Status List Token. */
  readonly token: string;
}

interface StatusListDeps {
  readonly identity: Identity;
  readonly store: Pick<GatewayStore, 'commit' | 'facts' | 'statusPlaces'>;
}

/** Notices that get a place in one transaction. */
const ROWS = 500;

/**
 * Creates the function that signs the status list with this number over the notices held now. Throws
 * `not-found` for a list that does not exist, `not-ready` while the key may not sign.
 */
export function createStatusList({ identity, store }: StatusListDeps) {
  return async (list: number): Promise<ShownStatusList> => {
    requireKey(identity, identity.receiptSigner);
    for (let isDone = false; !isDone; ) {
      isDone = await store.commit(() => store.statusPlaces.assign(ROWS, randomPlace));
    }
    const lists = store.statusPlaces.lists();
    if (list >= lists) throw fail('not-found', 'no such status list');
    const statuses = decoyStatuses(await seedOf(store));
    for (const { place, status } of store.statusPlaces.read(list)) statuses[place] = status;
    const about = { org: identity.org, federation: federationOf(identity), list };
    const by = { signer: identity.receiptSigner, now: identity.clock() };
    return {
      list,
      lists,
      uri: statusListUri(about),
      token: await signStatusList({ ...about, statuses }, by),
    };
  };
}

/**
 * Returns the secret that the statuses of unused places are drawn from. It never changes: an unused place
 * must not change its status, because used ones keep theirs until something happens.
 */
async function seedOf({ commit, facts }: StatusListDeps['store']): Promise<Uint8Array> {
  const stored = await commit(() => {
    const before = facts.text('status-seed');
    if (before === undefined) facts.set('status-seed', encodeBase64url(newStatusSeed()));
    return facts.text('status-seed') ?? '';
  });
  return decodeBase64url(stored);
}
