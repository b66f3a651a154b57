import { setTimeout as delay } from 'node:timers/promises';
import { monitoringAt } from './monitoring.js';

/** A stream whose replicas differ, with the last sequence of each in the order of the servers; 0 for a missing replica. */
export interface DivergentStream {
  readonly stream: string;
  readonly ends: readonly number[];
}

/** How often replicas are compared and the pause in between, in which a replica that is only behind catches up. */
const LOOKS = { count: 5, apartMs: 400 };

/**
 * Returns the streams whose replicas differ among these servers, given by their monitoring addresses. Raft keeps replicas
 * equal; once they differ, consumers get only what the current leader holds. Throws `unreachable` when a server does not
 * answer.
 */
export async function findDivergentStreams(monitors: readonly string[]): Promise<readonly DivergentStream[]> {
  let differing = await look(monitors);
  for (let again = 1; again < LOOKS.count && differing.length > 0; again += 1) {
    await delay(LOOKS.apartMs);
    const before = new Set(differing.map(({ stream }) => stream));
    differing = (await look(monitors)).filter(({ stream }) => before.has(stream));
  }
  return differing;
}

async function look(monitors: readonly string[]): Promise<readonly DivergentStream[]> {
  const copies = await Promise.all(
    monitors.map(async (url) => {
      const streams = await monitoringAt(url).streams();
      return new Map(streams.map(({ account, stream, lastSeq }) => [`${account}/${stream}`, lastSeq]));
    }),
  );
  return [...new Set(copies.flatMap((copy) => [...copy.keys()]))]
    .map((stream) => ({ stream, ends: copies.map((copy) => copy.get(stream) ?? 0) }))
    .filter(({ ends }) => new Set(ends).size > 1);
}
