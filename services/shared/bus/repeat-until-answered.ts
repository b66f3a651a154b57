import { setTimeout as delay } from 'node:timers/promises';
import { verdictOf } from './bus-error.js';

const ANSWER_TIMEOUT_MS = 30_000;
const REPEAT_PAUSE_MS = 250;

/**
 * Repeats an idempotent request to JetStream while it is unknown whether it took effect, for up to 30 s. An answer can be lost:
 * a server creates a stream on the client's own connection and answers no ping meanwhile, so that the client leaves a server
 * whose disk is slow for some seconds, and the answer goes to a connection that is closed. Throws the last error of `request`
 * after that, and every other error at once.
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
