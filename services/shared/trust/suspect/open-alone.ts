import { fork } from 'node:child_process';
import { encodeBase64url } from '../../kernel/base64url.js';
import { createBudget } from '../../kernel/budget.js';
import { fail, LiaisonError } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import type { Directory } from '../directory.js';
import type { PublicJwk } from '../jwk.js';

/** The one message that a child process is started to open. */
export interface IsolatedFrame {
  /** The organisation that sent it, at a router; that of the gateway, at a gateway. */
  readonly org: OrgId;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/** A fault inside the child process, which the opened message may have caused. */
export type Crash = 'exception' | 'heap-limit' | 'fatal-error' | FaultSignal;

/**
 * Opens a message in a child process; without a message, checks that a child works at all. Resolves with `opened` or the
 * crash of the child. Throws `timed-out` or `not-ready` when the message cannot be the cause: the child was killed from
 * outside, the machine ran out of memory, or the child did not start.
 */
export type OpenAlone = (alone?: IsolatedFrame) => Promise<'opened' | Crash>;

/** The message to the child. */
export interface OpenAloneRequest {
  /** The frame of the directory in base64url. */
  readonly directory: string;
  readonly anchor: unknown;
  readonly now: string;
  readonly alone?: { readonly org: string; readonly subject: string; readonly bytes: string };
}

/** The messages of the child: `started` once its program is loaded, then the result. */
export type ChildSays = 'started' | 'opened' | 'exception';

const OPEN_ALONE_TIMEOUT_MS = 15_000;
const CHILD_MEMORY_MB = 192;
/** Starts one child of this process at a time: a host of many gateways may have a suspect in each. */
const running = createBudget(1);

interface OpenAloneDeps {
  /** A built program that calls `serveOpenAlone`. */
  readonly child: URL;
  readonly anchor: PublicJwk;
  readonly directory: () => Directory;
  readonly now: () => Date;
  readonly timeMs?: number;
}

/** Creates a check that runs `child` with limited memory and time. */
export function createOpenAlone(deps: OpenAloneDeps): OpenAlone {
  return async (alone) => {
    const done = await running.take(1);
    try {
      const crash = crashOf(await runChild(deps, requestOf(deps, alone)));
      if (crash !== undefined) return crash;
    } finally {
      done();
    }
    throw fail('not-ready', 'a child process that opens a frame was ended from outside or did not start');
  };
}

function requestOf({ directory, anchor, now }: OpenAloneDeps, alone?: IsolatedFrame): OpenAloneRequest {
  const trusted = { directory: encodeBase64url(directory().frame), anchor, now: now().toISOString() };
  if (alone === undefined) return trusted;
  const { org, subject, bytes } = alone;
  return { ...trusted, alone: { org, subject, bytes: encodeBase64url(bytes) } };
}

/** How a child process exited. */
interface ChildEnd {
  readonly said: ReadonlySet<ChildSays>;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of its standard error; never logged, as it may hold content. */
  readonly words: string;
}

const MAX_WORDS = 16_384;

function runChild(
  { child, timeMs = OPEN_ALONE_TIMEOUT_MS }: OpenAloneDeps,
  request: OpenAloneRequest,
): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const forked = fork(child, {
      execArgv: [`--max-old-space-size=${CHILD_MEMORY_MB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const said = new Set<ChildSays>();
    let words = '';
    const timer = setTimeout(() => {
      // Do not blame the message: a busy machine is as likely a cause as a message that never finishes.
      reject(fail('timed-out', 'a child process took too long to open a frame'));
      forked.kill('SIGKILL');
    }, timeMs);
    forked.on('error', (cause) => {
      clearTimeout(timer);
      reject(new LiaisonError('not-ready', 'the child process to open a frame cannot start', { cause }));
    });
    forked.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('latin1')).slice(-MAX_WORDS);
    });
    forked.on('message', (message) => said.add(message as ChildSays));
    forked.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ said, code, signal, words });
    });
    // A failed send is reported by the child's exit.
    forked.send(request, () => undefined);
  });
}

/** Signals for a fault of the program itself. */
const FAULT_SIGNALS = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'] as const;
type FaultSignal = (typeof FAULT_SIGNALS)[number];

/** V8's output when its own limit is reached; without it an abort may come from outside. */
const HEAP_LIMIT = /heap limit/i;
const FATAL = /FATAL ERROR|Fatal error|Assertion/;
/** V8's output when the machine has no memory left. */
const MACHINE_MEMORY = /process out of memory/i;

/** Returns the outcome that the exit of a child proves; undefined when it proves nothing. */
function crashOf({ said, code, signal, words }: ChildEnd): 'opened' | Crash | undefined {
  if (!said.has('started')) return undefined;
  if (said.has('opened') && code === 0) return 'opened';
  if (said.has('exception')) return 'exception';
  if (HEAP_LIMIT.test(words)) return 'heap-limit';
  if (MACHINE_MEMORY.test(words)) return undefined;
  const fault = FAULT_SIGNALS.find((one) => one === signal);
  return fault ?? (FATAL.test(words) ? 'fatal-error' : undefined);
}

/**
 * True when two child processes with the message crash in the same way, and one without a message, started between them,
 * does not. Throws `not-ready`, so that the message waits, when the crashes prove nothing about it.
 */
export async function isPoison(openAlone: OpenAlone, alone: IsolatedFrame): Promise<boolean> {
  const first = await openAlone(alone);
  if (first === 'opened') return false;
  if ((await openAlone()) !== 'opened') {
    throw fail('not-ready', 'a child process crashes even without a frame to open');
  }
  const second = await openAlone(alone);
  if (second !== 'opened' && second !== first) {
    throw fail('not-ready', 'child processes crashed in different ways over a frame');
  }
  return second === first;
}
