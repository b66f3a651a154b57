import { fail } from '../../kernel/errors.js';
import type { Directory } from '../../trust/directory.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { isSignedRoot } from '../../tlog/cose-receipt.js';
import { EXPORT_FILES, parseSignedRoot } from './layout.js';
import { type OpenedCheckpoint, openCheckpoint, parseCheckpointText } from '../../tlog/checkpoint.js';
import { countedLogKeys } from '../../tlog/log-keys.js';
import { parseNote } from '../../tlog/signed-note.js';
import { expectQuorum, type WitnessPolicy } from '../../tlog/witness-policy.js';
import type { ClaimList } from '../claims.js';

/** What checkpoints are verified with. */
export interface CheckpointContext {
  readonly directory: Directory;
  readonly claims: ClaimList;
  /** The policy that the verifier pinned; undefined: the log's own signature counts. */
  readonly witnesses?: WitnessPolicy | undefined;
}

/**
 * Opens a note as a checkpoint of the log with this origin. Throws as `openCheckpoint` does, and `log-life-differs` if it is
 * of another life of the log.
 */
export async function openLogNote(
  note: string | Uint8Array,
  origin: string,
  { directory, witnesses }: Pick<CheckpointContext, 'directory' | 'witnesses'>,
): Promise<OpenedCheckpoint> {
  const named = parseCheckpointText(parseNote(note).text).origin;
  const isOwn = named.startsWith(`${directory.federation}/liaison/`);
  const keys = isOwn ? countedLogKeys(witnesses ?? { logs: [] }, directory, named) : [];
  // A policy that pins one life of the log has no key of another one.
  const isOtherLife = isOwn && (named !== origin || !keys.some(({ name }) => name === named));
  if (isOtherLife && keys.length > 0)
    throw fail('log-life-differs', `a checkpoint of \`${named}\`, another life of the log`);
  return openCheckpoint(note, { origin: named, keys });
}

/** Adds whether enough witnesses of the policy cosigned a checkpoint. */
export async function claimWitnesses(
  { note }: OpenedCheckpoint,
  { claims, witnesses }: CheckpointContext,
): Promise<void> {
  const says = (names: string | undefined): string =>
    names === undefined ? 'a quorum of witnesses cosigned the checkpoint' : `cosigned by ${names}`;
  const about = { claim: 'log', where: 'checkpoint' } as const;
  if (witnesses === undefined) {
    const detail = 'no witness policy was given (`--witnesses`)';
    claims.unproved({ ...about, says: says(undefined), detail });
    return;
  }
  await claims.check({ ...about, says }, async () => {
    const names = new Set((await expectQuorum(note, witnesses)).map(({ key: { name } }) => name));
    return [...names].toSorted().join(', ') || 'none, as the policy requires';
  });
}

/** Adds whether the log signed the root for COSE receipts, where the export has that signature. */
export async function claimSignedRoot(
  { origin, root }: OpenedCheckpoint,
  file: Uint8Array | undefined,
  { claims, directory, witnesses }: CheckpointContext,
): Promise<void> {
  if (file === undefined) return;
  const says = 'the log signed the root for COSE receipts';
  await claims.check({ claim: 'log', where: EXPORT_FILES.cose, says }, async () => {
    const signed = parseSignedRoot(parseStrictJson(file));
    for (const key of countedLogKeys(witnesses ?? { logs: [] }, directory, origin))
      if (await isSignedRoot(root, signed, key)) return;
    throw fail('signature-invalid', 'no key of the log signed this root');
  });
}

/** A checkpoint that the verifier kept, and the roots of the exported log. */
interface KeptParams {
  readonly kept: OpenedCheckpoint;
  readonly head: OpenedCheckpoint;
  readonly rootAt: ReadonlyMap<number, Uint8Array>;
}

/** Adds whether the exported log begins with the entries of a checkpoint that was kept. */
export async function claimKept({ kept, head, rootAt }: KeptParams, claims: ClaimList): Promise<void> {
  const says = `the log begins with the ${kept.size} entries of the kept checkpoint`;
  await claims.check({ claim: 'log', where: 'checkpoint', says }, () => {
    if (kept.size > head.size)
      throw fail(
        'ledger-rolled-back',
        `the export has ${head.size} entries, ${kept.size} were signed before`,
      );
    if (!Buffer.from(rootAt.get(kept.size) ?? []).equals(kept.root))
      throw fail('log-forked', `another root than the signed one at ${kept.size} entries`);
  });
}
