import type { SimulationSummary } from '../shared/runtime/simulation-summary.js';
import type { Home } from '../shared/runtime/home.js';
import type { Member } from './members.js';
import { createRecipientWatch, type Watched } from './recipient-watch.js';
import { add, countReports, EMPTY_SUMMARY, type SentNotice, summarise, summariseReports } from './summary.js';

/** Counts outcomes. Settled notices are collected until there are enough to search for at every recipient. */
export interface Books {
  /** Registers canaries before they are sent, so that every later search knows them. */
  expect(canaries: readonly string[]): void;
  /** Adds settled notices and starts a search when there are enough. Throws the error of an earlier search. */
  fold(settled: readonly SentNotice[]): Promise<void>;
  /** Registers canaries that no recipient may have; each one found is a leak. */
  forbid(canaries: readonly string[]): void;
  /** Counts a draft that a gateway refused. */
  refused(): void;
  /** Searches for all remaining notices, then through whole databases; resolves to what it had no time to search. */
  finish(): Promise<Unsearched>;
  /** Returns the counts so far by evidence. */
  counted(): SimulationSummary;
  /** Returns the counts so far; settled notices not yet searched for are counted by their reports. */
  reported(): SimulationSummary;
}

/** The searches that a stopped simulation had no time for; their notices are counted by reports alone. */
export interface Unsearched {
  readonly notices: number;
  /** True if some freed pages or text indexes were not searched. */
  readonly freed: boolean;
}

/**
 * Settled notices in one search; they are dropped after it, so that an endless simulation stays small. Few enough to search for
 * the last ones within the time that `liaison up` waits after Ctrl-C.
 */
const FOLD = 500;

/** Creates the counts for the members of a home; searches end when `isOver` returns true. */
export function createBooks(home: Home, members: readonly Member[], isOver: () => boolean): Books {
  let [waiting, forbidden]: [SentNotice[], string[]] = [[], []];
  let [counted, unsearched] = [EMPTY_SUMMARY, 0];
  /** Counts, by reports, of the notices that wait for a search and of those being searched for. */
  let [told, lookedFor] = [EMPTY_SUMMARY, EMPTY_SUMMARY];
  let [looking, isLast]: [Promise<void> | undefined, boolean] = [undefined, false];
  // Delays the caller if more notices wait than the next search can handle.
  const isBehind = (): boolean => waiting.length > FOLD;
  const watch = createRecipientWatch(home, members, { isBehind, isLast: () => isLast, isOver });
  const look = async (): Promise<void> => {
    const notices = waiting;
    const findings = watch.look({ notices, forbidden });
    [waiting, forbidden, lookedFor, told] = [[], [], told, EMPTY_SUMMARY];
    const watched = await findings;
    unsearched += watched.complete ? 0 : notices.length;
    counted = add(counted, countWatched(notices, watched));
    [lookedFor, looking] = [EMPTY_SUMMARY, undefined];
  };
  return {
    expect: watch.expect,
    fold: async (settled) => {
      waiting.push(...settled);
      told = add(told, countReports(settled));
      if (waiting.length + forbidden.length > FOLD) looking ??= look();
      // Does not wait for a search; only throws the error of a finished one.
      await Promise.race([looking ?? Promise.resolve(), Promise.resolve()]);
    },
    forbid: (canaries) => {
      watch.expect(canaries);
      forbidden.push(...canaries);
    },
    refused: () => void (counted = add(counted, { refused: 1 })),
    finish: async () => {
      isLast = true;
      await (looking ?? Promise.resolve()).then(look);
      const { complete, ...found } = await watch.finish();
      counted = add(counted, found);
      return { notices: unsearched, freed: !complete };
    },
    counted: () => counted,
    reported: () => add(add(counted, lookedFor), told),
  };
}

function countWatched(notices: readonly SentNotice[], { complete, found }: Watched): SimulationSummary {
  return complete ? summarise(notices, found) : summariseReports(notices, found);
}
