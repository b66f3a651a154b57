import type { Federation } from '../up/federation.js';
import { launchPipe } from './launch-pipe.js';
import { type Load, type Loaded, runLoad } from './run-load.js';
import { type Usage, usageOf } from './usage.js';

/** A load, and what it cost the two processes. */
export interface Routed {
  readonly loaded: Loaded;
  readonly router: Usage;
  readonly nats: Usage;
}

/** Sends it through the router of the federation. */
export async function throughRouter(federation: Federation, load: Load): Promise<Routed> {
  const pidOf = (name: string): number | undefined => federation.pid(name);
  const before = { router: usageOf(pidOf('router')), nats: usageOf(pidOf('nats')) };
  const loaded = await runLoad(load);
  const since = (name: 'router' | 'nats'): Usage => {
    const { cpu, peak } = usageOf(pidOf(name));
    return { cpu: cpu - before[name].cpu, peak };
  };
  return { loaded, router: since('router'), nats: since('nats') };
}

/** Sends it through a bare pipe that is started for it; the router must not run. */
export async function throughPipe(
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
