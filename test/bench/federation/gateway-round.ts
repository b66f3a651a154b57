import { fail } from '../../../services/shared/kernel/errors.js';
import { pause } from '../../../services/shared/kernel/pause.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { startTraffic } from '../../../services/cli/up/traffic.js';
import type { SimulationSummary } from '../../../services/shared/runtime/simulation-summary.js';
import { type Latency, readLatency } from './latency.js';
import { byKind, type KindFields, processUses, spentBetween } from './process-kinds.js';
import { type WitnessedLatency, whileWitnessed } from './witnessed-latency.js';
import type { SignatureCost } from '../signature-cost.js';

/** The measurements at one rate, in the window after the warm-up. */
export interface RateRow
  extends Omit<Latency, 'notices'>,
    KindFields<'Micros'>,
    WitnessedLatency,
    Pick<SimulationSummary, 'missing' | 'duplicates'> {
  /** Notices a second that the simulator should submit. */
  readonly rate: number;
  readonly seconds: number;
  readonly notices: number;
  /** Notices a second that the gateways accepted. */
  readonly perSecond: number;
  /** CPU microseconds a notice of all processes except the simulator; `…Micros` are those of each kind of process. */
  readonly cpuPerNoticeMicros: number;
  /** Cores used in the window, with the simulator; 1 is one core. */
  readonly cores: number;
  /** `cpuPerNoticeMicros` divided by the cost of one signature, one check in the router and one at each recipient. */
  readonly ratio: number;
}

export interface Round {
  readonly rate: number;
  readonly warmUpMs: number;
  readonly ms: number;
  readonly cost: SignatureCost;
}

/** The simulator must not end while the window is open. */
const SLACK_MS = 1_000;

/** Measures one rate. Throws `internal` if the simulator ends without counts. */
export async function measureRate(federation: Federation, round: Round): Promise<RateRow> {
  const { home, run, orgs, adopt } = federation;
  const { rate, warmUpMs, ms, cost } = round;
  const started = new AbortController();
  const traffic = startTraffic({
    home,
    run,
    rate,
    rogue: 0,
    seed: `bench-${rate}`,
    for: warmUpMs + ms + SLACK_MS,
    onEvent: ({ event }) => void (event === 'started' && started.abort()),
    adopt: (launched) => adopt('simulator', launched),
  });
  await Promise.race([pause(60_000, started.signal), traffic.finished]);
  await pause(warmUpMs);
  const [before, from] = [processUses(home), Date.now()];
  const window = pause(ms).then(() => [processUses(home), Date.now()] as const);
  const [[after, to], witnessed] = await whileWitnessed(federation, window);
  const { summary, why } = await traffic.finished;
  if (summary === undefined) throw fail('internal', `the simulator ended: ${why ?? 'for an unknown reason'}`);
  const latency = readLatency({ home, orgs }, { from, to });
  const seconds = (to - from) / 1000;
  const spent = spentBetween(before, after);
  return {
    rate,
    seconds,
    ...latency,
    ...witnessed,
    ...costsOf({ spent, seconds, latency, cost }),
    ...lossOf(summary),
  };
}

function lossOf({
  missing,
  duplicates,
}: SimulationSummary): Pick<SimulationSummary, 'missing' | 'duplicates'> {
  return { missing, duplicates };
}

interface Costing {
  readonly spent: ReadonlyMap<string, number>;
  readonly seconds: number;
  readonly latency: Latency;
  readonly cost: SignatureCost;
}

function costsOf({ spent, seconds, latency, cost }: Costing) {
  const notices = Math.max(1, latency.notices);
  const micros = [...spent].map(([process, used]) => [process, (used * 1e6) / notices] as const);
  const total = micros.reduce((sum, [, each]) => sum + each, 0);
  const kinds = byKind('Micros', micros);
  const cpuPerNoticeMicros = total - kinds.simulatorMicros;
  return {
    ...kinds,
    perSecond: latency.notices / seconds,
    cpuPerNoticeMicros,
    cores: (total * notices) / 1e6 / seconds,
    ratio: cpuPerNoticeMicros / (cost.signMicros + cost.verifyMicros * (1 + latency.recipients)),
  };
}
