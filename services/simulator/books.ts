import type { Home } from '../shared/runtime/home.js';
import { inspectGateway, type Marks } from '../shared/store/inspect-database.js';
import { createInspector, type Inspector } from './inspect-recipient.js';
import { type Member, readDirectory } from './members.js';
import { createReceiptBook } from './receipt-book.js';
import {
  add,
  countReports,
  type Findings,
  NOTHING,
  type Submitted,
  summarise,
  type Summary,
} from './summary.js';

/** Keeps count: settled notices wait here until enough came together to be looked for at every recipient. */
export interface Books {
  /** Counts and forgets what is settled, if more than `bound` notices wait. */
  fold(settled: readonly Submitted[], bound: number): Promise<void>;
  /** Canaries that nobody may have, ever: found anywhere they are a leak, and nothing else of them is counted. */
  forbid(canaries: Iterable<string>): void;
  /** A gateway refused a draft with a code. */
  refused(): void;
  /** The last search, until `end`; false when it was not complete then. */
  finish(end: Date | undefined): boolean;
  /** What was found so far, by evidence. */
  counted(): Summary;
  /** What the reports on settled notices say so far: nothing was looked for yet. */
  reported(): Summary;
}

/** Before it was accepted nothing of a notice was in any inbox; clocks of one machine differ by less. */
const SLACK_MS = 2_000;

export function createBooks(home: Home, members: readonly Member[]): Books {
  let waiting: readonly Submitted[] = [];
  let forbidden: string[] = [];
  let counted = NOTHING;
  const receipts = createReceiptBook();
  const inspectors = members.map((member) => createInspector(member, receipts, marksOf(member)));
  return {
    fold: async (settled, bound) => {
      waiting = [...waiting, ...settled];
      if (waiting.length + forbidden.length <= bound) return;
      const looking = { notices: waiting, forbidden };
      [waiting, forbidden] = [[], []];
      counted = add(counted, summarise(looking.notices, await lookFor(looking, { home, inspectors })));
    },
    forbid: (canaries) => void forbidden.push(...canaries),
    refused: () => {
      counted = add(counted, { refused: 1 });
    },
    finish: (end) => {
      const results = inspectors.map((inspector) => inspector.finish(end));
      for (const { leaks } of results) counted = add(counted, { withheldLeaks: leaks });
      return results.every(({ complete }) => complete);
    },
    counted: () => counted,
    reported: () => add(counted, countReports(waiting)),
  };
}

function marksOf({ database }: Member): Marks {
  const inspection = inspectGateway(database);
  try {
    return inspection.marks();
  } finally {
    inspection.close();
  }
}

interface Looking {
  readonly notices: readonly Submitted[];
  readonly forbidden: readonly string[];
}

/** One recipient after the other. */
async function lookFor(
  looking: Looking,
  { home, inspectors }: { readonly home: Home; readonly inspectors: readonly Inspector[] },
): Promise<readonly Findings[]> {
  const directory = await readDirectory(home);
  const since = new Date(Math.min(Date.now(), ...looking.notices.map(({ at }) => at.getTime())) - SLACK_MS);
  const findings: Findings[] = [];
  for (const inspector of inspectors) {
    findings.push(await inspector.look({ ...looking, since, directory, now: new Date() }));
  }
  return findings;
}
