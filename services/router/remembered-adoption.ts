import type { Adoption } from '../shared/policy/adopted/adoption.js';
import type { RouterStore } from '../shared/store/router/router-store.js';

/** Policies that a router has just adopted. */
export interface RouterAdoption extends Adoption {
  /**
   * True when they were adopted as the first ones, compared with nothing, although this router had adopted others: neither its
   * disk nor the ledger has those any more.
   */
  readonly lacksEarlier: boolean;
}

/** What a router remembers of its adoptions beside the file that holds the adopted policies. */
export interface RememberedAdoption {
  /** Says of an adoption whether there had been others; call before `note`. */
  readonly compare: (adoption: Adoption) => RouterAdoption;
  /** Remembers the bundle with this digest as adopted. */
  readonly note: (digest: string) => void;
}

const ADOPTED = 'adopted';

/** Keeps the digest of the bundle that was adopted last in the projection: the first adoption of a new router finds none. */
export function rememberAdoption(
  store: Pick<RouterStore, 'fact' | 'setFact' | 'commit'>,
): RememberedAdoption {
  return {
    compare: (adoption) => ({
      ...adoption,
      lacksEarlier: adoption.isFirst && store.fact(ADOPTED) !== undefined,
    }),
    note: (digest) => {
      if (store.fact(ADOPTED) === digest) return;
      // A disk that does not take this takes nothing of the ledger either, and that is reported.
      store.commit(() => store.setFact(ADOPTED, digest)).catch(() => undefined);
    },
  };
}
