import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { createChance } from '../../../services/shared/kernel/chance.js';
import { startFederation, type TestFederation } from '../federation.js';
import { type LifeSystem, lifeSystems } from './own-life.js';
import { disturb } from './disturb.js';
import {
  differenceOf,
  expectedCopy,
  isSettled,
  type OriginatorView,
  shownCopies,
  shownCopy,
  viewAtOriginator,
} from './expected-copies.js';
import { planLife } from './life-plan.js';
import { live, type LivedLife, type WatchedSystem } from './live.js';
import { createReportWatch } from './report-watch.js';

/** Which lives are lived through. */
export interface LiveThroughParams {
  readonly count: number;
  /** The seed of the first life; each further life has the next one. Also the seed of the kills. */
  readonly seed: number;
  /** Whether the broker loses its disk when half of the lives are over. */
  readonly losesDisk: boolean;
}

const AT_ONCE = 150;
/** One life in 25 is compared as soon as it is over, while processes are still killed. */
const SAMPLED = 25;
/** A process is killed after so many lives, or after a fifth of them if they are few. */
const LIVES_FOR_A_KILL = 40;
const FIFTH = 5;
const SETTLE_MS = 300_000;
const CONVERGE_MS = 120_000;
const POLL_MS = 300;

/**
 * Lets each notice live through a random sequence of actions while routers, gateways and the broker are killed, then compares
 * every holder with what the last actions and the reports allow. A failure names the seed of its life, which gives the same
 * steps again; at which of them a process is killed depends on the machine.
 */
export async function liveThrough(params: LiveThroughParams): Promise<void> {
  const { seed } = params;
  await using federation = await startFederation({
    separate: true,
    words: ['--no-traffic', '--fresh', '--routers', '2'],
    // Many lives end or bar more than a gateway signs in an hour without a person.
    env: { LIAISON_MAX_ENDS_PER_HOUR: '0' },
  });
  const began = Date.now();
  const note = (words: string): void =>
    void process.stderr.write(`seed ${seed}, ${((Date.now() - began) / 1000).toFixed(1)} s: ${words}\n`);
  const systems = [...lifeSystems(federation).values()].map((system) => ({
    ...system,
    reports: createReportWatch(system),
  }));
  const { lives, wrong, kills } = await liveDisturbed(params, { federation, systems });
  note(`${lives.length} lives, ${JSON.stringify(countsOf(lives))}, kills ${JSON.stringify(kills)}`);
  wrong.push(...(await compareAll(lives, systems)));
  note('every copy compared');
  expect(wrong).toEqual([]);
  for (const { org, get } of systems)
    await expect.poll(async () => (await get('/v1/overdue'))?.['items'], { message: org }).toEqual([]);
  expectDisturbed(params, { lives, kills });
}

interface Disturbed {
  readonly lives: readonly LivedLife[];
  /** The number of kills of each process, and `disk` for the broker's disk. */
  readonly kills: Readonly<Record<string, number>>;
}

/** Leads all lives while processes are killed; `wrong` says what differed at a holder meanwhile. */
async function liveDisturbed(
  { count, seed, losesDisk }: LiveThroughParams,
  {
    federation,
    systems,
  }: { readonly federation: TestFederation; readonly systems: readonly WatchedSystem[] },
): Promise<Disturbed & { readonly wrong: string[] }> {
  const every = Math.min(LIVES_FOR_A_KILL, Math.ceil(count / FIFTH));
  const disturbance = disturb(federation, { seed, every });
  const lives: LivedLife[] = [];
  const wrong: string[] = [];
  const seeds = Array.from({ length: count }, (_, at) => seed + at);
  try {
    await inParallel(seeds, async (one) => {
      const life = await live(planLife(one), systems);
      lives.push(life);
      disturbance.progress();
      if (losesDisk && lives.length * 2 > count) disturbance.loseDisk();
      if (createChance(one).whole(1, SAMPLED) === 1) wrong.push(...(await compareNow(life, systems)));
    });
  } finally {
    await disturbance.stop();
  }
  return { lives, wrong, kills: Object.fromEntries(await disturbance.stop()) };
}

/** Without kills, or if the gateways refused nearly every step, the comparison would prove nothing. */
function expectDisturbed({ count, losesDisk }: LiveThroughParams, { lives, kills }: Disturbed): void {
  const { disk = 0, ...processes } = kills;
  expect(processes).not.toEqual({});
  expect(disk).toBe(losesDisk ? 1 : 0);
  expect(lives.flatMap(({ taken }) => taken).length).toBeGreaterThan(count / 2);
}

/** Waits until every item of a notice is answered, at most until `end` (Unix milliseconds); returns the last state. */
async function untilSettled(life: LivedLife, end = Date.now() + SETTLE_MS): Promise<OriginatorView> {
  for (; ; await delay(POLL_MS)) {
    const view = await viewAtOriginator(life);
    if (isSettled(view) || Date.now() > end) return view;
  }
}

function unsettled({ id, seed, system, taken }: LivedLife, view: OriginatorView): readonly string[] {
  return isSettled(view)
    ? []
    : [`seed ${seed}: ${id} of ${system.org} does not settle: ${JSON.stringify({ ...view, taken })}`];
}

/** Compares every holder of one notice, while processes are killed. */
async function compareNow(life: LivedLife, systems: readonly LifeSystem[]): Promise<readonly string[]> {
  const settled = await untilSettled(life);
  if (!isSettled(settled)) return unsettled(life, settled);
  // A restriction that the gateway derives from a report is signed after the report.
  for (const end = Date.now() + CONVERGE_MS; ; await delay(POLL_MS)) {
    const view = await viewAtOriginator(life);
    const wrong: string[] = [];
    for (const holder of systems.filter(({ org }) => org !== life.system.org)) {
      const found = await shownCopy(holder, life);
      wrong.push(
        ...differenceOf(life, holder.org, { found, expected: expectedCopy(life, holder.org, view) }),
      );
    }
    if (wrong.length === 0) return [];
    if (Date.now() > end) return [...wrong, `the life of ${life.id}: ${JSON.stringify(view.life)}`];
  }
}

/** Waits until everything settled, then compares every holder of every notice. */
async function compareAll(
  lives: readonly LivedLife[],
  systems: readonly LifeSystem[],
): Promise<readonly string[]> {
  const [views, end] = [new Map<LivedLife, OriginatorView>(), Date.now() + SETTLE_MS];
  await Promise.all(
    systems.map(async (system) => {
      // One life after another, because frequent polling would slow down the gateways.
      for (const life of lives)
        if (life.system.org === system.org) views.set(life, await untilSettled(life, end));
    }),
  );
  const different = new Set<LivedLife>();
  await Promise.all(
    systems.map(async (holder) => {
      const copies = await shownCopies(holder);
      for (const [life, view] of views) {
        if (life.system.org === holder.org) continue;
        const found = copies.get(`${life.system.org} ${life.id}`);
        const expected = expectedCopy(life, holder.org, view);
        if (differenceOf(life, holder.org, { found, expected }).length > 0) different.add(life);
      }
    }),
  );
  const wrong: string[] = [];
  await inParallel([...different], async (life) => void wrong.push(...(await compareNow(life, systems))));
  return [...[...views].flatMap(([life, view]) => unsettled(life, view)), ...wrong];
}

function countsOf(lives: readonly LivedLife[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { taken, refused } of lives)
    for (const name of [...taken.map(({ verb }) => verb), ...refused]) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
