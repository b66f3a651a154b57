import type { Bus } from '../../services/shared/bus/connect.js';

/**
 * Deletes a stream of the bus's account as the server's deputy: asks for the next message of an idle consumer, given as
 * `<stream>.<consumer>`, and names the deletion as the reply. The server's empty status is a valid request to it.
 */
export async function deleteStream({ nc }: Bus, idle: string, stream: string): Promise<void> {
  nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${idle}`, JSON.stringify({ batch: 1, no_wait: true }), {
    reply: `$JS.API.STREAM.DELETE.${stream}`,
  });
  await nc.flush();
}
