import { fail, isCode } from '../../shared/kernel/errors.js';
import { type OpenedCheckpoint, openCheckpoint } from '../../shared/tlog/checkpoint.js';
import { isSignedRoot } from '../../shared/tlog/cose-receipt.js';
import { signedByLog } from '../../shared/tlog/log-keys.js';
import { formatSignatureLine } from '../../shared/tlog/signed-note.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Archive } from '../archive.js';
import { rolledBack } from '../log/open-log.js';
import type { CosignedRoot } from '../log/root-signature.js';
import type { MirroredLog } from './mirrored-log.js';
import type { Primary } from './primary.js';
import type { SignedRootFile } from './signed-root-file.js';
import { takeNextRecords } from './take-records.js';
import type { createVerifyMirrored } from './mirrored-record.js';

/** What following the auditor works with. */
export interface FollowDeps {
  readonly primary: Pick<Primary, 'signedRoot' | 'checkpoint' | 'records' | 'tile'>;
  readonly archive: Archive;
  readonly directory: () => Directory;
  readonly verify: ReturnType<typeof createVerifyMirrored>;
  readonly signal: AbortSignal;
  /** Called with the note of a checkpoint that contradicts the newest one that the mirror took. */
  readonly onFork: (note: string) => Promise<void>;
  /** Called with the number of entries of the auditor's newest checkpoint that the mirror lacks. */
  readonly onLag: (entries: number) => void;
}

/** A mirror's copy, and the signature over its newest quorate root. */
export interface MirrorFiles {
  readonly mirrored: MirroredLog;
  readonly signedRoot: SignedRootFile;
}

/**
 * Follows the auditor up to the newest checkpoint that a quorum cosigned: takes the records, then the checkpoint and the
 * cosignatures over it. An auditor that loses what no quorum cosigned may sign another history instead, so a later checkpoint is
 * only compared with the tree. Throws the first fault of an answer; what was taken before it is kept.
 */
export async function takeCheckpoint(files: MirrorFiles, deps: FollowDeps): Promise<void> {
  const { mirrored } = files;
  const { tree } = mirrored;
  const root = await deps.primary.signedRoot();
  const newest = await openShown(mirrored, deps, await deps.primary.checkpoint());
  await keepingForks(deps, newest.note, () => mirrored.expectIn(newest.checkpoint));
  expectNotLess(newest.checkpoint.size, tree.size());
  deps.onLag(newest.checkpoint.size - tree.size());
  const rooted = root && (await openShown(mirrored, deps, root.note));
  const quorate = await newestQuorate(mirrored, rooted ? [newest, rooted] : [newest]);
  if (quorate === undefined) return;
  expectNotLess(newest.checkpoint.size, quorate.checkpoint.size);
  await follow(mirrored, deps, { quorate, newest });
  if (root !== undefined && rooted !== undefined) await takeSignedRoot(files, deps, { root, shown: rooted });
  await takeCosignatures(mirrored, quorate);
}

/** Resolves to the first of the checkpoints, in this order, that a quorum of witnesses cosigned. Throws as `cosignaturesOn` does. */
async function newestQuorate(
  mirrored: MirroredLog,
  shown: readonly ShownNote[],
): Promise<ShownNote | undefined> {
  const isQuorate = await Promise.all(shown.map(({ checkpoint }) => mirrored.isQuorate(checkpoint)));
  return shown.find((_, at) => isQuorate[at]);
}

/** Takes the records of a checkpoint, and then the checkpoint. */
async function follow(
  mirrored: MirroredLog,
  deps: FollowDeps,
  { quorate: { note, checkpoint }, newest }: { readonly quorate: ShownNote; readonly newest: ShownNote },
): Promise<void> {
  const { tree } = mirrored;
  const { primary, archive, verify, signal, onLag } = deps;
  await keepingForks(deps, note, async () => {
    await mirrored.expectIn(checkpoint);
    while (tree.size() < checkpoint.size) {
      await takeNextRecords({ primary, archive, tree, verify }, checkpoint);
      onLag(newest.checkpoint.size - tree.size());
      signal.throwIfAborted();
    }
  });
  // Under an earlier policy the mirror may have followed a later one.
  if (tree.size() === checkpoint.size && mirrored.head()?.note !== note)
    await mirrored.follow(note, checkpoint);
}

/** Throws `ledger-rolled-back` if the newest checkpoint of the auditor has fewer entries than an earlier one. */
function expectNotLess(newest: number, known: number): void {
  if (newest < known)
    throw rolledBack(
      `the newest checkpoint of the auditor has ${newest} entries, an earlier one had ${known}`,
    );
}

/** A checkpoint that the log signed, and its note with the signatures of the log alone. */
interface ShownNote {
  readonly note: string;
  readonly checkpoint: OpenedCheckpoint;
}

async function openShown(
  { origin, keys }: MirroredLog,
  { directory }: FollowDeps,
  shown: string,
): Promise<ShownNote> {
  const checkpoint = await openCheckpoint(shown, { origin, keys: keys() });
  return { note: await signedByLog(shown, directory()), checkpoint };
}

/** Runs the comparison of a checkpoint with the tree, and calls `onFork` with its note if they contradict each other. */
async function keepingForks(
  { onFork }: FollowDeps,
  note: string,
  compare: () => Promise<void>,
): Promise<void> {
  try {
    await compare();
  } catch (thrown) {
    if (isCode(thrown, 'log-forked')) await onFork(note);
    throw thrown;
  }
}

/** Takes the log's signature over the root of a checkpoint of the tree; one that the mirror does not follow yet is left out. */
async function takeSignedRoot(
  { mirrored, signedRoot }: MirrorFiles,
  deps: FollowDeps,
  { root, shown }: { readonly root: CosignedRoot; readonly shown: ShownNote },
): Promise<void> {
  const { checkpoint } = shown;
  if (signedRoot.read()?.note === root.note || checkpoint.size > mirrored.tree.size()) return;
  await keepingForks(deps, shown.note, () => mirrored.expectIn(checkpoint));
  const keys = mirrored.keys();
  if (!(await Promise.all(keys.map((key) => isSignedRoot(checkpoint.root, root, key)))).includes(true))
    throw fail('signature-invalid', 'no key of the log signed the root for COSE receipts');
  await takeCosignatures(mirrored, shown);
  signedRoot.keep(root);
}

/** Adds the cosignatures of a note, except those that are not by a witness of the policy. */
async function takeCosignatures(
  { cosigned, origin }: MirroredLog,
  { note, checkpoint }: ShownNote,
): Promise<void> {
  cosigned.published(note);
  for (const signature of checkpoint.note.signatures) {
    if (signature.name === origin) continue;
    const cosignature = { size: checkpoint.size, line: formatSignatureLine(signature) };
    await cosigned.add(cosignature).catch((thrown: unknown) => {
      if (!isCode(thrown, 'signature-invalid')) throw thrown;
    });
  }
}
