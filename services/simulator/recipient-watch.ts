import type { Home } from '../shared/runtime/home.js';
import { readDirectory } from '../shared/trust/read-directory.js';
import { createCanaryIndex } from './canary-search.js';
import { beginningOf, createInspector } from './inspect-recipient.js';
import type { Member } from './members.js';
import { createPace } from './pace.js';
import { createReceiptBook } from './receipt-book.js';
import type { RecipientFindings, SentNotice } from './summary.js';

/** How long before the first acceptance a search begins, in milliseconds: times of processes differ by less. */
const SLACK_MS = 2_000;

interface Looking {
  readonly notices: readonly SentNotice[];
  readonly forbidden: readonly string[];
}

/** The findings at all recipients; `complete` is false if the time ran out before everything was searched. */
export interface Watched {
  readonly complete: boolean;
  readonly found: readonly RecipientFindings[];
}

interface CreateRecipientWatchParams {
  /** Returns true while so many notices wait that a search must not pause. */
  readonly isBehind: () => boolean;
  /** Returns whether this is the last search, which does not wait for unreachable gateways. */
  readonly isLast: () => boolean;
  /** Returns whether the time for searching is over. */
  readonly isOver: () => boolean;
}

/**
 * Creates the inspection of all recipients, one after the other. A recipient may be unreachable for longer than a search
 * waits.
 */
export function createRecipientWatch(
  home: Home,
  members: readonly Member[],
  { isBehind, isLast, isOver }: CreateRecipientWatchParams,
) {
  const canaries = createCanaryIndex();
  const pace = createPace(() => isLast() || isBehind());
  const deps = { receipts: createReceiptBook(), canaries, pace, isOver, waits: () => !isLast() };
  const inspectors = members.map((member) =>
    createInspector(member, { ...deps, begin: beginningOf(member.database) }),
  );
  return {
    expect: (fresh: readonly string[]): void => {
      for (const canary of fresh) canaries.add(canary);
    },
    look: async (looking: Looking): Promise<Watched> => {
      const directory = await readDirectory(home);
      const accepted = looking.notices.map(({ at }) => at.getTime());
      const since = new Date(Math.min(Date.now(), ...accepted) - SLACK_MS);
      const inspecting = { ...looking, since, directory };
      const found = await oneByOne(inspectors, ({ look }) => look({ ...inspecting, now: new Date() }));
      return { complete: !isOver() && found.every(({ complete }) => complete), found };
    },
    finish: async () => {
      const results = await oneByOne(inspectors, ({ finish }) => finish());
      return {
        withheldLeaks: results.reduce((sum, { leaks }) => sum + leaks, 0),
        complete: results.every(({ complete }) => complete),
      };
    },
  };
}

async function oneByOne<T, U>(values: readonly T[], work: (value: T) => Promise<U>): Promise<readonly U[]> {
  const results: U[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}
