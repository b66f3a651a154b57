import { LEDGER_BYTES } from '../../shared/bus/streams.js';
import type { Code } from '../../shared/kernel/errors.js';
import type { Policy } from '../../shared/policy/plan.js';
import { type Directory, isInForce, isStale } from '../../shared/trust/directory.js';
import type { ReceivedHeartbeat } from '../ledger/heartbeat-watch.js';

/** Why nothing is pulled. */
export interface Reason {
  readonly code: Code;
  readonly message: string;
}

/** What must hold before anything is pulled, refused, decided or quarantined. */
export interface GateView {
  readonly now: Date;
  readonly directory: Directory;
  readonly policy: Policy | undefined;
  /** The key that this router signs with. */
  readonly kid: string;
  /** The newest heartbeat of this life of the ledger. */
  readonly beat: ReceivedHeartbeat | undefined;
  /** How far the ledger was read. */
  readonly head: number;
  readonly isConnected: boolean;
  readonly isCaughtUp: boolean;
  /** What the last look at streams and ledger met. */
  readonly faults: readonly Reason[];
  readonly staleMs: number;
  /** Records that the auditor may be behind. */
  readonly ledgerLag: number;
  /** Bytes of records that no heartbeat vouched for. */
  readonly unvouched: number;
}

/**
 * Empty when the gate is open. The router never works blind: without a fresh directory, every policy, and an auditor that
 * keeps what is recorded, it stops pulling and waits (docs/architecture.md#rule-6).
 */
export function reasonsOf(view: GateView): readonly Reason[] {
  const { now, directory, policy, beat, head, staleMs, ledgerLag, unvouched } = view;
  const reasons: Reason[] = [...view.faults];
  const say = (code: Code, message: string): void => void reasons.push({ code, message });
  if (!view.isConnected) say('unreachable', 'the broker cannot be reached');
  if (isStale(directory, now)) say('directory-stale', 'the directory is older than its own next update');
  if (!mayThisSign(view)) say('not-ready', 'the directory does not list the key of this router as valid now');
  if (policy === undefined) say('policy-missing', 'no policies are loaded');
  if (beat === undefined) say('auditor-silent', 'no heartbeat of the auditor yet');
  else if (now.getTime() - beat.time.getTime() > staleMs) {
    say('auditor-silent', `the newest heartbeat is older than ${staleMs / 1000} s`);
  } else if (head - beat.seq > ledgerLag) {
    say('auditor-silent', `the auditor is ${head - beat.seq} records behind`);
  } else if (unvouched > LEDGER_BYTES / 2) {
    // The ledger forgets its oldest when it is full: never what nobody else has.
    say('auditor-silent', `the auditor is ${Math.round(unvouched / 2 ** 20)} MiB of records behind`);
  }
  if (!view.isCaughtUp) say('not-ready', 'the ledger is being read');
  return reasons;
}

/** What a key that is missing, revoked or spent signs, nobody believes: better nothing than that. */
function mayThisSign({ directory, kid, now }: GateView): boolean {
  const key = directory.key(kid);
  return key?.use === 'hub' && isInForce(key, now);
}
