import { describe, expect, test } from 'vitest';
import { createStreamProgress, type StreamProgress } from '../../../services/router/ledger/progress.js';
import { readMissing } from '../../../services/router/ledger/read-missing.js';
import type { StoredMessage } from '../../../services/shared/bus/direct-get.js';
import { isCode } from '../../../services/shared/kernel/errors.js';

const stored = (seq: number): StoredMessage => ({
  seq,
  subject: 'ledger.europol',
  bytes: new Uint8Array(),
  storedAt: new Date(0),
});
const LIMIT_MS = 10_000;
const ENOUGH = 10;

/** Fails instead of waiting for a read that never comes. */
async function taken(
  progress: StreamProgress,
  owed: Omit<Parameters<typeof readMissing>[1], 'signal'>,
): Promise<void> {
  try {
    await readMissing(progress, { ...owed, signal: AbortSignal.timeout(LIMIT_MS) });
  } catch (error) {
    throw isCode(error, 'timed-out') ? new Error(`no message after ${progress.head()} was read`) : error;
  }
}

/** A stream that holds everything up to `last`, and a consumer that delivered everything but `owed`. */
function lagging(owed: readonly number[], last: number) {
  const progress = createStreamProgress(0);
  const asked: number[] = [];
  for (let seq = 1; seq <= last; seq += 1) if (!owed.includes(seq)) progress.pass(seq);
  return {
    progress,
    asked,
    read: async (seq: number) => {
      if (asked.push(seq) > ENOUGH) throw new Error(`${seq} was read again and again, and not taken`);
      return stored(seq);
    },
    take: async ({ seq }: StoredMessage) => progress.pass(seq),
  };
}

describe('router: a message that the LEDGER consumer has not delivered', () => {
  test('is read from the stream, in order, and no other message is', async () => {
    const { progress, asked, ...from } = lagging([3, 4, 7], 9);
    await taken(progress, { ...from, seq: 9 });
    expect(asked).toEqual([3, 4, 7]);
    expect(progress.head()).toBe(9);
  });

  test('is not read when the consumer delivers it after all', async () => {
    const { progress, asked, ...from } = lagging([1], 2);
    setTimeout(() => progress.pass(1), 20);
    await taken(progress, { ...from, seq: 2 });
    expect(asked).toEqual([]);
  });

  test('is asked for again while a replica does not have it yet', async () => {
    const { progress, ...from } = lagging([1], 1);
    let tries = 0;
    const read = async (seq: number): Promise<StoredMessage | undefined> => {
      tries += 1;
      return tries === 1 ? undefined : from.read(seq);
    };
    await taken(progress, { ...from, read, seq: 1 });
    expect(tries).toBe(2);
  });

  test('is given up with an operational error when the signal aborts', async () => {
    const { progress, ...from } = lagging([1], 1);
    const ending = new AbortController();
    const read = async (): Promise<undefined> => {
      ending.abort();
      return undefined;
    };
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(LIMIT_MS)]);
    const outcome = await readMissing(progress, { ...from, read, seq: 1, signal }).catch(
      (error: unknown) => error,
    );
    expect(ending.signal.aborted, 'what follows 0 was read').toBe(true);
    expect(isCode(outcome, 'timed-out')).toBe(true);
  });
});
