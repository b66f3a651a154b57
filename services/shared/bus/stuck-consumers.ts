import { setTimeout as delay } from 'node:timers/promises';
import type { Monitoring, Queue } from './monitoring.js';

/** How often the queues are read and the pause in between: one reading of a busy stream may be inconsistent. */
const LOOKS = { count: 5, apartMs: 200 };

/**
 * Returns the consumers of work queues, as `<account>/<stream>/<consumer>`, that are ahead of their stream and therefore
 * skip its messages. nats-server 2.10, killed as a stream empties, may number that stream from 1 again; the consumer then
 * skips messages until their numbers reach its position (docs/adr/0020). For a single server only: in a cluster a replica
 * may be behind its consumer without harm.
 */
export async function findStuckConsumers(monitoring: Monitoring): Promise<ReadonlySet<string>> {
  const look = async (): Promise<readonly string[]> => (await monitoring.queues()).flatMap(aheadOf);
  let ahead = new Set(await look());
  for (let again = 1; again < LOOKS.count && ahead.size > 0; again += 1) {
    await delay(LOOKS.apartMs);
    const before = ahead;
    ahead = new Set((await look()).filter((name) => before.has(name)));
  }
  return ahead;
}

function aheadOf({ account, stream, messages, first, last, consumers }: Queue): readonly string[] {
  const isLeft = messages > consumers.reduce((sum, { waiting }) => sum + waiting, 0);
  return consumers
    .filter(({ delivered }) => delivered > last || (isLeft && delivered >= first))
    .map(({ name }) => `${account}/${stream}/${name}`);
}
