import { LEDGER_BYTES } from '../../shared/bus/streams.js';
import type { Bus } from '../../shared/bus/connect.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { type Code, errorFrom, fail } from '../../shared/kernel/errors.js';
import { createSteadiness } from '../../shared/kernel/steady-clock.js';
import type { Policy } from '../../shared/policy/plan.js';
import { type Directory, isInForce, isStale } from '../../shared/trust/directory.js';
import { hubContractFault } from '../../shared/trust/directory/hub-contract.js';
import type { Signer } from '../../shared/trust/keys.js';
import type { Snapshot } from '../hub.js';
import type { ReceivedHeartbeat } from '../ledger/heartbeat-watch.js';
import type { LedgerView } from '../ledger/view.js';

/** One reason why the gate is closed. */
export interface Reason {
  readonly code: Code;
  readonly message: string;
}

/** What `reasonsOf` judges. */
export interface GateView {
  readonly now: Date;
  readonly directory: Directory;
  readonly policy: Policy | undefined;
  /** Why the newest policies are not in force. */
  readonly policyFault?: () => Reason | undefined;
  /** The key that this router signs with. */
  readonly kid: string;
  /** The newest heartbeat of this epoch. */
  readonly heartbeat: ReceivedHeartbeat | undefined;
  /** Sequence up to which the ledger is applied. */
  readonly head: number;
  readonly isConnected: boolean;
  readonly isCaughtUp: boolean;
  /** False after the clock jumped ahead, until it has run without another jump for long enough. */
  readonly isClockSteady: boolean;
  /** What the last failed checks of streams and ledger threw. */
  readonly faults: readonly Reason[];
  readonly staleMs: number;
  /** Maximum number of records that the auditor may be behind. */
  readonly ledgerLag: number;
  /** Bytes of records that no heartbeat confirms. */
  readonly unarchivedBytes: number;
}

/** Open while the router has everything that it needs to judge a frame. */
export interface Gate {
  /** Why the gate is closed; empty while it is open. */
  reasons(): readonly Reason[];
  isOpen(): boolean;
  /**
   * What a closed gate lets through: questions while the router can sign an answer; commands as well while it
   * can record, because a rule-out may be what opens the gate.
   */
  whileClosed(): 'commands' | 'questions' | 'nothing';
  /** What one frame is judged by. Throws the first reason of a closed gate. */
  snapshot(): Snapshot;
  /** Runs a check by its name: what it throws closes the gate until the same check succeeds. Never rejects. */
  check(name: string, work: () => Promise<void>): Promise<void>;
}

interface GateDeps {
  readonly core: Pick<Bus, 'isConnected'>;
  readonly clock: Clock;
  readonly directory: () => Directory;
  readonly policy: () => Policy | undefined;
  readonly policyFault: () => Reason | undefined;
  readonly signer: Pick<Signer, 'kid'>;
  readonly ledger: Pick<LedgerView, 'heartbeat' | 'head' | 'unarchivedBytes' | 'isCaughtUp'>;
  readonly staleMs: number;
  readonly ledgerLag: number;
  /** How long a clock that jumped ahead must run without another jump before it is trusted, in milliseconds. */
  readonly clockRestMs: number;
  /** Aborted when the router stops: checks then fail for that reason alone. */
  readonly signal: AbortSignal;
}

/** Creates the gate of one router; no check has failed yet. */
export function createGate(deps: GateDeps): Gate {
  const { clock, directory, policy, core, signer, ledger } = deps;
  // Do not compare with the auditor's time: it may run on the same machine.
  const isSteady = createSteadiness(clock, { restMs: deps.clockRestMs });
  const faults = new Map<string, Reason>();
  const reasonsAt = (now: Date): readonly Reason[] =>
    reasonsOf({
      ...deps,
      now,
      directory: directory(),
      policy: policy(),
      kid: signer.kid,
      heartbeat: ledger.heartbeat(),
      head: ledger.head(),
      unarchivedBytes: ledger.unarchivedBytes(),
      isCaughtUp: ledger.isCaughtUp(),
      isConnected: core.isConnected(),
      isClockSteady: isSteady(),
      faults: [...faults.values()],
    });
  return {
    reasons: () => reasonsAt(clock()),
    isOpen: () => reasonsAt(clock()).length === 0,
    whileClosed: () => whileClosed(deps),
    snapshot: () => {
      const now = clock();
      const [reason] = reasonsAt(now);
      if (reason !== undefined) throw fail(reason.code, reason.message);
      return { directory: directory(), policy: requirePolicy(deps), now };
    },
    check: checkInto(faults, deps),
  };
}

