import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../../services/shared/kernel/errors.js';
import { usageOf } from '../usage.js';
import { AHEAD, type PeerClient } from './peer.js';

/** The measurements of one contender in one round. */
export interface PeerSample {
  readonly perSecond: number;
  /**
   * CPU microseconds per message (in the federation, per notice) of the broker, and of this process as its
   * client.
   */
  readonly broker: number;
  readonly client: number;
  /** Delivered copies per notice; 1 by default. */
  readonly copies?: number;
}

const LIMIT_MS = 120_000;
const LOOK_MS = 2;

/** The counts of a client's consumer. */
export interface Counting {
  messages: number;
  bytes: number;
}

/**
 * Publishes all messages, at most `AHEAD` unconfirmed at a time, and waits until every message is confirmed
 * and consumed. Throws `timed-out` when a message does not arrive, `internal` when other bytes arrive than
 * were sent.
 */
export async function exchange(
  client: PeerClient,
  { messages, arrived, pid }: { messages: readonly Uint8Array[]; arrived: Counting; pid: number },
): Promise<PeerSample> {
  const wanted = messages.reduce((sum, { length }) => sum + length, 0);
  const before = { messages: arrived.messages, bytes: arrived.bytes };
  const [began, broker, own] = [performance.now(), usageOf(pid).cpu, process.cpuUsage()];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let message = messages[next++]; message !== undefined; message = messages[next++])
      await client.publish(message);
  };
  await Promise.all(Array.from({ length: AHEAD }, lane));
  while (arrived.messages - before.messages < messages.length) {
    if (performance.now() - began > LIMIT_MS) throw fail('timed-out', 'not every message has arrived');
    await delay(LOOK_MS);
  }
  const seconds = (performance.now() - began) / 1000;
  if (arrived.bytes - before.bytes !== wanted) throw fail('internal', 'other bytes arrived than were sent');
  const { user, system } = process.cpuUsage(own);
  return {
    perSecond: messages.length / seconds,
    broker: ((usageOf(pid).cpu - broker) * 1e6) / messages.length,
    client: (user + system) / messages.length,
  };
}
