import { counted } from '../shared/wire/counted.js';
import { setMaxListeners } from 'node:events';
import type { SimulationSummary } from '../shared/runtime/simulation-summary.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { pause } from '../shared/kernel/pause.js';
import { readDirectory } from '../shared/trust/read-directory.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { type Books, createBooks } from './books.js';
import { createChance } from '../shared/kernel/chance.js';
import type { SimulatorConfig } from './config.js';
import { createNoticePlans, type NoticePlans } from './act-on-notices.js';
import { createInventor } from './invent.js';
import { type Member, readMembers } from './members.js';
import { openRogues, type Rogues } from './rogues.js';
import { createSimulatedList } from '../shared/runtime/simulated-list.js';
import { createSettling, type Settling } from './settling.js';
import { abortOnStall } from './stall.js';
import { add, type SentNotice } from './summary.js';
import { type DiskPace, type HeldBack, openDiskPace } from './disk-pace.js';
import { runTraffic, type TrafficDeps } from './traffic.js';

/** A progress event; never holds the content of a notice. */
export interface SimulationEvent {
  readonly event:
    | 'started'
    | 'progress'
    | 'settling'
    | 'searching'
    | 'refused'
    | 'unsettled'
    | 'unanswered'
    | 'cut'
    | 'held-back';
  readonly [fact: string]: unknown;
}

/** A running simulation. */
export interface Simulation {
  /** Stops submitting. Notices under way get a few seconds to settle and to be searched for; then `summary` resolves. */
  stop(): void;
  /** The final counts. Rejects with `internal` if the search for canaries proves nothing. */
  readonly summary: Promise<SimulationSummary>;
}

const PROGRESS_MS = 1_000;
/** Time to settle after a stop in milliseconds; less than the time that `liaison up` waits. */
const HURRIED = { settle: 3_500, search: 6_500 };

/** Sends generated traffic, with rogue frames, through the federation that runs in a home, and counts the outcomes. */
export async function runSimulation(
  config: SimulatorConfig,
  emit: (event: SimulationEvent) => void,
): Promise<Simulation> {
  const [ending, late, over] = [new AbortController(), new AbortController(), new AbortController()];
  // Every request under way listens to these signals until it ends: many listeners are not a leak.
  setMaxListeners(0, ending.signal, late.signal, over.signal);
  const members = await readMembers(config.home, over.signal);
  const rogues = await openRogues({
    servers: config.natsUrl,
    tls: config.natsTls,
    tailSeed: readSecret(config.home.tailSeed),
    members,
  });
  let stoppedAt = Infinity;
  const hadItsTime = ({ at }: SentNotice): boolean => at.getTime() + config.settleMs < stoppedAt;
  const { federation } = await readDirectory(config.home);
  const books = createBooks(config.home, members, () => over.signal.aborted);
  const plans = plansOf(config, { emit, books });
  const settling = createSettling(
    members.map(({ gateway }) => gateway),
    plans,
  );
  const ends = { ending, late, hadItsTime };
  const established = new Set<OrgId>();
  const pace = await paceOf(config, { emit, signal: ending.signal });
  const sending = { config, members, federation, rogues, established, pace };
  const run = { ...sending, plans, settling, emit, books, ...ends };
  emit({ event: 'started', seed: config.seed, organisations: members.map(({ org }) => org) });
  if (config.forMs > 0) setTimeout(() => ending.abort(), config.forMs).unref();
  const summary = simulateAndClose(run);
  const stop = (): void => {
    ending.abort();
    setTimeout(() => late.abort(), HURRIED.settle).unref();
    setTimeout(() => over.abort(), HURRIED.search).unref();
    stoppedAt = Date.now();
  };
  return { stop, summary };
}

/** Simulates, then stops the follower and closes the connections of rogues, also after an error. */
async function simulateAndClose(run: Run): Promise<SimulationSummary> {
  try {
    return await simulate(run);
  } finally {
    run.late.abort();
    await Promise.all([run.settling.stop(), run.rogues.close()]);
  }
}

interface Run {
  readonly config: SimulatorConfig;
  readonly members: readonly Member[];
  readonly rogues: Rogues;
  readonly plans: NoticePlans;
  readonly settling: Settling;
  readonly pace: DiskPace;
  readonly ending: AbortController;
  readonly federation: string;
  readonly books: Books;
  /** Organisations of which a notice has settled. */
  readonly established: Set<OrgId>;
  /** When the wait for settling ends; unsettled notices are counted as they are. */
  readonly late: AbortController;
  /** Whether notices under way count as lost; false after a stop. */
  readonly hadItsTime: (notice: SentNotice) => boolean;
  readonly emit: (event: SimulationEvent) => void;
}

