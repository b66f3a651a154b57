import type { SimulationSummary } from '../shared/runtime/simulation-summary.js';
import type { Home } from '../shared/runtime/home.js';
import { readDirectory } from '../shared/trust/read-directory.js';
import { createCanaryIndex } from './canary-search.js';
import { beginningOf, createInspector, type Inspector } from './inspect-recipient.js';
import type { Member } from './members.js';
import { createPace } from './pace.js';
import { createReceiptBook } from './receipt-book.js';
import {
  add,
  countReports,
  type RecipientFindings,
  EMPTY_SUMMARY,
  type SentNotice,
  summarise,
} from './summary.js';

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
  /** Searches for all remaining notices, then in whole databases until `isOver`; resolves to false if that was not complete. */
  finish(isOver: () => boolean): Promise<boolean>;
  /** Returns the counts so far by evidence. */
  counted(): SimulationSummary;
  /** Returns the counts so far; settled notices not yet searched for are counted by their reports. */
  reported(): SimulationSummary;
}

/** Settled notices in one search; they are dropped after it, so that an endless simulation stays small. */
const FOLD = 5_000;
/** A notice is searched for from this long before its acceptance; clocks of one machine differ by less. */
const SLACK_MS = 2_000;

interface Looking {
  readonly notices: readonly SentNotice[];
  readonly forbidden: readonly string[];
}

/** Creates the counts for the members of a home. */
export function createBooks(home: Home, members: readonly Member[]): Books {
  let [waiting, forbidden]: [SentNotice[], string[]] = [[], []];
  let counted = EMPTY_SUMMARY;
  /** Counts, by reports, of the notices that wait for a search and of those being searched for. */
  let [told, lookedFor] = [EMPTY_SUMMARY, EMPTY_SUMMARY];
  let [looking, isLast]: [Promise<void> | undefined, boolean] = [undefined, false];
  // Delays the caller if more notices wait than the next search can handle.
  const watch = createWatch(home, members, { isBehind: () => waiting.length > FOLD, isLast: () => isLast });
  const look = async (): Promise<void> => {
    const notices = waiting;
    const findings = watch.look({ notices, forbidden });
    [waiting, forbidden, lookedFor, told] = [[], [], told, EMPTY_SUMMARY];
    const found = summarise(notices, await findings);
    counted = add(counted, found);
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
    finish: async (isOver) => {
      isLast = true;
      await looking;
      await look();
      const { complete, ...found } = await watch.finish(isOver);
      counted = add(counted, found);
      return complete;
    },
    counted: () => counted,
    reported: () => add(add(counted, lookedFor), told),
  };
}

/** Inspects all recipients, one after another. One may be away for longer than a search has patience; the last cannot wait. */
function createWatch(
  home: Home,
  members: readonly Member[],
  { isBehind, isLast }: { readonly isBehind: () => boolean; readonly isLast: () => boolean },
) {
  const canaries = createCanaryIndex();
  const [receipts, pace] = [createReceiptBook(), createPace(() => isLast() || isBehind())];
  const inspectors = members.map((member) =>
    createInspector(member, {
      receipts,
      canaries,
      begin: beginningOf(member.database),
      pace,
      waits: () => !isLast(),
    }),
  );
  return {
    expect: (fresh: readonly string[]): void => {
      for (const canary of fresh) canaries.add(canary);
    },
    look: async (looking: Looking): Promise<readonly RecipientFindings[]> => {
      const directory = await readDirectory(home);
      const accepted = looking.notices.map(({ at }) => at.getTime());
      const since = new Date(Math.min(Date.now(), ...accepted) - SLACK_MS);
      const findings: RecipientFindings[] = [];
      for (const inspector of inspectors) {
        findings.push(await inspector.look({ ...looking, since, directory, now: new Date() }));
      }
      return findings;
    },
    finish: async (isOver: () => boolean) => {
      const results: Awaited<ReturnType<Inspector['finish']>>[] = [];
      for (const inspector of inspectors) results.push(await inspector.finish(isOver));
      return {
        withheldLeaks: results.reduce((sum, { leaks }) => sum + leaks, 0),
        complete: results.every(({ complete }) => complete),
      };
    },
  };
}
