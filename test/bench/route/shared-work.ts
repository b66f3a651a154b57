import { setTimeout as delay } from 'node:timers/promises';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import { routerName, routerNumbers } from '../../../services/cli/home/process-names.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import type { SignedItems } from '../prepare.js';
import { type RouteLoad, type Loaded, runLoad } from './run-load.js';
import { usageOf } from '../usage.js';

/** The throughput of several routers together, and the cost of losing one. */
export interface Shared {
  readonly count: number;
  readonly perSecond: number;
  /** The ratio to the rate of a single router in the same run. */
  readonly ratio: number;
  /** CPU microseconds a notice of each router, in their order. */
  readonly cpu: readonly number[];
  readonly takeover: Takeover;
}

/** After `kill -9` of a router under load that is not restarted. */
export interface Takeover {
  /** Organisations that still had notices under way. */
  readonly waiting: number;
  /** Until each of them had a report of a further notice, at the latest; 0 if none waited. */
  readonly seconds: number;
  /** Organisations whose frame the killed router held; the broker redelivers it after its time-out. */
  readonly held: number;
}

/** A frame that was not held by the killed router is reported within this time under any load. */
const HELD_S = 2;

/**
 * Measures all routers after a warm-up of an eighth of the notices, then kills all but the first under load and compares with
 * the throughput of the remaining one.
 */
export async function measureShared(
  federation: Federation,
  load: RouteLoad,
): Promise<(alone: Loaded) => Shared> {
  const { prepared, say } = load;
  const names = routerNumbers(federation.run.routers ?? 1).map(routerName);
  const spent = (): readonly number[] => names.map((name) => usageOf(federation.pid(name)).cpu);
  say(`through ${names.length} routers`);
  await runLoad({ ...load, prepared: partOf(prepared, 0, 1 / 8) });
  const before = spent();
  const together = await runLoad({ ...load, prepared: partOf(prepared, 1 / 8, 1 / 2) });
  const cpu = spent().map((after, at) => ((after - (before[at] ?? 0)) * 1e6) / together.notices);
  say('kill -9 of one under load');
  const takeover = await measureTakeover(federation, { ...load, prepared: partOf(prepared, 1 / 2, 1) });
  const { perSecond } = together;
  return (alone) => ({ count: names.length, perSecond, ratio: perSecond / alone.perSecond, cpu, takeover });
}

/** Returns a range of every organisation's items, given as shares. */
export function partOf(prepared: readonly SignedItems[], from: number, to: number): readonly SignedItems[] {
  return prepared.map((one) => ({
    ...one,
    items: one.items.slice(one.items.length * from, one.items.length * to),
  }));
}

async function measureTakeover(federation: Federation, load: RouteLoad): Promise<Takeover> {
  const told = new Map<OrgId, number>();
  let died = Number.POSITIVE_INFINITY;
  const loading = runLoad({
    ...load,
    onReport: (org) => {
      if (performance.now() > died && !told.has(org)) told.set(org, performance.now() - died);
    },
  });
  const [, ...others] = routerNumbers(federation.run.routers ?? 1).map(routerName);
  await Promise.race([delay(SETTLED_MS), loading]);
  died = performance.now();
  await Promise.all(others.map((name) => killForGood(federation, name)));
  await loading;
  const waits = [...told.values()].map((ms) => ms / 1000);
  return {
    waiting: waits.length,
    seconds: Math.max(0, ...waits),
    held: waits.filter((wait) => wait > HELD_S).length,
  };
}

/** Milliseconds until every sender has a frame under way. */
const SETTLED_MS = 500;

/** Kills a router with SIGKILL; unlike a router that exits by itself it is not restarted. */
async function killForGood({ pid, end }: Federation, name: string): Promise<void> {
  const running = pid(name);
  if (running !== undefined) process.kill(running, 'SIGKILL');
  await end(name);
}
