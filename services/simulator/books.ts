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

/** Keeps count: settled notices wait here until enough came together to be looked for at every recipient. */
export interface Books {
  /** These are about to be somewhere: a search from now on sees them. */
  expect(canaries: readonly string[]): void;
  /** Counts what is settled, and begins to look for it when enough waits. Throws what went wrong in a look before. */
  fold(settled: readonly SentNotice[]): Promise<void>;
  /** Canaries that nobody may have, ever: found anywhere they are a leak, and nothing else of them is counted. */
  forbid(canaries: readonly string[]): void;
  /** A gateway refused a draft with a code. */
  refused(): void;
  /** Looks for all that still waits, then searches until `isOver`; false when that was not complete then. */
  finish(isOver: () => boolean): Promise<boolean>;
  /** What was found so far, by evidence. */
  counted(): SimulationSummary;
  /** The same, with what the reports say of those settled notices that were not looked for yet. */
  reported(): SimulationSummary;
}

/** So many settled notices are looked for and forgotten, so that a simulation without end stays small. */
const FOLD = 5_000;
/** Before it was accepted nothing of a notice was in any inbox; clocks of one machine differ by less. */
const SLACK_MS = 2_000;

interface Looking {
  readonly notices: readonly SentNotice[];
  readonly forbidden: readonly string[];
}

export function createBooks(home: Home, members: readonly Member[]): Books {
  let waiting: SentNotice[] = [];
  let forbidden: string[] = [];
  let counted = EMPTY_SUMMARY;
  /** What reports say of notices that wait, and of those that are being looked for. */
  let [told, lookedFor] = [EMPTY_SUMMARY, EMPTY_SUMMARY];
  let [looking, isLast]: [Promise<void> | undefined, boolean] = [undefined, false];
  // What gathers while a look takes its time must not be more than the next one manages.
  const watch = createWatch(home, members, () => isLast || waiting.length > FOLD);
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
      // Waits for nothing, and throws what a look threw.
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

/** All recipients, looked at one after the other. */
function createWatch(home: Home, members: readonly Member[], inHurry: () => boolean) {
  const canaries = createCanaryIndex();
  const [receipts, pace] = [createReceiptBook(), createPace(inHurry)];
  const inspectors = members.map((member) =>
    createInspector(member, { receipts, canaries, begin: beginningOf(member.database), pace }),
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
