import type { PublishOutcome } from '../../../services/shared/bus/publish.js';
import { pause } from '../../../services/shared/kernel/pause.js';
import type { Receipt } from '../../../services/shared/wire/frames.js';

interface Answering {
  /** Sends one frame; the next follows after it. A frame that is `full`, or that throws, is sent again. */
  readonly send: (receipts: readonly Receipt[]) => Promise<PublishOutcome>;
  readonly onTrouble: (trouble: unknown) => undefined;
  /** How long receipts are collected that do not fill a frame, in milliseconds. */
  readonly pace?: number;
}

export interface Answers {
  add(receipt: Receipt): void;
  /** Sends collected receipts at once from now on, because no more are expected. */
  hurry(): void;
  /** Drops receipts that were not sent. */
  stop(): Promise<void>;
}

const MAX_RECEIPTS = 64;
const MAX_BYTES = 500 * 1024;
const PACE_MS = 1_000;
/** Pause before a full broker is tried again, in milliseconds, as a gateway does. */
export const FULL_PAUSE_MS = 500;

/**
 * Sends receipts in frames as a gateway does (docs/adr/0008): the first after a pause at once, then those collected within a
 * second, and full frames one after another.
 */
export function createAnswers({ send, onTrouble, pace = PACE_MS }: Answering): Answers {
  const [ending, hurrying] = [new AbortController(), new AbortController()];
  const resting = AbortSignal.any([ending.signal, hurrying.signal]);
  const waiting: Receipt[] = [];
  let sentAt = -pace;
  const step = async (): Promise<void> => {
    const frame = fitting(waiting);
    const isFull = frame.length < waiting.length || frame.length === MAX_RECEIPTS;
    const rest = isFull || resting.aborted ? 0 : sentAt + pace - performance.now();
    if (rest > 0) return pause(rest, resting);
    const answer = await send(frame).catch(onTrouble);
    if (answer === undefined || answer === 'full') return pause(FULL_PAUSE_MS, ending.signal);
    waiting.splice(0, frame.length);
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
    hurry: () => hurrying.abort(),
    stop: async () => {
      ending.abort();
      await running;
    },
  };
}

function fitting(waiting: readonly Receipt[]): readonly Receipt[] {
  let bytes = 0;
  const end = waiting.findIndex(({ statement, delivery }, index) => {
    bytes += statement.length + (delivery?.length ?? 0) + AROUND;
    return index >= MAX_RECEIPTS || (index > 0 && bytes > MAX_BYTES);
  });
  return end === -1 ? waiting.slice() : waiting.slice(0, end);
}

/** Bytes that a receipt adds to a frame besides its texts: its encoding, and its digest in the statement. */
const AROUND = 64;
