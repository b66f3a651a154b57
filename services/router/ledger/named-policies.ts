import { pause } from '../../shared/kernel/pause.js';
import type { Report } from '../../shared/ledger/record.js';
import type { NamedBundle } from '../../shared/policy/adopted/adoption.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';

const NAMED = 'bundle';
/** The noted time may be this much older than the newest report, so that not every report causes a write. */
const NAMED_EVERY_MS = 1_000;

/** Returns the policies that the newest applied report names; undefined when none names any. */
function namedPolicies(store: Pick<RouterStore, 'fact'>): NamedBundle | undefined {
  const [digest, at] = store.fact(NAMED)?.split(' ') ?? [];
  return digest === undefined ? undefined : { digest, at: Number(at) };
}

/**
 * Notes the policies that a report names. Reports of several organisations are applied in any order, so their own times decide
 * which is the newest. Call within a transaction.
 */
export function noteNamedPolicies(
  store: Pick<RouterStore, 'fact' | 'setFact'>,
  { bundle, issuedAt }: Pick<Report, 'bundle' | 'issuedAt'>,
): void {
  const known = namedPolicies(store);
  const at = issuedAt.getTime();
  if (bundle === undefined || at < (known?.at ?? 0)) return;
  if (known?.digest === bundle && at - known.at < NAMED_EVERY_MS) return;
  store.setFact(NAMED, `${bundle} ${at}`);
}

/** Notes the policies that an operator named as baseline, in place of what any report named. Call within a transaction. */
export function noteBaseline(
  store: Pick<RouterStore, 'fact' | 'setFact'>,
  { bundle, issuedAt }: { readonly bundle: string; readonly issuedAt: Date },
): void {
  // The clock of the router that wrote the newest report may have been ahead.
  const at = Math.max(issuedAt.getTime(), namedPolicies(store)?.at ?? 0);
  store.setFact(NAMED, `${bundle} ${at}`);
}

/** The policies that the ledger names, once it is read. */
export interface LedgerNames {
  /** Resolves when the ledger is read, with what its newest report names; undefined when none names any. */
  named(): Promise<NamedBundle | undefined>;
  /** Sets the function that is true once the ledger is read. */
  follow(isCaughtUp: () => boolean): void;
  /** Stops: no call of `named` resolves afterwards. */
  close(): void;
}

const POLL_INTERVAL_MS = 100;

/** Creates `LedgerNames` from a projection that may not be up to date yet. */
export function createLedgerNames(store: Pick<RouterStore, 'fact'>): LedgerNames {
  const closing = new AbortController();
  let isRead = (): boolean => false;
  return {
    named: async () => {
      while (!closing.signal.aborted && !isRead()) await pause(POLL_INTERVAL_MS, closing.signal);
      // A router that stops makes no more decisions, and its store is closed.
      return closing.signal.aborted ? new Promise(() => undefined) : namedPolicies(store);
    },
    follow: (isCaughtUp) => void (isRead = isCaughtUp),
    close: () => closing.abort(),
  };
}
