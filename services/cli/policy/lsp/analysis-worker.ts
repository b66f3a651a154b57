import { constants } from 'node:os';
import { isCode } from '../../../shared/kernel/errors.js';
import { createWorker } from '../../../shared/workbench/child/worker.js';
import type { AnalysisQuestion } from './analysis.js';

/** Asks a child process, one question at a time, so that a text that crashes Cedar never ends the language server. */
export interface AnalysisWorker {
  /**
   * Calls `question` once all earlier questions are answered, and resolves with the child's answer; with
   * undefined when `question` returns undefined. Throws the child's error, `busy` when the child died, or
   * `timed-out`.
   */
  ask<T>(question: () => AnalysisQuestion | undefined): Promise<T | undefined>;
  close(): Promise<void>;
}

const CHILD = new URL('./analysis-child.js', import.meta.url);
const ANSWER_TIMEOUT_MS = 30_000;
/** A child is replaced after this many answers, because Cedar's WebAssembly never frees memory (docs/adr/0005). */
const MAX_ANSWERS = 100;

/** Creates the worker; its process starts with the first question. */
export function createAnalysisWorker(): AnalysisWorker {
  const priority = constants.priority.PRIORITY_NORMAL;
  const worker = createWorker<AnalysisQuestion>({ child: CHILD, timeMs: ANSWER_TIMEOUT_MS, priority });
  let last: Promise<unknown> = Promise.resolve();
  let answers = 0;
  const answer = async (question: AnalysisQuestion | undefined): Promise<unknown> => {
    if (question === undefined) return undefined;
    try {
      return await worker.ask(question);
    } catch (thrown) {
      // After an unexpected failure the WebAssembly of the child may be unusable: the next question gets a new child.
      if (!isCode(thrown, 'policy-invalid')) await worker.stop();
      throw thrown;
    } finally {
      answers += 1;
      if (answers % MAX_ANSWERS === 0) await worker.stop();
    }
  };
  return {
    ask: async <T>(question: () => AnalysisQuestion | undefined): Promise<T | undefined> => {
      const asked = last.then(async () => answer(question()));
      last = asked.catch(() => undefined);
      // The child runs `analysis-child.ts`, so the shape of its answer is not checked.
      return (await asked) as T | undefined;
    },
    close: () => worker.stop(),
  };
}
