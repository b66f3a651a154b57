import { type Output, table } from '../../../services/cli/terminal/output.js';
import { type Figures, machineText } from '../figures.js';
import type { ItemCost } from './actions/action-rounds.js';
import type { BenchResult } from './route-figures.js';

const whole = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 });
const share = (value: number): string => value.toFixed(2);

/** Formats the figures as text. They depend on the machine; the ratios less so. */
export function showBenchRoute(result: BenchResult, output: Output): string {
  const { bold, dim } = output.paint;
  const { frames, cpu, peakMiB } = result;
  const shapes = [
    ['router (verify, decide, record, redact, sign, deliver, receipts)', whole(result.perSecond), ''],
    ['bare pipe, each notice alone', whole(result.pipe), `${share(result.ratio)} ×`],
    ['bare pipe, the same frames', whole(result.pipeFramed), `${share(result.ratioFramed)} ×`],
  ];
  const steps = Object.entries(cpu.steps).map(([step, micros]) => [step, whole(micros)]);
  const sizes = Object.entries(frames.counts).map(([size, count]) => `${size}: ${count}`);
  return [
    table(['shape', 'notices/s', 'router is'], shapes, output),
    table(
      ['CPU µs a notice', ''],
      [
        ['router process', bold(whole(cpu.router))],
        ['the same in checks of a signature', share(result.cpuPerNoticeInVerifies)],
        ['nats-server', whole(cpu.nats)],
        ...steps,
      ],
      output,
    ),
    ...sharedLines(result, output),
    ...actionLines(result, output),
    `${dim('frames')}  median ${bold(String(frames.median))}, largest ${frames.largest}  (${sizes.join('  ')})`,
    `${dim('peak memory')}  router ${whole(peakMiB.router)} MiB, nats-server ${whole(peakMiB.nats)} MiB`,
    `${dim('notices')}  ${whole(result.notices)}, ${share(result.copies)} copies each, ${result.refused} refused, ${result.seconds.toFixed(1)} s`,
    dim(machineText(result.machine)),
  ].join('\n\n');
}

function actionLines({ actions: cost }: BenchResult, output: Output): readonly string[] {
  if (cost === undefined) return [];
  const { actions, notices, ratio, throughput, verbs, rounds, items, refused } = cost;
  const { bold, dim } = output.paint;
  const row = (name: string, { bytes, copies, perSecond, router, nats }: ItemCost): readonly string[] => [
    name,
    whole(bytes),
    share(copies),
    whole(perSecond.median),
    whole(router.median),
    whole(nats.median),
  ];
  const counts = Object.entries(verbs).map(([verb, count]) => `${verb} ${whole(count)}`);
  return [
    table(
      ['item', 'bytes', 'copies', 'a second', 'router, CPU µs', 'nats-server, CPU µs'],
      [row('action', actions), row('shortest notice', notices)],
      output,
    ),
    `${dim('an action')}  router ${bold(spread(ratio))} × a shortest notice, throughput ${spread(throughput)} ×; ${rounds} rounds of ${whole(items)} each, ${refused} refused (${counts.join(', ')})`,
  ];
}

const spread = ({ median, least, most }: Figures): string =>
  `${share(median)} (${share(least)}–${share(most)})`;

function sharedLines({ routers }: BenchResult, { paint: { bold, dim } }: Output): readonly string[] {
  if (routers === undefined) return [];
  const { count, perSecond, ratio, cpu, takeover } = routers;
  const each = cpu.map(whole).join(' + ');
  return [
    `${dim(`${count} routers`)}  ${bold(whole(perSecond))} notices/s, ${share(ratio)} × one of them alone; CPU µs a notice ${each}`,
    `${dim('kill -9 of one under load')}  ${takeover.waiting} organisations were waiting, and got reports again within ${bold(takeover.seconds.toFixed(1))} s; the killed router held frames of ${takeover.held}`,
  ];
}
