import { fail } from '../shared/kernel/errors.js';
import type { ClockWatch } from './clock-watch.js';
import { type Identity, requireKey } from './identity.js';

/** Whether this gateway may sign notices, actions and submissions now. */
export interface Signing {
  /** Throws `not-ready` while the key is not in force, and `signing-clock-ahead` while the clock is ahead of the hub's. */
  require(): void;
}

interface SigningDeps {
  readonly identity: Identity;
  readonly clockWatch: Pick<ClockWatch, 'isAhead'>;
}

/**
 * Creates the check. The hub refuses what a clock that is ahead signed, and a number from such a clock orders
 * later items wrongly (docs/architecture.md#rule-5).
 */
export function createSigning({ identity, clockWatch }: SigningDeps): Signing {
  return {
    require: () => {
      requireKey(identity, identity.noticeSigner);
      if (clockWatch.isAhead()) {
        throw fail(
          'signing-clock-ahead',
          'nothing is signed: the clock is more than two minutes ahead of the hub',
        );
      }
    },
  };
}