/** Returns a check that keeps the failures of each name in `faults`. */
function checkInto(faults: Map<string, Reason>, { signal }: Pick<GateDeps, 'signal'>): Gate['check'] {
  return async (name, work) => {
    try {
      await work();
      faults.delete(name);
    } catch (thrown) {
      if (signal.aborted) return;
      const { code, message } = errorFrom(thrown);
      faults.set(name, { code, message });
    }
  };
}

function requirePolicy({ policy }: Pick<GateDeps, 'policy'>): Policy {
  const active = policy();
  if (active === undefined) throw fail('policy-missing', 'no policies are loaded');
  return active;
}

/**
 * Empty when the gate is open. The router never works blind: unless it has a fresh directory, every policy,
 * and an auditor that keeps what is recorded, it stops pulling and waits (docs/architecture.md#rule-6).
 */
export function reasonsOf(view: GateView): readonly Reason[] {
  const { now, directory, policy, heartbeat, head, staleMs, ledgerLag, unarchivedBytes } = view;
  const reasons: Reason[] = [...view.faults];
  const say = (code: Code, message: string): void => void reasons.push({ code, message });
  if (!view.isConnected) say('unreachable', 'the broker cannot be reached');
  if (!view.isClockSteady)
    say(
      'clock-ahead',
      'the clock jumped ahead by more than an hour: nothing is judged until it has run steadily',
    );
  if (isStale(directory, now)) say('directory-stale', 'the next update of the directory is overdue');
  const unknown = hubContractFault(directory);
  if (unknown !== undefined) say(unknown.code, unknown.message);
  if (!isKeyInForce(view))
    say('not-ready', 'the directory does not list the key of this router as valid now');
  if (policy === undefined) reasons.push(noPolicies(view));
  if (heartbeat === undefined) say('auditor-silent', 'no heartbeat of the auditor yet');
  else if (now.getTime() - heartbeat.time.getTime() > staleMs) {
    say('auditor-silent', `the newest heartbeat is older than ${staleMs / 1000} s`);
  } else if (head - heartbeat.seq > ledgerLag) {
    say('auditor-silent', `the auditor is ${head - heartbeat.seq} records behind`);
  } else if (unarchivedBytes > LEDGER_BYTES / 2) {
    // A full LEDGER drops its oldest records, so it stops before it could drop one that is not archived.
    say('auditor-silent', `the auditor is ${Math.round(unarchivedBytes / 2 ** 20)} MiB of records behind`);
  }
  if (!view.isCaughtUp) say('not-ready', 'the ledger is being read');
  return reasons;
}

/**
 * Returns why no policies are in force. `policies-missing` is a code of its own: no router and no auditor has
 * the bundle that the ledger names, so that an operator has to name another.
 */
function noPolicies({ policyFault }: GateView): Reason {
  const { code, message } = policyFault?.() ?? {};
  if (code === 'policies-missing' && message !== undefined) return { code, message };
  return { code: 'policy-missing', message: 'no policies are loaded' };
}

function whileClosed({ core, clock, directory, signer }: GateDeps): ReturnType<Gate['whileClosed']> {
  const [now, current] = [clock(), directory()];
  if (!core.isConnected() || !isKeyInForce({ directory: current, kid: signer.kid, now })) return 'nothing';
  return isStale(current, now) || hubContractFault(current) !== undefined ? 'questions' : 'commands';
}

/** True when others accept what this router signs: its key is listed for the hub and in force. */
function isKeyInForce({ directory, kid, now }: Pick<GateView, 'directory' | 'kid' | 'now'>): boolean {
  const key = directory.key(kid);
  return key?.use === 'hub' && isInForce(key, now);
}
