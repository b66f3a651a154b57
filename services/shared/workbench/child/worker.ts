import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, parseCode } from '../../kernel/errors.js';
import type { ChildAnswer } from './answer-parent.js';

/** A child process that answers one question at a time. It starts with the first question and ends after a minute without one. */
export interface Worker<Question> {
  /**
   * Resolves with the answer of the function that the child gave to `answerParent`. Throws its error, `timed-out`, the reason of
   * `signal` when that aborts, or `busy` when the child died while answering. The child is killed when its answer times out or `signal` aborts.
   */
  ask(question: Question, signal?: AbortSignal): Promise<unknown>;
  stop(): Promise<void>;
}

interface WorkerDeps {
  /** The built module of the child, which calls `answerParent`. */
  readonly child: URL;
  readonly timeMs: number;
  /** The priority of the child's process; below that of the parent by default. */
  readonly priority?: number;
}

interface Running {
  readonly process: ChildProcess;
  readonly scratch: string;
}

const IDLE_MS = 60_000;
const CHILD_FLAGS = ['--max-semi-space-size=8', '--max-old-space-size=512'];

/**
 * Creates a worker. Its process ends when idle, as Cedar's WebAssembly never frees memory (docs/adr/0005).
 */
export function createWorker<Question extends object>({
  child,
  timeMs,
  priority = constants.priority.PRIORITY_BELOW_NORMAL,
}: WorkerDeps): Worker<Question> {
  let running: Running | undefined;
  let idle: NodeJS.Timeout | undefined;
  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ended = running;
    running = undefined;
    if (ended === undefined) return;
    ended.process.kill('SIGKILL');
    await rm(ended.scratch, { recursive: true, force: true });
  };
  return {
    async ask(question, signal) {
      clearTimeout(idle);
      // The child may have died between two questions.
      if (running?.process.connected === false) await end();
      const { process, scratch } = (running ??= await start(child, priority));
      try {
        const answer = await answerOf(process, { ...question, scratch }, { timeMs, signal });
        idle = setTimeout(() => void end(), IDLE_MS).unref();
        if (answer.type === 'answered') return answer.value;
        throw fail(parseCode(answer.code), answer.message, answer.details);
      } finally {
        if (!process.connected) await end();
      }
    },
    stop: end,
  };
}

async function start(child: URL, priority: number): Promise<Running> {
  const scratch = await mkdtemp(join(tmpdir(), 'liaison-workbench-'));
  const started = fork(child, {
    execArgv: CHILD_FLAGS,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // `answerOf` reports errors; without a question an unhandled error would end the console.
  started.on('error', () => undefined);
  if (started.pid !== undefined && priority !== constants.priority.PRIORITY_NORMAL)
    setPriority(started.pid, priority);
  return { process: started, scratch };
}

interface AnswerLimits {
  readonly timeMs: number;
  readonly signal: AbortSignal | undefined;
}

function answerOf(
  child: ChildProcess,
  request: object,
  { timeMs, signal }: AnswerLimits,
): Promise<ChildAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      child.off('message', received).off('error', died).off('close', died);
    };
    const giveUp = (why: Error): void => {
      settle();
      child.kill('SIGKILL');
      if (child.connected) child.disconnect();
      reject(why);
    };
    const onAbort = (): void => giveUp(signal?.reason as Error);
    const timer = setTimeout(() => {
      giveUp(fail('timed-out', `no answer within ${timeMs / 1000} s: the question was abandoned`));
    }, timeMs);
    const received = (message: unknown): void => {
      settle();
      // Our own module at the other end, so the shape is not checked.
      resolve(message as ChildAnswer);
    };
    const died = (): void => {
      settle();
      reject(fail('busy', 'the process that evaluates policies died while answering this question'));
    };
    child.once('message', received).once('error', died).once('close', died);
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener('abort', onAbort);
    child.send(request, () => undefined);
  });
}
