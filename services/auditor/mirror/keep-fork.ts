import { hexDigest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import { forkOf } from '../../shared/verify/fork.js';
import { keepConviction } from '../keep-conviction.js';

/**
 * Keeps two checkpoints of one log that contradict each other as a conviction; the one that the mirror followed comes first.
 * Resolves as `keepConviction` does.
 */
export async function keepFork(
  folder: string,
  notes: readonly [string, string],
  directory: Directory,
): Promise<string | undefined> {
  return keepConviction(folder, hexDigest(notes.join('')), () => forkOf('log-forked', notes, directory));
}
