import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, type ExitCode } from '../../../services/cli/terminal/exit-codes.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { lawsHold, startTraffic } from '../../../services/cli/up/traffic.js';
import type { Call } from '../../../services/cli/verb.js';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { CommonOptions } from '../bench-options.js';
import { type Bench, runOf } from '../bench-run.js';
import { readLatency } from '../federation/latency.js';
import { thisMachine } from '../figures.js';
import { inOwnFederation } from '../own-federation.js';
import { countAccepted, readAwaited, readOut, readRecorded } from './absence-counts.js';
import { absenceFigures, type AbsenceResult, type BenchAbsenceResult } from './absence-figures.js';
import { measureBacklog } from './backlog.js';
import { splitOrgs, withoutGateway } from './absent-gateway.js';
import { showBenchAbsence } from './show-bench-absence.js';

/** Options of `bench absence`; times in milliseconds. */
export interface BenchAbsenceOptions extends CommonOptions {
  readonly rate: number;
  readonly before: number;
  readonly away: number;
  readonly unsettled: number;
  readonly quiet: number;
}

/**
 * Maximum time that traffic continues after the return, so that the returned gateway handles old and new notices together.
 */
const MAX_AFTER_MS = 30_000;
/** Maximum wait for results whose goal is one minute. */
const PATIENCE_MS = 600_000;

/** Runs the bench. Returns exit code `no` if a notice was lost or repeated, or a frame recorded twice or miscounted. */
export async function runBenchAbsence(call: Call<BenchAbsenceOptions>): Promise<ExitCode> {
  let holds = false;
  const bench: Bench<BenchAbsenceOptions, BenchAbsenceResult> = {
    name: 'absence',
    measure: async ({ options, ...around }, say) => {
      const absence = await inOwnFederation(
        around,
        (federation) => measureAbsence(federation, options, say),
        {
          separate: true,
        },
      );
      holds = lawsHold(absence) && absence.recordedTwice === 0 && absence.counted === absence.accepted;
      const backlog =
        options.unsettled === 0
          ? undefined
          : await inOwnFederation(around, (federation) => measureBacklog(federation, options, say), {
              separate: true,
            });
      const { machine, ...measured } = absence;
      const result = { ...measured, ...(backlog === undefined ? {} : { backlog }) };
      return { machine, ...result, ...absenceFigures(result) };
    },
    show: showBenchAbsence,
  };
  const code = await runOf(bench)(call);
  return holds ? code : EXIT.no;
}

async function measureAbsence(
  federation: Federation,
  { rate, before, away }: BenchAbsenceOptions,
  say: (words: string) => void,
): Promise<Omit<AbsenceResult, 'backlog'> & Pick<BenchAbsenceResult, 'machine'>> {
  const { home, run, orgs, adopt } = federation;
  const { absent, others } = splitOrgs(orgs);
  say(`${rate} notices/s for ${before / 1000} s, then ${away / 1000} s without ${absent}`);
  const traffic = startTraffic({
    home,
    run,
    rate,
    rogue: 0,
    seed: 'bench',
    for: before + away + Math.min(away, MAX_AFTER_MS),
    onEvent: () => {},
    adopt: (launched) => adopt('simulator', launched),
  });
  const from = Date.now();
  await delay(before);
  const frozenAt = Date.now();
  const atFreeze = await readOut(federation, others);
  await withoutGateway(federation, absent, () => delay(away));
  const returnedAt = Date.now();
  const atReturn = await readOut(federation, others);
  const settledSeconds = await untilSettled(federation, { others, since: returnedAt });
  say(`everything that waited is settled ${settledSeconds.toFixed(1)} s after the return`);
  const { summary, why } = await traffic.finished;
  if (summary === undefined) throw fail('internal', `the simulator ended: ${why ?? 'for an unknown reason'}`);
  const notices = countAccepted(federation, others, { from: frozenAt, to: returnedAt });
  const [frames, receipts, stored] = (['frames', 'receipts', 'stored'] as const).map(
    (name) => atReturn[name] - atFreeze[name],
  ) as [number, number, number];
  const { reports, twice } = await readRecorded(federation);
  const counted = (await readOut(federation, others)).notices;
  const latency = (period: { readonly from: number; readonly to: number }): number =>
    readLatency({ home, orgs: others }, period).p99Ms;
  return {
    machine: thisMachine(await monitoringAt(run.monitor).version()),
    ...summary,
    rate,
    awaySeconds: (returnedAt - frozenAt) / 1000,
    accepted: countAccepted(federation, orgs, { from: 0, to: Date.now() }),
    counted,
    reports,
    recordedTwice: twice,
    noticesAway: notices,
    framesAway: frames,
    questionsAway: stored - frames - receipts,
    receiptsAway: receipts,
    p99BeforeMs: latency({ from: from + before / 2, to: frozenAt }),
    p99AwayMs: latency({ from: frozenAt, to: returnedAt }),
    settledSeconds,
  };
}

/** Resolves with the seconds until no gateway awaits a receipt for a notice that is older than `since`. */
async function untilSettled(
  federation: Federation,
  { others, since }: { readonly others: readonly OrgId[]; readonly since: number },
): Promise<number> {
  for (const end = since + PATIENCE_MS; Date.now() < end; ) {
    const began = Date.now();
    const { oldestSeconds } = await readAwaited(federation, others);
    if (oldestSeconds * 1000 < began - since) return (began - since) / 1000;
    await delay(250);
  }
  throw fail('timed-out', `notices wait ${PATIENCE_MS / 1000} s after the return`);
}
