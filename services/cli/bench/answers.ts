import { setTimeout as delay } from 'node:timers/promises';
import type { Receipt, SignedSet } from '../../shared/wire/frames.js';

interface Answering {
  /** Sends one frame; the next one goes after it. */
  readonly send: (receipts: readonly Receipt[]) => Promise<void>;
  readonly onTrouble: (trouble: unknown) => void;
}

export interface Answers {
  add(receipt: Receipt): void;
  /** Gives up what was not sent yet. */
  stop(): Promise<void>;
}

const MOST_RECEIPTS = 64;
const MOST_BYTES = 500 * 1024;
const PACE_MS = 1_000;

/**
 * Receipts in frames as a gateway sends them (ADR 0008): the first after a rest at once, then what gathered in a second, and
 * full frames one after the other.
 */
export function createAnswers({ send, onTrouble }: Answering): Answers {
  const ending = new AbortController();
  const waiting: Receipt[] = [];
  let sentAt = -PACE_MS;
  const step = async (): Promise<void> => {
    const frame = fitting(waiting);
    const isFull = frame.length < waiting.length || frame.length === MOST_RECEIPTS;
    const rest = isFull ? 0 : sentAt + PACE_MS - performance.now();
    if (rest > 0) return delay(rest, undefined, { signal: ending.signal }).catch(() => undefined);
    waiting.splice(0, frame.length);
    await send(frame).catch(onTrouble);
    sentAt = performance.now();
    return undefined;
  };
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (waiting.length > 0 && !ending.signal.aborted) await step();
    running = undefined;
  };
  return {
    add: (receipt) => {
      waiting.push(receipt);
      running ??= run();
    },
    stop: async () => {
      ending.abort();
      await running;
    },
  };
}

function fitting(waiting: readonly Receipt[]): readonly Receipt[] {
  let bytes = 0;
  const end = waiting.findIndex(({ statement, delivery }, index) => {
    bytes += sizeOf(statement) + sizeOf(delivery);
    return index >= MOST_RECEIPTS || (index > 0 && bytes > MOST_BYTES);
  });
  return end === -1 ? waiting.slice() : waiting.slice(0, end);
}

/** What encoding adds to a leaf, or to a statement. */
const AROUND = 12;

function sizeOf(set: SignedSet | null | undefined): number {
  if (!set) return 0;
  const { statement, leaves } = set;
  return leaves.reduce(
    (sum, { salt, part }) => sum + salt.length + part.length + AROUND,
    statement.length + AROUND,
  );
}
