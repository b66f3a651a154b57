import { setTimeout as delay } from 'node:timers/promises';
import { verdictOf } from './bus-error.js';

const ANSWER_TIMEOUT_MS = 30_000;
const REPEAT_PAUSE_MS = 250;

/**
 * Repeats an idempotent request to JetStream while it is unknown whether it took effect, for up to 30 s; then throws
 * the last error of `request`. Throws every other error at once. An answer can be lost: while a server creates a
 * stream it answers no ping of the connection that asked for it. If its disk is slow for some seconds, the client
 * closes that connection before the answer comes.
 *
 * @param request Its argument is true from the second attempt on, when an earlier one may have taken effect.
 */
export async function repeatUntilAnswered<T>(request: (isRepeated: boolean) => Promise<T>): Promise<T> {
  const end = Date.now() + ANSWER_TIMEOUT_MS;
  for (let isRepeated = false; ; isRepeated = true) {
    try {
      return await request(isRepeated);
    } catch (error) {
      if (Date.now() > end || verdictOf(error) !== 'ask-again') throw error;
    }
    await delay(REPEAT_PAUSE_MS);
  }
}
