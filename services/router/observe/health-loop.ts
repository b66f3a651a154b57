import type { Bus } from '../../shared/bus/connect.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Unavailable } from '../account-streams.js';
import type { Accounts } from '../accounts.js';
import type { Events } from '../events.js';
import type { LedgerView } from '../ledger/view.js';
import type { RouterAdoption } from '../remembered-adoption.js';
import { createQuarantineWatch } from '../quarantine/quarantine-watch.js';
import type { Gate } from './gate.js';
import { createGateReport } from './gate-report.js';
import type { RecallWatch } from './recall-watch.js';
import { createEpochWatch } from './epoch-watch.js';

interface HealthDeps {
  readonly core: Bus;
  readonly directory: () => Directory;
  readonly policyFault: () => LiaisonError | undefined;
  readonly adoptions: () => readonly RouterAdoption[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly events: Events;
  readonly store: RouterStore;
  readonly accounts: Accounts;
  readonly ledger: LedgerView;
  readonly recalls: Pick<RecallWatch, 'report'>;
  /** Puts the present version of the directory on the ledger, unless it is there. */
  readonly recordDirectory: () => Promise<void>;
  readonly gate: Gate;
  /** Called after every round with what to pull. */
  readonly intake: { update(taking: 'everything' | 'commands' | 'questions' | 'nothing'): void };
  /** Ends the loop. */
  readonly signal: AbortSignal;
}

const ROUND_PAUSE_MS = 250;
/** Pause while the gate is open and the ledger has not grown since the last round. */
const IDLE_PAUSE_MS = 1_000;
/** How often streams, quarantine and the accounts of new members are checked. */
const STREAMS_EVERY_MS = 2_000;
/**
 * The interval on a single broker whose ledger has not grown for `RESTING_MS`. It may be longer, because a
 * copy is parked only within seconds of its record or of a resend. A cluster keeps the shorter interval,
 * because a change of leader makes an organisation unavailable for a moment.
 */
const STREAMS_EVERY_RESTING_MS = 4_000;
const RESTING_MS = 10_000;

/** Checks ledger, streams and policies round after round, and opens or closes the intake after each. */
export function createHealthLoop(deps: HealthDeps): { stop(): Promise<void> } {
  const { signal, ledger } = deps;
  const round = createRound(deps);
  const run = async (): Promise<void> => {
    let busyAt = performance.now();
    for (let head = -1; !signal.aborted; head = ledger.head()) {
      const isOpen = await round(performance.now() - busyAt);
      const isIdle = isOpen && ledger.head() === head;
      if (!isIdle) busyAt = performance.now();
      await pause(isIdle ? IDLE_PAUSE_MS : ROUND_PAUSE_MS, signal);
    }
  };
  const running = run();
  return { stop: () => running };
}

/** One round; resolves with whether the gate is open. */
function createRound(deps: HealthDeps): (idleMs: number) => Promise<boolean> {
  const { accounts, core, directory, gate, intake, ledger, signal } = deps;
  const checkStreams = createStreamsCheck(deps);
  const [reportGate, reportPolicies] = [createGateReport(deps), createPolicyReport(deps)];
  let due = 0;
  return async (idleMs) => {
    await gate.check('ledger', ledger.look);
    const now = performance.now();
    if (now >= due) {
      const isResting = idleMs >= RESTING_MS && !core.isClustered;
      due = now + (isResting ? STREAMS_EVERY_RESTING_MS : STREAMS_EVERY_MS);
      await checkStreams();
    }
    reportPolicies();
    const isOpen = reportGate();
    intake.update(isOpen ? 'everything' : gate.whileClosed());
    if (isOpen) {
      await logFailure(deps, deps.recordDirectory);
      accounts.announce({ directory: directory(), heartbeat: ledger.heartbeat(), signal });
    }
    return isOpen;
  };
}

function createStreamsCheck(deps: HealthDeps): () => Promise<void> {
  const { accounts, core, directory, gate } = deps;
  const watchQuarantine = createQuarantineWatch(deps);
  const reportUnavailable = createUnavailableReport(deps);
  const watchEpochs = createEpochWatch(deps);
  return async () => {
    // Not awaited: one slow connection does not delay the round.
    void logFailure(deps, () => accounts.follow(directory()));
    await gate.check('streams', () => accounts.check(core));
    const { unparkable, unavailable, epochs } = accounts.streams();
    // A member without an account is not provisioned yet.
    const unusable = [...unparkable].filter(([org]) => accounts.bus(org) !== undefined);
    reportUnavailable(new Map([...unusable, ...unavailable]));
    await logFailure(deps, () => watchEpochs(epochs));
    await logFailure(deps, watchQuarantine);
    // Until the whole ledger is read, an answer that is on it can look missing.
    if (deps.ledger.isCaughtUp()) await logFailure(deps, async () => deps.recalls.report());
  };
}

/** Logs the failure of work that the next round repeats and that does not close the gate. */
async function logFailure({ log, signal }: HealthDeps, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    if (!signal.aborted) log.warn({ code }, message);
  }
}

/** Publishes an alarm event when the policies cannot be used and when the reason changes; the policy watch raised the alarm itself. */
function createPolicyReport({ policyFault, adoptions, events, alarms }: HealthDeps): () => void {
  let reported: string | undefined;
  return () => {
    for (const adoption of adoptions()) reportAdoption({ events, alarms }, adoption);
    const fault = policyFault();
    alarms.end('policies-not-used', fault === undefined ? [] : [fault.code]);
    if (fault !== undefined && fault.message !== reported)
      events.emit('alarm', { code: fault.code, what: 'policies-not-used' });
    reported = fault?.message;
  };
}

/** Raises an alarm for policies that were not compared with those before, and one for each failing case of an organisation. */
function reportAdoption(
  { events, alarms }: Pick<HealthDeps, 'events' | 'alarms'>,
  { bundle, lacksEarlier, notes }: RouterAdoption,
): void {
  if (lacksEarlier) {
    alarms.raise('adopted-first', {}, { bundle: bundle.digest });
    events.emit('alarm', { what: 'adopted-first' });
  }
  for (const { org, place, message } of notes) {
    const owner = org === 'federation' ? {} : { originator: org };
    alarms.raise('case-fails', { message }, { ...owner, place });
    events.emit('alarm', { ...owner, what: 'case-fails' });
  }
}

/** Raises an alarm when an organisation becomes unavailable and when the reason changes. */
function createUnavailableReport({ events, alarms, log }: HealthDeps): (unavailable: Unavailable) => void {
  let reported: Unavailable = new Map();
  return (unavailable) => {
    for (const [org, { code }] of unavailable) {
      if (reported.get(org)?.code !== code)
        events.alarm('organisation-not-pulled', code, { originator: org });
    }
    alarms.end(
      'organisation-not-pulled',
      [...unavailable.values()].map(({ code }) => code),
    );
    for (const org of reported.keys())
      if (!unavailable.has(org)) log.info({ org }, 'the organisation has recovered');
    reported = unavailable;
  };
}
