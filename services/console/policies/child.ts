import { errorFrom } from '../../shared/kernel/errors.js';
import { answerQuestion } from './answer.js';
import type { ChildAnswer, ChildRequest } from './request.js';

async function answerTo(request: ChildRequest): Promise<ChildAnswer> {
  try {
    return { type: 'answered', value: await answerQuestion(request) };
  } catch (thrown) {
    const { code, message, details } = errorFrom(thrown);
    return { type: 'refused', code, message, details };
  }
}

process.on('message', (request: ChildRequest) => {
  // If the console ended meanwhile, sending fails and `disconnect` follows.
  void answerTo(request).then((answer) => process.send?.(answer, undefined, undefined, () => undefined));
});
process.once('disconnect', () => process.exit(0));
