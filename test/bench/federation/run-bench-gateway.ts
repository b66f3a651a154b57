import { setTimeout as delay } from 'node:timers/promises';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import type { Call } from '../../../services/cli/verb.js';
import type { CommonOptions } from '../bench-options.js';
import { type Bench, runOf } from '../bench-run.js';
import {
  type BenchGatewayResult,
  gatewayFigures,
  type GatewayResult,
  type ProcessRow,
} from './federation-figures.js';
import { thisMachine } from '../figures.js';
import { measurePack } from './pack-cost.js';
import { measureRate, type RateRow } from './gateway-round.js';
import { inOwnFederation } from '../own-federation.js';
import { processUses, spentBetween } from './process-kinds.js';
import { showBenchGateway } from './show-bench-gateway.js';
import { measureSight } from './visible-latency.js';
import { measureWitnessed } from './witnessed-latency.js';
import { measureWithdrawals } from './withdraw-latency.js';
import { measureSignature } from '../signature-cost.js';

/** Options of `bench gateway`; times in milliseconds. */
export interface BenchGatewayOptions extends CommonOptions {
  readonly rates: readonly number[];
  readonly for: number;
  readonly warmUp: number;
  readonly idle: number;
  readonly withdrawals: number;
  readonly separate: boolean;
  /** How many members are invented, with policies like the seven; absent: the seven. */
  readonly members?: number;
}

/** Milliseconds to wait after the traffic for receipts and other remaining work. */
const REST_MS = 3_000;
const SIGHTS = 20;
const WITNESSED = 5;

async function measureFederation(
  call: Call<BenchGatewayOptions>,
  say: (words: string) => void,
): Promise<BenchGatewayResult> {
  const { separate, members } = call.options;
  const measureIt = async (federation: Federation): Promise<BenchGatewayResult> => {
    const machine = thisMachine(await monitoringAt(federation.run.monitor).version());
    const result = await measure(federation, call.options, say);
    return { machine, ...result, ...gatewayFigures(result) };
  };
  return inOwnFederation(call, measureIt, { separate, members });
}

const bench: Bench<BenchGatewayOptions, BenchGatewayResult> = {
  name: 'gateway',
  measure: measureFederation,
  show: showBenchGateway,
};

export const runBenchGateway = runOf(bench);

async function measure(
  federation: Federation,
  { rates, for: ms, warmUp, idle, withdrawals }: BenchGatewayOptions,
  say: (words: string) => void,
): Promise<GatewayResult> {
  const cost = await measureSignature();
  const most = Math.max(...rates);
  say(`${most} notices/s as a warm-up: code that has rarely run costs several times as much`);
  await measureRate(federation, { rate: most, warmUpMs: 0, ms: warmUp, cost });
  say(`${idle / 1000} s without traffic`);
  const resting = await measureIdle(federation, idle);
  say(`${SIGHTS} notices one after the other`);
  const sight = await measureSight(federation, SIGHTS);
  say(`${WITNESSED} notices one after the other, until a quorum has cosigned their records`);
  const witnessed = await measureWitnessed(federation, WITNESSED);
  say(`${withdrawals} withdrawals, 10 a second`);
  const { latency: withdrawn, example } = await measureWithdrawals(federation, withdrawals);
  const byRate: RateRow[] = [];
  for (const rate of rates) {
    say(
      `${rate} notices/s: ${warmUp / 1000} s warm-up, ${ms / 1000} s, then until the simulator has checked them`,
    );
    byRate.push(await measureRate(federation, { rate, warmUpMs: warmUp, ms, cost }));
  }
  say('the evidence pack of a withdrawn notice');
  const pack = await measurePack(federation, example);
  const end = new Map(processUses(federation.home).map((use) => [use.process, use.residentMiB]));
  const byProcess = resting.map((row) => ({ ...row, endMiB: end.get(row.process) ?? 0 }));
  return {
    ...cost,
    idleSeconds: idle / 1000,
    ...sight,
    ...witnessed,
    ...withdrawn,
    ...pack,
    byProcess,
    byRate,
  };
}

async function measureIdle({ home }: Federation, ms: number): Promise<readonly Omit<ProcessRow, 'endMiB'>[]> {
  await delay(REST_MS);
  const before = processUses(home);
  await delay(ms);
  const after = processUses(home);
  const spent = spentBetween(before, after);
  return after.map(({ process, residentMiB }) => ({
    process,
    idleCpuPercent: ((spent.get(process) ?? 0) * 100_000) / ms,
    idleMiB: residentMiB,
  }));
}
