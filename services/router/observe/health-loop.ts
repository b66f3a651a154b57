import type { Bus } from '../../shared/bus/connect.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Accounts, Unavailable } from '../accounts.js';
import type { Events } from '../events.js';
import type { Reason } from './gate.js';
import type { LedgerView } from '../ledger/view.js';
import { createQuarantineWatch } from '../quarantine/quarantine-watch.js';

interface RoundsDeps {
  readonly core: Bus;
  readonly directory: () => Directory;
  readonly policyFault: () => LiaisonError | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly events: Events;
  readonly accounts: Accounts;
  readonly view: LedgerView;
  /** What the last look met, by what was looked at. */
  readonly faults: Map<string, Reason>;
  readonly reasons: () => readonly Reason[];
  /** Begins or ends pulling. */
  readonly pull: (isOpen: boolean) => void;
  readonly signal: AbortSignal;
}

const PAUSE_MS = 250;
/** While the gate is open and the ledger did not grow since the last round. */
const QUIET_MS = 1_000;
/** Streams, quarantine and new members are looked at so often. */
const SELDOM_MS = 2_000;
/**
 * Of a lone broker, once the ledger has not grown for `REST_MS`: a copy is parked within seconds of its record, or where it is
 * offered again. In a cluster leaders change, and who is taken for unavailable meanwhile should soon be looked at again.
 */
const RARELY_MS = 4_000;
const REST_MS = 10_000;

/** Goes round and round: is everything still there, fresh and read? Only then is anything pulled. */
export function createHealthLoop(deps: RoundsDeps): { stop(): Promise<void> } {
  const { accounts, core, directory, view, signal } = deps;
  const watchQuarantine = createQuarantineWatch(deps);
  const seldom = async (): Promise<void> => {
    // Not awaited: a connection that is long in coming holds nobody else's round.
    void note(deps, () => accounts.follow(directory()));
    await look(deps, 'streams', () => accounts.check(core));
    reportUnavailable(accounts.unavailable());
    await note(deps, () => watchQuarantine(view.epoch() ?? ''));
  };
  const [reportGate, reportUnavailable] = [createGateTeller(deps), createSickTeller(deps)];
  const tellPolicies = createPolicyTeller(deps);
  let due = 0;
  const round = async (quietMs: number): Promise<boolean> => {
    await look(deps, 'ledger', view.look);
    const now = performance.now();
    if (now >= due) {
      due = now + (quietMs >= REST_MS && !core.isClustered ? RARELY_MS : SELDOM_MS);
      await seldom();
    }
    tellPolicies();
    const isOpen = reportGate();
    deps.pull(isOpen);
    if (isOpen) accounts.spread({ directory: directory(), beat: view.beat(), signal });
    return isOpen;
  };
  const run = async (): Promise<void> => {
    let busyAt = performance.now();
    for (let head = -1; !signal.aborted; head = view.head()) {
      const isOpen = await round(performance.now() - busyAt);
      const isQuiet = isOpen && view.head() === head;
      if (!isQuiet) busyAt = performance.now();
      await pause(isQuiet ? QUIET_MS : PAUSE_MS, signal);
    }
  };
  const running = run();
  return { stop: () => running };
}

/** What fails closes the gate until it is well again. */
async function look({ faults, signal }: RoundsDeps, name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    faults.delete(name);
  } catch (thrown) {
    if (signal.aborted) return;
    const { code, message } = errorFrom(thrown);
    faults.set(name, { code, message });
  }
}

/** What fails here is tried again in the next round, and closes nothing. */
async function note({ log, signal }: RoundsDeps, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    if (!signal.aborted) log.warn({ code }, message);
  }
}

/** Alarms when an open gate closes, and again when the reasons change; says when it opens. */
function createGateTeller({ reasons, events, alarms, log }: RoundsDeps): () => boolean {
  let told: string | undefined;
  return () => {
    const why = reasons();
    const codes = [...new Set(why.map(({ code }) => code))];
    const news = codes.join(' ');
    if (news === told) return codes.length === 0;
    if (codes.length === 0) log.info('the gate is open');
    else log.warn({ reasons: why }, 'nothing is pulled');
    // Before it was open for the first time it is only starting.
    if (told !== undefined) for (const code of codes) events.alarm('gate-closed', code);
    alarms.end('gate-closed', codes);
    told = news;
    return codes.length === 0;
  };
}

/** Tells when policies are not used, and again when what is wrong with them changes; whoever reads them raised the alarm. */
function createPolicyTeller({ policyFault, events, alarms }: RoundsDeps): () => void {
  let told: string | undefined;
  return () => {
    const fault = policyFault();
    alarms.end('policies-not-used', fault === undefined ? [] : [fault.code]);
    if (fault !== undefined && fault.message !== told)
      events.emit('alarm', { code: fault.code, what: 'policies-not-used' });
    told = fault?.message;
  };
}

/** Alarms when an organisation falls unavailable, and when what ails it changes. */
function createSickTeller({ events, alarms, log }: RoundsDeps): (unavailable: Unavailable) => void {
  let told: Unavailable = new Map();
  return (unavailable) => {
    for (const [org, { code }] of unavailable) {
      if (told.get(org)?.code !== code) events.alarm('organisation-not-pulled', code, { originator: org });
    }
    alarms.end(
      'organisation-not-pulled',
      [...unavailable.values()].map(({ code }) => code),
    );
    for (const org of told.keys())
      if (!unavailable.has(org)) log.info({ org }, 'the organisation is well again');
    told = unavailable;
  };
}