async function simulate(run: Run): Promise<SimulationSummary> {
  const { plans, settling, rogues, ending, late, emit, config, books } = run;
  const traffic = runTraffic(trafficOf(run), { ending: ending.signal, late: late.signal });
  const submitting = traffic.finally(() => ending.abort());
  // The rejection is thrown below; this only prevents an unhandled rejection until then.
  submitting.catch(() => undefined);
  while (!ending.signal.aborted) {
    await pause(PROGRESS_MS, ending.signal);
    const settled = settling.takeSettled();
    tellRefused(run, settled);
    for (const { originator } of settled) run.established.add(originator);
    await books.fold(settled);
    emit({ event: 'progress', ...progressOf(run) });
  }
  plans.finish();
  emit({ event: 'settling', pending: settling.pending() });
  const left = (): number => settling.pending() + rogues.published() - rogues.refused();
  abortOnStall(late, left, config.settleMs);
  await submitting;
  await settling.untilSettled(late.signal);
  await rogues.untilAnswered(late.signal);
  return finish(run);
}

/** Reports a valid notice that the router refused: a failure, which the exit code of the caller shows too. */
function tellRefused({ emit }: Run, settled: readonly SentNotice[]): void {
  for (const { originator, id, shown } of settled) {
    if (shown?.state === 'refused')
      emit({ event: 'refused', org: originator, id, code: shown.code ?? 'unknown' });
  }
}

function progressOf({ settling, rogues, books }: Run): SimulationSummary {
  const submitted = rogues.published() + settling.pending();
  return add(books.reported(), { submitted, refused: rogues.refused() });
}

async function finish(run: Run): Promise<SimulationSummary> {
  const { settling, rogues, emit, books, hadItsTime } = run;
  const unsettled = await settling.stop();
  const settled = settling.takeSettled();
  tellRefused(run, settled);
  await books.fold([...settled, ...unsettled.filter(hadItsTime)]);
  emit({ event: 'searching' });
  const { notices, freed } = await books.finish();
  if (notices > 0)
    emit({ event: 'cut', search: `the last ${counted(notices, 'notice')} at their recipients` });
  if (freed) emit({ event: 'cut', search: 'freed pages and text indexes' });
  for (const { originator, id, shown } of unsettled) {
    emit({ event: 'unsettled', originator, id, state: shown?.state ?? 'unknown' });
  }
  const overdue = await overdueAt(run);
  const turnedAway = { submitted: rogues.published(), refused: rogues.refused(), overdue };
  for (const rogue of rogues.unanswered()) emit({ event: 'unanswered', ...rogue });
  return add(books.counted(), turnedAway);
}

/** Returns the number of overdue answers at all gateways; emits `cut` for a gateway that does not answer. */
async function overdueAt({ members, emit }: Run): Promise<number> {
  const counts = await Promise.all(
    members.map(({ org, gateway }) =>
      gateway.overdue().catch(() => {
        emit({ event: 'cut', search: `the overdue answers of ${org}` });
        return 0;
      }),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function paceOf(
  { home, rate, homeLimitBytes }: SimulatorConfig,
  { emit, signal }: { readonly emit: Run['emit']; readonly signal: AbortSignal },
): Promise<DiskPace> {
  const onHeldBack = (now: HeldBack): void => emit({ event: 'held-back', ...now });
  return openDiskPace({ folder: home.root, rate, limit: homeLimitBytes, onHeldBack, signal });
}

function plansOf(
  { seed }: SimulatorConfig,
  { emit, books }: { readonly emit: Run['emit']; readonly books: Books },
): NoticePlans {
  return createNoticePlans({
    // A chance of its own, so that the same seed gives the same traffic with and without plans.
    chance: createChance(seed + 1),
    onInvented: (canaries) => books.expect([...canaries.values()]),
    onRefused: (id, verb, code) => emit({ event: 'refused', id, verb, code }),
    now: Date.now,
  });
}

function trafficOf(run: Run): TrafficDeps {
  const { config, federation, members, rogues, plans, settling, pace, emit, books, established } = run;
  const simulated = createSimulatedList(config.home.simulated);
  return {
    ...config,
    rate: pace.rate,
    members,
    chance: createChance(config.seed),
    invent: createInventor(config.seed),
    federation,
    onInvented: (canaries) => books.expect([...canaries.values()]),
    onAccepted: (notice, draft) => {
      plans.plan(notice.id, draft);
      settling.follow(notice);
    },
    hasSettled: (org) => established.has(org),
    onRefused: (org: OrgId, code) => {
      books.refused();
      emit({ event: 'refused', org, code });
    },
    onRogue: async (frame, canaries) => {
      books.forbid([...canaries.values()]);
      // List the frame before it is sent, so that every process that sees it can recognise it.
      simulated.add([frame.frame, ...frame.entries]);
      await rogues.publish(frame);
    },
  };
}
