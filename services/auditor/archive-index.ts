import { existsSync } from 'node:fs';
import { errorFrom, fail, isCode, type LiaisonError } from '../shared/kernel/errors.js';
import { pause } from '../shared/kernel/pause.js';
import { type OnAlarm, putAside } from '../shared/store/derived-database.js';
import { openRecordIndex, type RecordIndex } from '../shared/store/append/record-index.js';
import { isDamage } from '../shared/store/sqlite-error.js';
import type { KeptEntry } from '../shared/store/append/archived-entry.js';
import { indexed } from './indexed-record.js';

/** Reads up to `limit` records from number `from` on. */
export type ReadEntries = (from: number, limit: number) => AsyncGenerator<KeptEntry>;

/** Callbacks for faults of the archive's index. */
export interface ArchiveAlarms {
  /** Called when a damaged index was moved aside. */
  readonly onPutAside?: OnAlarm;
  /** Called with the error while the index is behind the file, and with undefined once it has caught up. */
  readonly onBehind?: (fault: LiaisonError | undefined) => void;
}

/** The index of the archive. It follows the file in the background. */
export interface ArchiveIndex {
  /** The index. Throws `not-ready` while it is behind the file. */
  current(): RecordIndex;
  /** Adds what was appended to the file. After a failure the index is behind until it has read the file again. */
  add(entries: readonly KeptEntry[]): void;
  /** Resolves when the index has caught up, or after `ms`. */
  caughtUp(ms: number): Promise<void>;
  close(): Promise<void>;
}

interface IndexDeps extends ArchiveAlarms {
  readonly path: string;
  readonly read: ReadEntries;
}

const BATCH = 512;
/** Consecutive failures after which the index is rebuilt even if it is not damaged. */
const MAX_FAILURES = 3;
const [FIRST_PAUSE_MS, MAX_PAUSE_MS] = [500, 30_000];

/** The state of the index while it follows its file. */
interface Following {
  index: RecordIndex;
  isBehind: boolean;
  /** Consecutive failed attempts. */
  failures: number;
}

/** Opens or creates the index, and adds the records of the file that it lacks. */
export function openArchiveIndex(deps: IndexDeps): ArchiveIndex {
  const { path, onPutAside = () => {} } = deps;
  const closing = new AbortController();
  const state: Following = { index: openRecordIndex(path, onPutAside), isBehind: true, failures: 0 };
  const repair = (pauseMs: number): Promise<void> =>
    repairUntilDone(state, { ...deps, pauseMs }, closing.signal);
  let repairing = repair(0);
  return {
    current: () => {
      if (state.isBehind) throw fail('not-ready', 'the index of the archive is behind its file');
      return state.index;
    },
    add: (entries) => {
      try {
        state.index.add(entries.map(indexed));
      } catch (thrown) {
        noteFailure(state, deps, thrown);
        repairing = repair(FIRST_PAUSE_MS);
      }
    },
    caughtUp: async (ms) => {
      const waiting = new AbortController();
      await Promise.race([repairing, pause(ms, waiting.signal)]);
      waiting.abort();
    },
    close: async () => {
      closing.abort();
      await repairing;
      state.index.close();
    },
  };
}

/** Retries until the index has caught up with the file, or `signal` aborts. */
async function repairUntilDone(
  state: Following,
  deps: IndexDeps & { readonly pauseMs: number },
  signal: AbortSignal,
): Promise<void> {
  const { path, read, onPutAside = () => {}, onBehind = () => {}, pauseMs } = deps;
  for (let wait = pauseMs; ; wait = nextPause(wait)) {
    await pause(wait, signal);
    if (signal.aborted) return;
    try {
      if (state.failures >= MAX_FAILURES) state.index = renew(state.index, path, onPutAside);
      await catchUp(state.index, read, signal);
      Object.assign(state, { isBehind: false, failures: 0 });
      return onBehind(undefined);
    } catch (thrown) {
      if (signal.aborted) return;
      noteFailure(state, deps, thrown);
    }
  }
}

/**
 * Rebuilds an index that is damaged or keeps failing. A full disk and a damaged file are left to a person: a new index would
 * stop there too, and each one that is moved aside takes up disk.
 */
function noteFailure(state: Following, { onBehind = () => {} }: IndexDeps, thrown: unknown): void {
  state.isBehind = true;
  onBehind(reasonOf(thrown));
  if (!isCode(thrown, 'full', 'ledger-damaged'))
    state.failures = isDamage(thrown) ? MAX_FAILURES : state.failures + 1;
}

const nextPause = (ms: number): number => Math.min(MAX_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * ms));

/** Returns the error without SQLite's message, which may quote a value. */
function reasonOf(thrown: unknown): LiaisonError {
  const { code } = errorFrom(thrown);
  return fail(code, 'the index of the archive cannot be written');
}

/** Moves an index aside and opens an empty one. */
function renew(index: RecordIndex, path: string, onPutAside: OnAlarm): RecordIndex {
  try {
    index.close();
  } catch {
    // An earlier attempt closed the index and then failed to open the new one.
  }
  if (existsSync(path)) putAside(path, onPutAside);
  return openRecordIndex(path, onPutAside);
}

/** Adds the records that the index lacks. Rebuilds an index that does not match the file. */
async function catchUp(index: RecordIndex, read: ReadEntries, signal: AbortSignal): Promise<void> {
  if (!(await agrees(index, read))) index.clear();
  let batch: KeptEntry[] = [];
  for await (const entry of read(index.last() + 1, Number.MAX_SAFE_INTEGER)) {
    signal.throwIfAborted();
    batch.push(entry);
    if (batch.length === BATCH) index.add(batch.splice(0).map(indexed));
  }
  index.add(batch.map(indexed));
}

async function agrees(index: RecordIndex, read: ReadEntries): Promise<boolean> {
  const last = index.last();
  if (last === 0) return true;
  for await (const entry of read(last, 1)) return indexed(entry).digest === index.digestOf(last);
  return false;
}
