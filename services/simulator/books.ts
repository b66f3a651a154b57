import type { Home } from '../shared/runtime/home.js';
import { inspectRecipient } from './inspect-recipient.js';
import { type Member, readDirectory } from './members.js';
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
  /** A gateway refused a draft with a code. */
  refused(): void;
  /** What was found so far, by evidence. */
  counted(): Summary;
  /** What the reports on settled notices say so far: nothing was looked for yet. */
  reported(): Summary;
}

/** Before it was accepted nothing of a notice was in any inbox; clocks of one machine differ by less. */
const SLACK_MS = 2_000;

export function createBooks(home: Home, members: readonly Member[]): Books {
  let waiting: readonly Submitted[] = [];
  let counted = NOTHING;
  return {
    fold: async (settled, bound) => {
      waiting = [...waiting, ...settled];
      if (waiting.length <= bound) return;
      const notices = waiting;
      waiting = [];
      counted = add(counted, summarise(notices, await lookFor(notices, { home, members })));
    },
    refused: () => {
      counted = add(counted, { refused: 1 });
    },
    counted: () => counted,
    reported: () => add(counted, countReports(waiting)),
  };
}

/** One recipient after the other: each search reads a whole database. */
async function lookFor(
  notices: readonly Submitted[],
  { home, members }: { readonly home: Home; readonly members: readonly Member[] },
): Promise<readonly Findings[]> {
  const directory = await readDirectory(home);
  const since = new Date(Math.min(...notices.map(({ at }) => at.getTime())) - SLACK_MS);
  const findings: Findings[] = [];
  for (const member of members) {
    findings.push(await inspectRecipient(member, { notices, since, directory, now: new Date() }));
  }
  return findings;
}
