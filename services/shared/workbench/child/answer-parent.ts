import { type Detail, errorFrom } from '../../kernel/errors.js';

/** The answer of the child process: plain data, or the error. */
export type ChildAnswer =
  | { readonly type: 'answered'; readonly value: unknown }
  | {
      readonly type: 'refused';
      readonly code: string;
      readonly message: string;
      readonly details: readonly Detail[];
    };

/** A question as the child gets it, with an empty folder that the worker removes when the child ends. */
export type WithScratch<Question> = Question & { readonly scratch: string };

/** Answers the questions of the parent process (`createWorker`) until the parent ends. */
export function answerParent<Question>(answer: (question: WithScratch<Question>) => unknown): void {
  const answerTo = async (question: WithScratch<Question>): Promise<ChildAnswer> => {
    try {
      return { type: 'answered', value: await answer(question) };
    } catch (thrown) {
      const { code, message, details } = errorFrom(thrown);
      return { type: 'refused', code, message, details };
    }
  };
  process.on('message', (question: WithScratch<Question>) => {
    // If the parent ended meanwhile, sending fails and `disconnect` follows.
    void answerTo(question).then((reply) => process.send?.(reply, undefined, undefined, () => undefined));
  });
  process.once('disconnect', () => process.exit(0));
}
