import { fork } from 'node:child_process';
import { type Detail, errorFrom, fail, parseCode } from '../../kernel/errors.js';

/** What a child answers: the result as plain data, or the error. */
type ChildAnswer<Result> =
  | { readonly type: 'done'; readonly result: Result }
  | {
      readonly type: 'failed';
      readonly code: string;
      readonly message: string;
      readonly details: readonly Detail[];
    };

/** The child process to ask, and its bounds. */
export interface AskChildParams {
  /** The built module, which calls `answerRequest`. */
  readonly child: URL;
  readonly timeMs: number;
  /** Bounds its heap of long-lived objects, in MB. */
  readonly heapMb: number;
}

/** How many details of an error are sent, and how long a text is: both depend on files of policies. */
const MAX_DETAILS = 20;
const MAX_TEXT = 1_000;

/** A short process gains nothing from code that V8 optimises in the background: this saves a second and 40 MB. */
const WASM_FLAGS = ['--liftoff-only'];

/**
 * Asks a child process that ends afterwards: Cedar's WebAssembly takes about 100 MB and never frees them (docs/adr/0005).
 * Resolves with the result of its work. Rejects with the code, message and details of an error there, and with
 * `policy-missing` when the child dies or takes longer than `timeMs`.
 */
export function askChild<Request extends object, Result>(
  request: Request,
  { child, timeMs, heapMb }: AskChildParams,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = fork(child, {
      execArgv: [...WASM_FLAGS, '--max-semi-space-size=4', `--max-old-space-size=${heapMb}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      worker.kill('SIGKILL');
    }, timeMs);
    const died = (how: string): void => {
      clearTimeout(timer);
      reject(fail('policy-missing', `the process that loads the policies ended: ${how}`));
    };
    worker.once('message', (message) => {
      // The child runs `answerRequest`, so the shape of its message is not checked.
      const answer = message as ChildAnswer<Result>;
      clearTimeout(timer);
      if (answer.type === 'done') resolve(answer.result);
      else reject(fail(parseCode(answer.code), answer.message, answer.details));
      worker.kill('SIGKILL');
    });
    worker.on('error', ({ message }) => died(message));
    // A message may still arrive after `exit`, but not after `close`.
    worker.once('close', (code, signal) =>
      died(isLate ? `it took longer than ${timeMs / 1_000} s` : String(signal ?? code)),
    );
    worker.send(request);
  });
}

/** The child side of `askChild`: works on the one request of its parent, and runs until the parent ends it. */
export function answerRequest<Request, Result>(work: (request: Request) => Result | Promise<Result>): void {
  process.once('message', (request: Request) => {
    void answerOf(work, request).then((answer) =>
      // Sending fails when the parent was killed meanwhile; `disconnect` follows.
      process.send?.(answer, undefined, undefined, () => undefined),
    );
  });
  process.once('disconnect', () => process.exit(0));
}

async function answerOf<Request, Result>(
  work: (request: Request) => Result | Promise<Result>,
  request: Request,
): Promise<ChildAnswer<Result>> {
  try {
    return { type: 'done', result: await work(request) };
  } catch (thrown) {
    const { code, message, details, cause } = errorFrom(thrown);
    const why = cause === undefined ? message : `${message}: ${String(cause)}`;
    const sent = details.slice(0, MAX_DETAILS).map((each) => ({
      ...each,
      path: each.path.slice(0, MAX_TEXT),
      message: each.message.slice(0, MAX_TEXT),
    }));
    return { type: 'failed', code, message: why.slice(0, MAX_TEXT), details: sent };
  }
}
