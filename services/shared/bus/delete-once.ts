import { isCode } from '../kernel/errors.js';
import { busError } from './bus-error.js';
import { repeatUntilAnswered } from './repeat-until-answered.js';

/** Deletes a stream or consumer. If a repeated request finds none, an earlier one deleted it without an answer. */
export async function deleteOnce(request: () => Promise<unknown>): Promise<void> {
  await repeatUntilAnswered(async (isRepeated) => {
    try {
      await request();
    } catch (error) {
      if (!(isRepeated && isCode(busError(error), 'stream-missing'))) throw error;
    }
  });
}
