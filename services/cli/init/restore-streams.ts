import { type Monitoring, monitoringAt, type Totals } from '../../shared/bus/monitoring.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { provisionedNames } from '../home/missing-streams.js';
import { provisionHome } from './provision-home.js';

type Restoring = Pick<Parameters<typeof provisionHome>[1], 'run' | 'say'> & {
  /** The time between two checks; for tests. */
  readonly everyMs?: number;
};

/** Streams and consumers that the broker lost while it kept other streams of the same accounts; see `findLost`. */
interface Lost {
  /** The missing streams and consumers, as `<account>/<stream>[/<consumer>]`. */
  readonly missing: readonly string[];
  /** Everything to provision again: for each missing item, its stream with all consumers. */
  readonly again: ReadonlySet<string>;
}

/**
 * Finds provisioned streams and consumers that the broker does not list though it lists a stream of their account: such a loss
 * is a deletion. Leaves out accounts without any stream, as a wrong cipher key looks the same, and streams whose data is on disk
 * and cannot be read.
 */
export async function findLost(home: Home, monitoring: Monitoring): Promise<Lost> {
  const shown = new Set(await monitoring.names());
  const accounts = new Set([...shown].map((name) => name.split('/', 1)[0]));
  const listed = provisionedNames(home);
  const missing = listed.filter(
    (name) => !isRevision(name) && !shown.has(name) && accounts.has(name.split('/', 1)[0]),
  );
  if (missing.length === 0) return { missing, again: new Set() };
  const unreadable = new Set(await monitoring.unreadable('some'));
  const lost = missing.filter((name) => !unreadable.has(streamOf(name)));
  const streams = new Set(lost.map(streamOf));
  return { missing: lost, again: new Set(listed.filter((name) => streams.has(streamOf(name)))) };
}

const isRevision = (name: string): boolean => /\/@\d+$/.test(name);
const streamOf = (name: string): string => name.split('/', 2).join('/');

const CHECK_EVERY_MS = 2_000;
/** How many checks are skipped after an attempt, so that a key that deletes streams repeatedly costs little. */
const SKIPPED_CHECKS = 2;

/**
 * Recreates streams and consumers that the broker lost while it kept others of their account, until the signal aborts. Acts
 * when two checks in a row find the same loss. Creating an existing stream only returns its state, so it is never changed.
 */
export async function watchStreams(home: Home, restoring: Restoring, signal: AbortSignal): Promise<void> {
  const { run, everyMs = CHECK_EVERY_MS } = restoring;
  const monitoring = monitoringAt(run.monitor);
  const restore = createRestore(home, restoring);
  let before = '';
  while (!signal.aborted) {
    await pause(before === ATTEMPTED ? everyMs * (1 + SKIPPED_CHECKS) : everyMs, signal);
    const lost = signal.aborted ? undefined : await look(home, monitoring);
    const now = lost?.missing.join(' ') ?? '';
    if (lost === undefined || now === '' || now !== before) before = now;
    else {
      await restore(lost);
      before = ATTEMPTED;
    }
  }
}

/** The value of `before` after an attempt, instead of the missing names. */
const ATTEMPTED = 'attempted';

/** Returns the lost streams and consumers; undefined if there are none or the broker does not answer. */
async function look(home: Home, monitoring: Monitoring): Promise<Lost | undefined> {
  try {
    const there = await monitoring.totals();
    const { streams, consumers } = totalsIn(provisionedNames(home));
    if (there.streams >= streams && there.consumers >= consumers) return undefined;
    return await findLost(home, monitoring);
  } catch {
    return undefined;
  }
}

function totalsIn(names: readonly string[]): Totals {
  const all = names.filter((name) => !isRevision(name));
  const streams = all.filter((name) => name === streamOf(name)).length;
  return { streams, consumers: all.length - streams };
}

/**
 * Returns a function that recreates the lost streams and consumers and prints their names. It prints a repeated failure
 * once; the next check retries.
 */
function createRestore(home: Home, { run, say }: Restoring): (lost: Lost) => Promise<void> {
  let lastFailure = '';
  return async ({ missing, again }) => {
    try {
      await provisionHome(home, { run, say, lost: again });
      say(`the broker had lost ${missing.join(' ')}: created again`);
      lastFailure = '';
    } catch (thrown) {
      const { message } = errorFrom(thrown);
      if (message !== lastFailure)
        say(`the broker lost ${missing.join(' ')}, and they could not be created again: ${message}`);
      lastFailure = message;
    }
  };
}
