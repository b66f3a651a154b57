import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../shared/kernel/errors.js';
import type { Directory, DirectoryKey } from '../../shared/trust/directory.js';
import { LEAD_MS, nextKeyOf, takeNextKey } from '../../shared/trust/signers/own-signer.js';
import { withWriteErrors } from '../home/file-errors.js';
import type { KeyFile } from '../init/key-files.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { kidInFile, rotateCommand } from './local-keys.js';

interface ChangeOverParams {
  /** The version that lists the next key. */
  readonly directory: Directory;
  /** When this home had that version. */
  readonly listedAt: Date;
  readonly stopping: AbortSignal;
  readonly say: (words: string) => void;
}

/** The result of a rotation. */
export interface Rotated {
  /** The id of the new key. */
  readonly kid: string;
  readonly signsFrom: Date;
  readonly replaced: DirectoryKey | undefined;
  /** The version of the directory that lists the new key. */
  readonly version: number;
}

/**
 * Waits until every process knows the version that lists the next key beside a key file, and replaces the file; running processes switch to
 * the next key. Throws `busy` when stopped.
 */
export async function changeOver(
  file: KeyFile,
  { directory, listedAt, stopping, say }: ChangeOverParams,
): Promise<Rotated> {
  const { path } = file;
  const before = kidInFile(path);
  const kid = kidInFile(nextKeyOf(path)) ?? before ?? '';
  const signsFrom = new Date(listedAt.getTime() + LEAD_MS);
  const left = signsFrom.getTime() - Date.now();
  if (left > 0) {
    say(`waiting ${Math.ceil(left / 1000)} s until every process knows it`);
    await delay(left, undefined, { signal: stopping }).catch(() => {
      const complete = suggestedCommand(rotateCommand(file));
      throw fail('busy', `the next key is listed but not in use: \`${complete}\` completes the rotation`);
    });
  }
  withWriteErrors(path, () => takeNextKey(path));
  return { kid, signsFrom, replaced: directory.key(before ?? ''), version: directory.version };
}
