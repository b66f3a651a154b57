import { setTimeout as delay } from 'node:timers/promises';
import { monitoringAt } from './monitoring.js';

/** A stream whose copies differ: the last sequence of each, in the order of the servers; 0 where there is none. */
export interface Differing {
  readonly stream: string;
  readonly ends: readonly number[];
}

/** Looks, and milliseconds between them: a copy that is only behind has caught up at one of them. */
const LOOKS = { count: 5, apartMs: 400 };

/**
 * Streams of which these servers (by the addresses of their monitoring) hold different copies, as `<account>/<stream>`.
 * Raft keeps copies the same; where they are not, whoever leads hands on what the others never had, and keeps back what
 * they have. Throws what a server does not answer with.
 */
export async function differingCopies(monitors: readonly string[]): Promise<readonly Differing[]> {
  let differing = await look(monitors);
  for (let again = 1; again < LOOKS.count && differing.length > 0; again += 1) {
    await delay(LOOKS.apartMs);
    const before = new Set(differing.map(({ stream }) => stream));
    differing = (await look(monitors)).filter(({ stream }) => before.has(stream));
  }
  return differing;
}

async function look(monitors: readonly string[]): Promise<readonly Differing[]> {
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
