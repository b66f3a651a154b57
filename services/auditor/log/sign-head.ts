import { type Checkpoint, signCheckpoint } from '../../shared/tlog/checkpoint.js';
import { parseNote } from '../../shared/tlog/signed-note.js';
import { consistencyProof, rootAt } from '../../shared/tlog/tree-proof.js';
import { isNamedBy, type NoteSigner, noteSignerOf, SIGNATURE_TYPES } from '../../shared/tlog/vkey.js';
import type { ByteSigner } from '../../shared/trust/byte-signer.js';
import { EMPTY_ROOT } from '../../shared/trust/merkle.js';
import type { LogDoubt } from './doubt/doubt.js';
import type { HeadFile } from './head-file.js';
import type { OpenedLog } from './open-log.js';
import type { PublishedSeal } from './published.js';

/** A signed checkpoint as it is published. */
export interface ShownHead {
  readonly note: string;
  /** The proof that it follows from a smaller one, which was published before. */
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
}

interface SigningDeps {
  readonly life: number;
  readonly file: Pick<HeadFile, 'write'>;
  readonly doubt: Pick<LogDoubt, 'holds'>;
  readonly origin: () => string;
  /** The `log` key that signs now. */
  readonly logKey: () => ByteSigner;
}

const EMPTY_HEAD = { size: 0, root: EMPTY_ROOT };

type SealedHead = NonNullable<OpenedLog['head']>;

/** Resolves to the checkpoint to publish next, after the log as it is then stored. */
export async function signNext(
  deps: SigningDeps,
  log: OpenedLog,
  published: PublishedSeal,
): Promise<readonly [OpenedLog, ShownHead]> {
  const held = await heldHead(deps, log, published);
  if (held !== undefined) return [log, held];
  const head = await signedHead(deps, log, published);
  return [{ ...log, head }, head];
}

/**
 * Resolves to the checkpoint that witnesses are asked about while `LogDoubt` holds the log, signed by the key in force: the
 * larger one of disk and broker or, if there is none, the first of the life: that of the empty tree, in a later life that of
 * the order alone, which every witness of the life before takes and no record can change.
 */
async function heldHead(
  deps: SigningDeps,
  { tree, head: stored }: OpenedLog,
  { note, proof, checkpoint }: PublishedSeal,
): Promise<ShownHead | undefined> {
  const first = deps.life === 1 ? EMPTY_HEAD : { size: 1, root: await rootAt(1, tree.node) };
  const disk = stored ?? { note: undefined, proof: [], checkpoint: { origin: deps.origin(), ...first } };
  const isLarger = checkpoint !== undefined && checkpoint.size > disk.checkpoint.size;
  const newest = isLarger ? { note, proof, checkpoint } : disk;
  const head = { ...newest, note: noteInForce(deps, newest) };
  return (await deps.doubt.holds(head)) ? head : undefined;
}

/** Writes full tiles, then the checkpoint of the tree, unless it is stored and signed by the key in force. */
async function signedHead(
  deps: SigningDeps,
  { tree, head }: OpenedLog,
  { size: from }: PublishedSeal,
): Promise<SealedHead> {
  await tree.flush();
  const size = tree.size();
  if (head?.checkpoint.size === size) return signedAgain(deps, head);
  const checkpoint = { origin: deps.origin(), size, root: await rootAt(size, tree.node) };
  const note = signCheckpoint(checkpoint, signerOf(deps));
  const proof = await consistencyProof({ from, to: size }, tree.node);
  const stored = { note, records: tree.lastRecord(), proof, entries: tree.lastEntries() };
  await deps.file.write(stored);
  return { ...stored, checkpoint };
}

async function signedAgain(deps: SigningDeps, head: SealedHead): Promise<SealedHead> {
  const note = noteInForce(deps, head);
  if (note === head.note) return head;
  const again = { ...head, note };
  await deps.file.write(again);
  return again;
}

/**
 * Returns the note of a checkpoint if the key in force signed it, else one that this key signs: witnesses do not cosign a
 * checkpoint of a revoked or replaced key.
 */
function noteInForce(
  deps: SigningDeps,
  { note, checkpoint }: { readonly note: string | undefined; readonly checkpoint: Checkpoint },
): string {
  const signer = signerOf(deps);
  const isInForce =
    note !== undefined && parseNote(note).signatures.some((signature) => isNamedBy(signer, signature));
  return isInForce ? note : signCheckpoint(checkpoint, signer);
}

const signerOf = ({ origin, logKey }: Pick<SigningDeps, 'origin' | 'logKey'>): NoteSigner =>
  noteSignerOf(origin(), SIGNATURE_TYPES.note, logKey());
