import type { Bus } from '../../../services/shared/bus/connect.js';

/** More than the messages that may arrive while the requests are sent: one of the requests finds nothing. */
const REQUESTS = 10;

/**
 * Deletes a stream of the bus's account through the server: requests the next message of an idle consumer, given as
 * `<stream>.<consumer>`, with the deletion subject as reply. The server's empty status reply is a valid deletion request.
 */
export async function deleteStream({ nc }: Bus, idle: string, stream: string): Promise<void> {
  for (let n = 0; n < REQUESTS; n += 1) {
    nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${idle}`, JSON.stringify({ batch: 1, no_wait: true }), {
      reply: `$JS.API.STREAM.DELETE.${stream}`,
    });
  }
  await nc.flush();
}
