import { once } from '../figures.js';
import type { Figure, Measurement } from '../measurement.js';
import { VERIFY } from '../parts/trust-parts.js';
import type { ActionsCost } from './actions/action-rounds.js';
import type { Shared } from './shared-work.js';
import type { Histogram } from '../usage.js';
import type { StepCosts } from './steps.js';

/** The measurements of `bench route`. */
export interface RouteResult {
  /** Notices per second through router and broker, receipts included. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly notices: number;
  readonly refused: number;
  readonly copies: number;
  /** The ratio to the rate of a bare pipe that forwards each notice alone. */
  readonly ratio: number;
  /** The ratio to the rate of a bare pipe that forwards the same frames. */
  readonly ratioFramed: number;
  readonly pipe: number;
  readonly pipeFramed: number;
  readonly frames: Histogram;
  /** CPU microseconds per notice: of the router process, of the broker, and of each step alone. */
  readonly cpu: { readonly router: number; readonly nats: number; readonly steps: StepCosts };
  /**
   * `cpu.router` divided by the cost of one `node:crypto` signature verification over 2 KiB in the same run.
   */
  readonly cpuPerNoticeInVerifies: number;
  /**
   * The throughput of several routers, compared with that of the remaining one; absent for a single router.
   */
  readonly routers?: Shared;
  /** With `--actions`. */
  readonly actions?: ActionsCost;
  readonly peakMiB: { readonly router: number; readonly nats: number };
}

/** `bench route --json`. */
export type BenchResult = RouteResult & Measurement;

const ROUTER = 'through the router';

/** Converts the measurements of `bench route` to figures. */
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
    ...actionFigures(result.actions),
  ];
}

const SHORTEST = { rate: 'shortest notices', router: 'router process, a shortest notice' };

function actionFigures(cost: ActionsCost | undefined): readonly Figure[] {
  if (cost === undefined) return [];
  const { actions, notices, ratio, throughput } = cost;
  return [
    {
      name: 'actions',
      unit: 'a second',
      value: actions.perSecond,
      ratio: { to: SHORTEST.rate, ...throughput },
    },
    { name: SHORTEST.rate, unit: 'a second', value: notices.perSecond },
    {
      name: 'router process, an action',
      unit: 'CPU µs',
      value: actions.router,
      ratio: { to: SHORTEST.router, ...ratio },
      headline: true,
    },
    { name: SHORTEST.router, unit: 'CPU µs', value: notices.router },
    { name: 'nats-server, an action', unit: 'CPU µs', value: actions.nats },
    { name: 'nats-server, a shortest notice', unit: 'CPU µs', value: notices.nats },
  ];
}
