import { monitoringAt } from '../../shared/bus/monitoring.js';
import { startFederation, type Federation } from '../up/federation.js';
import { temporaryHome } from '../up/ready-home.js';
import type { Call } from '../verb.js';
import { readDirectory } from '../verify-held.js';
import type { CommonOptions } from './bench-options.js';
import { type Bench, runOf } from './bench-run.js';
import { thisMachine } from './figures.js';
import { launchPipe } from './launch-pipe.js';
import type { Measurement } from './measurement.js';
import { prepare } from './prepare.js';
import { profiled } from './profiled.js';
import { routeFigures } from './route-figures.js';
import { type Load, type Loaded, runLoad } from './run-load.js';
import { showBench } from './show-bench.js';
import { measureSteps, type StepCosts } from './steps.js';
import { unlessStopped } from './unless-stopped.js';
import { type Histogram, histogramOf, type Usage, usageOf } from './usage.js';

export interface BenchOptions extends CommonOptions {
  readonly notices: number;
  readonly window: number;
}

export interface RouteResult {
  /** Through router and broker, receipts included. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly notices: number;
  readonly refused: number;
  readonly copies: number;
  /** To a bare pipe that forwards each notice alone. */
  readonly ratio: number;
  /** To one that forwards the same frames. */
  readonly ratioFramed: number;
  readonly pipe: number;
  readonly pipeFramed: number;
  readonly frames: Histogram;
  /** CPU microseconds a notice: the router process, the broker, and the steps on their own. */
  readonly cpu: { readonly router: number; readonly nats: number; readonly steps: StepCosts };
  readonly peakMiB: { readonly router: number; readonly nats: number };
}

/** `bench route --json`. */
export type BenchResult = RouteResult & Measurement;

/** The unframed pipe is slow, so it is given fewer. */
const ALONE = 8;

async function measureFederation(
  { env, options, stopping }: Call<BenchOptions>,
  say: (words: string) => void,
): Promise<BenchResult> {
  const { home, remove } = temporaryHome();
  const starting = { env, fresh: false, afterLoss: false, say, onEvent: () => {}, stopping, hubOnly: true };
  try {
    const federation = await startFederation(home, starting);
    try {
      const version = await monitoringAt(federation.run.monitor).version();
      const result = await unlessStopped(measure(federation, options, say), stopping);
      return { machine: thisMachine(version), ...result, figures: routeFigures(result), series: [] };
    } finally {
      await federation.stop();
    }
  } finally {
    remove();
  }
}

const bench: Bench<BenchOptions, BenchResult> = {
  name: 'route',
  measure: measureFederation,
  show: showBench,
};

export const runBench = runOf(bench);

async function measure(
  federation: Federation,
  { notices, window, profile }: BenchOptions,
  say: (words: string) => void,
): Promise<RouteResult> {
  const { home, run, orgs } = federation;
  const directory = await readDirectory(home);
  say(`signing ${notices} notices beforehand`);
  const prepared = await prepare(home, directory, { count: Math.ceil(notices / orgs.length) });
  const load = { home, nats: run.nats, federation: directory.federation, prepared, window, largest: 64, say };
  say('through the router');
  const { loaded, router, nats } = await throughRouter(federation, load);
  const copies = Math.max(1, Math.round(loaded.copies));
  say(`through a bare pipe with the same frames, ${copies} copies each`);
  await federation.end('router');
  const framed = await throughPipe(federation, { ...load, window: Infinity, copies });
  say('through a bare pipe that forwards each notice alone');
  const few = prepared.map((one) => ({
    ...one,
    notices: one.notices.slice(0, Math.ceil(one.notices.length / ALONE)),
  }));
  const alone = await throughPipe(federation, {
    ...load,
    prepared: few,
    window: Infinity,
    largest: 1,
    copies,
  });
  const [first] = prepared;
  if (first === undefined) throw new Error('no organisation');
  const steps = await profiled(profile, () => measureSteps({ home, directory }, first));
  return resultOf({ loaded, framed, alone, router, nats, steps });
}

async function throughRouter(
  federation: Federation,
  load: Load,
): Promise<{ readonly loaded: Loaded; readonly router: Usage; readonly nats: Usage }> {
  const pidOf = (name: string): number | undefined => federation.pid(name);
  const before = { router: usageOf(pidOf('router')), nats: usageOf(pidOf('nats')) };
  const loaded = await runLoad(load);
  const since = (name: 'router' | 'nats'): Usage => {
    const { cpu, peak } = usageOf(pidOf(name));
    return { cpu: cpu - before[name].cpu, peak };
  };
  return { loaded, router: since('router'), nats: since('nats') };
}

async function throughPipe(
  federation: Federation,
  load: Load & { readonly copies: number },
): Promise<Loaded> {
  const pipe = await launchPipe(federation, load.copies);
  try {
    return await runLoad(load);
  } finally {
    await pipe.stop();
  }
}

interface Measured {
  readonly loaded: Loaded;
  readonly framed: Loaded;
  readonly alone: Loaded;
  readonly router: Usage;
  readonly nats: Usage;
  readonly steps: StepCosts;
}

function resultOf({ loaded, framed, alone, router, nats, steps }: Measured): RouteResult {
  const { notices, perSecond, seconds, refused, copies } = loaded;
  const micros = ({ cpu }: Usage): number => (cpu * 1_000_000) / notices;
  return {
    perSecond,
    seconds,
    notices,
    refused,
    copies,
    ratio: perSecond / alone.perSecond,
    ratioFramed: perSecond / framed.perSecond,
    pipe: alone.perSecond,
    pipeFramed: framed.perSecond,
    frames: histogramOf(loaded.frames),
    cpu: { router: micros(router), nats: micros(nats), steps },
    peakMiB: { router: router.peak, nats: nats.peak },
  };
}
