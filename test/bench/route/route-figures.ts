import { once } from '../figures.js';
import type { Figure } from '../measurement.js';
import type { RouteResult } from './run-bench-route.js';
import { VERIFY } from '../parts/trust-parts.js';

const ROUTER = 'through the router';

/** The figures in the form of every bench. */
export function routeFigures(result: RouteResult): readonly Figure[] {
  const { cpu, peakMiB } = result;
  const rate = (name: string, perSecond: number): Figure => {
    return { name, unit: 'notices/s', value: once(perSecond) };
  };
  const micros = (name: string, value: number): Figure => ({ name, unit: 'CPU µs', value: once(value) });
  const times = (to: string, ratio: number): Pick<Figure, 'ratio'> => ({ ratio: { to, ...once(ratio) } });
  return [
    { ...rate(ROUTER, result.perSecond), headline: true },
    { ...rate('bare pipe, each notice alone', result.pipe), ...times(ROUTER, 1 / result.ratio) },
    {
      ...rate('bare pipe, the same frames', result.pipeFramed),
      ...times(ROUTER, 1 / result.ratioFramed),
      headline: true,
    },
    {
      ...micros('router process, a notice', cpu.router),
      ...times(VERIFY, result.cpuPerNoticeInVerifies),
      headline: true,
    },
    micros(VERIFY, cpu.router / result.cpuPerNoticeInVerifies),
    micros('nats-server, a notice', cpu.nats),
    ...Object.entries(cpu.steps).map(([step, value]) => micros(`${step}, a notice`, value)),
    { name: 'peak memory of the router', unit: 'MiB', value: once(peakMiB.router) },
    { name: 'peak memory of nats-server', unit: 'MiB', value: once(peakMiB.nats) },
  ];
}
