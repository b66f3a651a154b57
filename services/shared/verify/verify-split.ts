import { fail } from '../kernel/errors.js';
import { parseCheckpointText } from '../tlog/checkpoint.js';
import { signedByLog } from '../tlog/log-keys.js';
import { parseNote } from '../tlog/signed-note.js';
import { createClaimList } from './claims.js';
import { keptNotes } from './ledger-export/kept-checkpoints.js';
import { claimFork } from './verify-fork.js';
import type { Verification } from './verify-evidence.js';
import type { EvidenceContext } from './verify-pack.js';

/**
 * Verifies whether two files of checkpoints, proofs or packs, which two members kept, convict the log: whether one was shown
 * another log than the other. Throws as `keptNotes` does, and `usage` without a directory, which checkpoints do not bring.
 */
export async function verifySplit(
  files: readonly [Uint8Array, Uint8Array],
  { directory }: Pick<EvidenceContext, 'directory'>,
): Promise<Verification> {
  if (directory === undefined)
    throw fail('usage', 'two files are compared with the keys of a directory: `--directory`');
  const claims = createClaimList();
  const kept = await Promise.all(
    files.map((file) => Promise.all(keptNotes(file).map((note) => signedByLog(note, directory)))),
  );
  const notes = contradiction(kept.flat()) ?? kept.flatMap((of) => of.slice(-1));
  await claimFork(claims, { what: 'log-forked', accused: 'hub', notes }, { directory });
  return { kind: 'conviction', holds: claims.lines.every(({ ok }) => ok !== false), lines: claims.lines };
}

/** Finds two notes with other roots of one log at one size; nothing is verified. */
function contradiction(notes: readonly string[]): readonly string[] | undefined {
  const seen = new Map<string, { readonly note: string; readonly root: Uint8Array }>();
  for (const note of notes) {
    const { origin, size, root } = parseCheckpointText(parseNote(note).text);
    const place = `${origin}\n${size}`;
    const known = seen.get(place) ?? { note, root };
    if (!Buffer.from(root).equals(known.root)) return [known.note, note];
    seen.set(place, known);
  }
  return undefined;
}
