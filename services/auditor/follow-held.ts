import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../shared/kernel/clock.js';
import { pause } from '../shared/kernel/pause.js';
import { seconds } from '../shared/kernel/clock.js';
import type { Archive } from './archive.js';
import { heldChanges } from './held-changes.js';

/** Applies archived records to the index of held notices. */
export interface HeldFollower {
  /** Resolves when every archived record is applied. Rejects with `not-ready` while the index is behind its file. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

interface HeldFollowerDeps {
  readonly archive: Pick<Archive, 'count' | 'held' | 'read'>;
  readonly clock: Clock;
  readonly everyMs?: number;
}

/** Records of one transaction: few enough not to delay a heartbeat noticeably. */
const BATCH = 128;
/** Notices that one transaction forgets. */
const FORGET_BATCH = 500;
/** The pause between two rounds in milliseconds; a question starts a round at once. */
const EVERY_MS = 60_000;

/**
 * Starts to apply archived records in rounds: one a minute, and one before each answer. Archiving never waits
 * for a round.
 */
export function followHeld({ archive, clock, everyMs = EVERY_MS }: HeldFollowerDeps): HeldFollower {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const caughtUp = (): Promise<void> => {
    running ??= follow(archive, clock, stopping.signal).finally(() => (running = undefined));
    return running;
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await pause(everyMs, stopping.signal);
      // An index that is behind its file raises its own alarm; the next turn retries.
      if (!stopping.signal.aborted) await caughtUp().catch(() => undefined);
    }
  })();
  return {
    caughtUp,
    stop: async () => {
      stopping.abort();
      await Promise.all([loop, running?.catch(() => undefined)]);
    },
  };
}

async function follow(
  archive: HeldFollowerDeps['archive'],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && archive.held.upTo() < archive.count()) {
    const from = archive.held.upTo() + 1;
    const changes = [];
    let last = from - 1;
    for await (const entry of archive.read(from, BATCH)) {
      changes.push(...heldChanges(entry));
      last = entry.number;
    }
    // The index may have been emptied meanwhile: then it starts over.
    if (archive.held.upTo() === from - 1) archive.held.apply(changes, last);
    await nextTurn();
  }
  const now = seconds(clock());
  while (!signal.aborted && archive.held.forget(now, FORGET_BATCH) === FORGET_BATCH) await nextTurn();
}
