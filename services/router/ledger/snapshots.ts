import { fork } from 'node:child_process';
import type { Clock } from '../../shared/kernel/clock.js';
import { errorFrom, fail, parseCode } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';

/** The message to the child. */
export interface SnapshotRequest {
  readonly database: string;
  /** How many snapshots are kept, including the new one. */
  readonly keep: number;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** Takes a snapshot; rejects with the reason of a failure. */
export type TakeSnapshot = (request: SnapshotRequest, signal: AbortSignal) => Promise<void>;

/** Takes snapshots until stopped. */
export interface Snapshots {
  stop(): Promise<void>;
}

interface SnapshotsDeps {
  readonly database: string;
  readonly store: Pick<RouterStore, 'fact'>;
  readonly take: TakeSnapshot;
  readonly clock: Clock;
  readonly log: Logger;
  readonly firstMs?: number;
  readonly everyMs?: number;
}

/** The first snapshot is taken soon after a start, because the start may have consumed the last one. */
const FIRST_MS = 60_000;
const EVERY_MS = 15 * 60_000;
/** The interval is at least this many times as long as taking the last snapshot. */
const SHARE = 20;
const KEEP = 2;

/**
 * Takes a snapshot of the projection at intervals, if records were applied or rows deleted since the last one. If rows were
 * deleted, no earlier snapshot is kept, so that deleted rows are gone from disk after the next snapshot.
 */
export function keepSnapshots(deps: SnapshotsDeps): Snapshots {
  const stopping = new AbortController();
  const running = run(deps, stopping.signal);
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

async function run(deps: SnapshotsDeps, signal: AbortSignal): Promise<void> {
  const { database, store, take, clock, log, firstMs = FIRST_MS, everyMs = EVERY_MS } = deps;
  let last: Taken | undefined;
  for (let wait = firstMs; ; ) {
    await pause(wait, signal);
    if (signal.aborted) return;
    wait = everyMs;
    const now = takenOf(store);
    if (now.position === last?.position && now.swept === last.swept) continue;
    const began = performance.now();
    try {
      await take({ database, keep: now.swept === last?.swept ? KEEP : 1, at: clock().getTime() }, signal);
      last = now;
      log.info({ ms: Math.round(performance.now() - began) }, 'snapshot of the projection taken');
    } catch (thrown) {
      const { code, message } = errorFrom(thrown);
      if (!signal.aborted) log.warn({ code }, message);
    }
    wait = Math.max(everyMs, SHARE * (performance.now() - began));
  }
}

interface Taken {
  /** The position up to which the ledger was applied. */
  readonly position: string;
  /** When rows were last deleted. */
  readonly swept: string | undefined;
}

function takenOf({ fact }: SnapshotsDeps['store']): Taken {
  return { position: ['epoch', 'head', 'auditor'].map(fact).join(' '), swept: fact('forgot') };
}

/**
 * Takes snapshots in a child process, because SQLite blocks the event loop while it copies. `child` is the built
 * `snapshot-child.js`.
 */
export function createTakeInChild(child: URL): TakeSnapshot {
  return (request, signal) =>
    new Promise((resolve, reject) => {
      const taking = fork(child, {
        signal,
        killSignal: 'SIGKILL',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      let code = parseCode(undefined);
      taking.once('message', (message) => {
        code = parseCode((message as { readonly code?: unknown }).code);
      });
      taking.on('error', reject);
      taking.once('close', (status) => {
        if (status === 0) resolve();
        else reject(fail(code, 'no snapshot of the projection was taken'));
      });
      taking.send(request, () => undefined);
    });
}
