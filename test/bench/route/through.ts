import type { Federation } from '../../../services/cli/up/federation.js';
import { launchPipe } from './launch-pipe.js';
import { type RouteLoad, type Loaded, runLoad } from './run-load.js';
import { type Usage, usageOf } from '../usage.js';

/** The result of a load, and the resources that both processes used. */
export interface Routed {
  readonly loaded: Loaded;
  readonly router: Usage;
  readonly nats: Usage;
}

/** Sends a load through the router of the federation; the warm-up is not counted. */
export async function throughRouter({ pid }: Federation, load: RouteLoad): Promise<Routed> {
  const now = () => ({ router: usageOf(pid('router')), nats: usageOf(pid('nats')) });
  let before = now();
  const loaded = await runLoad({ ...load, onCounting: () => (before = now()) });
  const after = now();
  const since = (name: 'router' | 'nats'): Usage => ({
    cpu: after[name].cpu - before[name].cpu,
    peak: after[name].peak,
  });
  return { loaded, router: since('router'), nats: since('nats') };
}

/** Starts a bare pipe and sends a load through it; the router must not run. */
export async function throughPipe(
  federation: Federation,
  load: RouteLoad & { readonly copies: number },
): Promise<Loaded> {
  const pipe = await launchPipe(federation, load.copies);
  try {
    return await runLoad(load);
  } finally {
    await pipe.stop();
  }
}
