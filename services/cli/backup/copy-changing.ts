import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { copyFile, type FileFacts } from './copy-file.js';

/** Copies small files while their processes may replace them. */
export interface ChangingCopy {
  /** Copies each file that changed since it was copied; resolves to false if one changed during this call. */
  advance(): Promise<boolean>;
  /** Calls `advance` until no file changes during it: then the copies are of one moment. Throws `busy` after many tries. */
  settle(): Promise<void>;
  /** The files as they were copied, by their paths. */
  files(): ReadonlyMap<string, FileFacts>;
}

interface CopyChangingParams {
  readonly from: string;
  readonly to: string;
  /** Returns the paths of the files that are there now. */
  readonly list: () => readonly string[];
  /** Takes a file from the previous backup; undefined for one that may have changed. */
  readonly reuse: (path: string) => Promise<FileFacts | undefined>;
}

const MAX_TRIES = 50;

/** Creates the copy; nothing is read before the first `advance`. */
export function createChangingCopy({ from, to, list, reuse }: CopyChangingParams): ChangingCopy {
  const copied = new Map<string, { readonly state: string; readonly facts: FileFacts }>();
  const states = (): ReadonlyMap<string, string> =>
    new Map(list().map((path) => [path, stateOf(join(from, path))]));
  const forget = (path: string): void => {
    rmSync(join(to, path), { force: true });
    copied.delete(path);
  };
  const advance = async (): Promise<boolean> => {
    const before = states();
    for (const path of [...copied.keys()].filter((one) => !before.has(one))) forget(path);
    for (const [path, state] of before) {
      if (copied.get(path)?.state === state) continue;
      forget(path);
      const facts = (await reuse(path)) ?? (await copyIfThere(join(from, path), join(to, path)));
      if (facts !== undefined) copied.set(path, { state, facts });
    }
    const after = states();
    return (
      after.size === copied.size && [...after].every(([path, state]) => copied.get(path)?.state === state)
    );
  };
  return {
    advance,
    settle: async () => {
      for (let tries = 0; !(await advance()); tries += 1)
        if (tries === MAX_TRIES) throw fail('busy', `\`${from}\` changes faster than it can be copied`);
    },
    files: () => new Map([...copied].map(([path, { facts }]) => [path, facts])),
  };
}

/** Identifies a version of a file: a process that replaces a file gives it another inode number or time. */
function stateOf(path: string): string {
  const entry = statSync(path, { bigint: true, throwIfNoEntry: false });
  return entry === undefined ? 'gone' : `${entry.ino} ${entry.size} ${entry.mtimeNs}`;
}

async function copyIfThere(source: string, target: string): Promise<FileFacts | undefined> {
  try {
    return await copyFile(source, target);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
