import { setTimeout as delay } from 'node:timers/promises';
import { gatewayClient } from '../../../services/cli/http-client.js';
import { inventMembers } from '../../../services/cli/init/invented-members.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { type Latency, readLatency } from '../federation/latency.js';
import { type ProcessUse, processUses, spentBetween } from '../federation/process-kinds.js';
import { inOwnFederation } from '../own-federation.js';
import { draftsTo } from './drafts-to.js';
import type { Growing } from './growth-routed.js';
import { type Submitter, submitEvenly, untilSettled } from './hosted-load.js';

/** A whole federation, whose gateways share one process, at an even rate of notices. */
export interface HostedRow extends Latency {
  readonly organisations: number;
  /** From the creation of the home until every gateway is ready. */
  readonly startSeconds: number;
  readonly seconds: number;
  /** Notices a second that the gateways accepted. */
  readonly perSecond: number;
  /** Notices without the receipts of all recipients two minutes after the load, of those before it too. */
  readonly unsettled: number;
  /** CPU microseconds a notice of all processes. */
  readonly cpuPerNoticeMicros: number;
  /** `cpuPerNoticeMicros` divided by that of the first row. */
  readonly ratio: number;
  readonly byProcess: readonly HostedProcess[];
}

/** One process of such a federation; `gateways` is that of all gateways. */
export interface HostedProcess {
  readonly process: string;
  /** Share of one core without traffic. */
  readonly idlePercent: number;
  /** CPU microseconds a notice. */
  readonly micros: number;
  /** Resident memory after the load. */
  readonly residentMiB: number;
}

/** Milliseconds to wait after the warm-up until receipts and cosignatures have been dealt with. */
const REST_MS = 3_000;
const IDLE_MS = 10_000;

export interface HostedLoad {
  readonly counts: readonly number[];
  /** Notices a second. */
  readonly rate: number;
  /** Milliseconds of load, after a warm-up that is as long. */
  readonly ms: number;
}

/** Measures federations of each size in turn, all of whose gateways run in one process. */
export async function growHosted(
  growing: Growing,
  { counts, ...load }: HostedLoad,
): Promise<readonly HostedRow[]> {
  const rows: Omit<HostedRow, 'ratio'>[] = [];
  for (const count of counts) rows.push(await measureMembers(growing, count, load));
  const first = rows[0]?.cpuPerNoticeMicros ?? 0;
  return rows.map((row) => ({ ...row, ratio: row.cpuPerNoticeMicros / first }));
}

async function measureMembers(
  { call, say }: Growing,
  members: number,
  load: Omit<HostedLoad, 'counts'>,
): Promise<Omit<HostedRow, 'ratio'>> {
  const began = performance.now();
  const invented = inventMembers(shippedPolicies, members);
  const measure = async (federation: Federation): Promise<Omit<HostedRow, 'ratio'>> => {
    const startSeconds = (performance.now() - began) / 1000;
    say(`${members} organisations, ready after ${startSeconds.toFixed(0)} s: ${load.ms / 1000} s of warm-up`);
    const submitters = federation.orgs.map((org) => {
      return { client: gatewayClient(federation.home, federation.run, org), drafts: draftsTo(invented, org) };
    });
    const pace = { ...load, stopping: call.stopping };
    await submitEvenly(submitters, pace);
    await untilSettled(submitters);
    say(`${IDLE_MS / 1000} s without traffic, then ${load.ms / 1000} s of ${load.rate} notices/s`);
    const idle = await idleOf(federation);
    const measured = await underLoad(federation, submitters, () => submitEvenly(submitters, pace));
    return { organisations: members, startSeconds, ...costsOf(measured, idle) };
  };
  return inOwnFederation(call, measure, { members });
}

/** Resolves to the share of one core that each process uses without traffic, in percent. */
async function idleOf({ home }: Federation): Promise<ReadonlyMap<string, number>> {
  await delay(REST_MS);
  const before = processUses(home);
  await delay(IDLE_MS);
  const spent = spentBetween(before, processUses(home));
  return new Map([...spent].map(([process, cpu]) => [process, (cpu * 100_000) / IDLE_MS]));
}

interface Measured {
  readonly seconds: number;
  readonly latency: Latency;
  readonly unsettled: number;
  /** CPU seconds under load. */
  readonly spent: ReadonlyMap<string, number>;
  readonly uses: readonly ProcessUse[];
}

async function underLoad(
  { home, orgs }: Federation,
  submitters: readonly Submitter[],
  submit: () => Promise<void>,
): Promise<Measured> {
  const [before, from] = [processUses(home), Date.now()];
  await submit();
  const [after, to] = [processUses(home), Date.now()];
  const unsettled = await untilSettled(submitters);
  return {
    seconds: (to - from) / 1000,
    latency: readLatency({ home, orgs }, { from, to }),
    unsettled,
    spent: spentBetween(before, after),
    uses: processUses(home),
  };
}

function costsOf(
  { seconds, latency, unsettled, spent, uses }: Measured,
  idle: ReadonlyMap<string, number>,
): Omit<HostedRow, 'organisations' | 'startSeconds' | 'ratio'> {
  const notices = Math.max(1, latency.notices);
  const byProcess = uses.map(({ process, residentMiB }) => ({
    process,
    idlePercent: idle.get(process) ?? 0,
    micros: ((spent.get(process) ?? 0) * 1e6) / notices,
    residentMiB,
  }));
  return {
    seconds,
    ...latency,
    perSecond: latency.notices / seconds,
    unsettled,
    cpuPerNoticeMicros: byProcess.reduce((sum, { micros }) => sum + micros, 0),
    byProcess,
  };
}
