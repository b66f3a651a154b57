import { setTimeout as delay } from 'node:timers/promises';
import type { Monitoring, Queue } from './monitoring.js';

/** Looks, and milliseconds between them: of what moves, stream and consumer are not counted at the same moment. */
const LOOKS = { count: 5, apartMs: 200 };

/**
 * Consumers of work queues, as `<account>/<stream>/<consumer>`, that are past what their stream holds, so that it is handed
 * to nobody. nats-server 2.10, killed as a stream empties, may number that stream from 1 again (docs/adr/0020);
 * its consumer takes what comes for what it had, until the numbers have caught up. Of one server: in a cluster a copy of
 * the stream may be behind the consumer.
 */
export async function consumersAhead(monitoring: Monitoring): Promise<ReadonlySet<string>> {
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
