import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import type { Call } from '../../../services/cli/verb.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import type { CommonOptions } from '../bench-options.js';
import { type Bench, runOf } from '../bench-run.js';
import { thisMachine } from '../figures.js';
import type { Measurement } from '../measurement.js';
import { inOwnFederation } from '../own-federation.js';
import { prepare } from '../prepare.js';
import { profiled } from '../profiled.js';
import { measureActions } from './actions/action-rounds.js';
import { type BenchResult, routeFigures, type RouteResult } from './route-figures.js';
import type { RouteLoad, Loaded } from './run-load.js';
import { routeSeries } from './route-series.js';
import { measureShared, partOf } from './shared-work.js';
import { showBenchRoute } from './show-bench-route.js';
import { measureSignature } from '../signature-cost.js';
import { measureSteps, type StepCosts } from './steps.js';
import { type Routed, throughPipe, throughRouter } from './through.js';
import { histogramOf, type Usage } from '../usage.js';

export interface BenchOptions extends CommonOptions {
  readonly notices: number;
  readonly window: number;
  readonly routers: number;
  readonly series?: boolean;
  readonly actions?: boolean;
}

/** The unframed pipe gets the number of notices divided by this, as it is slow. */
const ALONE = 8;

function measureFederation(call: Call<BenchOptions>, say: (words: string) => void): Promise<BenchResult> {
  const { options } = call;
  const whole = async (federation: Federation): Promise<BenchResult> => {
    const version = await monitoringAt(federation.run.monitor).version();
    const { series, ...result } = await measure(federation, options, say);
    return { machine: thisMachine(version), ...result, figures: routeFigures(result), series };
  };
  return inOwnFederation(call, whole, { without: ['gateways', 'console'], routers: options.routers });
}

const bench: Bench<BenchOptions, BenchResult> = {
  name: 'route',
  measure: measureFederation,
  show: showBenchRoute,
};

export const runBenchRoute = runOf(bench);

async function measure(
  federation: Federation,
  options: BenchOptions,
  say: (words: string) => void,
): Promise<RouteResult & Pick<Measurement, 'series'>> {
  const { notices, window, profile } = options;
  const { home, run, orgs } = federation;
  const directory = await readDirectory(home);
  const isShared = options.routers > 1;
  const all = isShared ? notices * 2 : notices;
  say(`signing ${all} notices beforehand`);
  const signed = await prepare(home, directory, { count: Math.ceil(all / orgs.length) });
  const from = { home, nats: run.nats, federation: directory.federation, chains: new Map(), say };
  const load = { ...from, prepared: isShared ? partOf(signed, 1 / 2, 1) : signed, window, largest: 64 };
  const shared = isShared
    ? await measureShared(federation, { ...load, prepared: partOf(signed, 0, 1 / 2) })
    : undefined;
  say('through the router');
  const routed = await throughRouter(federation, warmedUp(load));
  const series = options.series === true ? await routeSeries({ federation, directory, from }, notices) : [];
  const actions =
    options.actions === true
      ? await measureActions({ federation, directory, from, window }, notices)
      : undefined;
  await federation.end('router');
  const copies = Math.max(1, Math.round(routed.loaded.copies));
  const pipes = await throughPipes(federation, { ...load, copies });
  const [first] = signed;
  if (first === undefined) throw new Error('no organisation');
  const steps = await profiled(profile, () => measureSteps({ home, directory }, first));
  const { verifyMicros } = await measureSignature();
  return {
    ...resultOf({ ...routed, ...pipes, steps, verifyMicros }),
    ...(shared === undefined ? {} : { routers: shared(routed.loaded) }),
    ...(actions === undefined ? {} : { actions }),
    series,
  };
}

async function throughPipes(
  federation: Federation,
  load: RouteLoad & { readonly copies: number },
): Promise<Pick<Measured, 'framed' | 'alone'>> {
  load.say(`through a bare pipe with the same frames, ${load.copies} copies each`);
  const all = { ...load, window: Infinity };
  const framed = await throughPipe(federation, warmedUp(all));
  load.say('through a bare pipe that forwards each notice alone');
  const few = load.prepared.map((one) => {
    return { ...one, items: one.items.slice(0, Math.ceil(one.items.length / ALONE)) };
  });
  const alone = await throughPipe(federation, warmedUp({ ...all, prepared: few, largest: 1 }));
  return { framed, alone };
}

/** Excludes the first eighth of a load from the counts as a warm-up: cold code takes 1.5 times as long. */
function warmedUp<L extends RouteLoad>(load: L): L {
  const total = load.prepared.reduce((sum, { items }) => sum + items.length, 0);
  return { ...load, uncounted: Math.floor(total / 8) };
}

interface Measured extends Routed {
  readonly framed: Loaded;
  readonly alone: Loaded;
  readonly steps: StepCosts;
  readonly verifyMicros: number;
}

function resultOf({ loaded, framed, alone, router, nats, steps, verifyMicros }: Measured): RouteResult {
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
    cpuPerNoticeInVerifies: micros(router) / verifyMicros,
    peakMiB: { router: router.peak, nats: nats.peak },
  };
}
