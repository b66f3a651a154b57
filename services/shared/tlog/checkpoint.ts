import { decodeBase64, encodeBase64 } from '../kernel/base64.js';
import { fail, type LiaisonError } from '../kernel/errors.js';
import { EMPTY_ROOT } from '../trust/merkle.js';
import { knownSignatures } from './known-signatures.js';
import { formatNote, parseNote, type SignedNote } from './signed-note.js';
import type { NoteKey, NoteSigner } from './vkey.js';

/** The root of a log at one size. */
export interface Checkpoint {
  /** Names the log, and its key: `<federation>/liaison/<life>`. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A checkpoint whose signature by its log was verified, with the note that brought it. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly note: SignedNote;
}

const HASH_BYTES = 32;

/** Returns the origin of a log; `life` counts the logs of a federation from 1. */
export function originOf(federation: string, life: number): string {
  return `${federation}/liaison/${life}`;
}

/** Returns what a log and its witnesses sign: three lines, no extension lines. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/** Reads the text of a checkpoint. Throws `note-malformed`; a line after the third is one too many. */
export function parseCheckpointText(text: string): Checkpoint {
  const [origin = '', sizeText = '', rootText = '', ...rest] = text.split('\n');
  const [size, root] = [parseSize(sizeText), decodeBase64(rootText)];
  if (origin === '' || rest.length !== 1 || rest[0] !== '')
    throw malformed('has other lines than origin, size and root');
  if (size === undefined) throw malformed('has an unreadable size');
  if (root?.length !== HASH_BYTES) throw malformed('has an unreadable root');
  if (size === 0 && !EMPTY_ROOT.equals(root)) throw malformed('is of an empty tree and has another root');
  return { origin, size, root };
}

/** Reads a size or index: decimal digits without leading zeros, below 2^53. Returns undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const size = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}

/** Signs a checkpoint with the key of its log and returns the note. Throws `key-invalid` for the key of another log. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  if (signer.name !== checkpoint.origin)
    throw fail('key-invalid', `key \`${signer.name}\` does not sign for the log \`${checkpoint.origin}\``);
  const text = checkpointText(checkpoint);
  const { name, keyId } = signer;
  return formatNote({ text, signatures: [{ name, keyId, signature: signer.sign(Buffer.from(text)) }] });
}

/**
 * Opens a note as a checkpoint of the log with this origin and these keys. Throws `note-malformed`, `issuer-mismatch` for the
 * checkpoint of another log, `key-unknown` if none of the keys signed it, and `signature-invalid` if a signature of one does
 * not verify.
 */
export async function openCheckpoint(
  source: string | Uint8Array,
  { origin, keys }: { readonly origin: string; readonly keys: readonly NoteKey[] },
): Promise<OpenedCheckpoint> {
  const note = parseNote(source);
  const checkpoint = parseCheckpointText(note.text);
  if (checkpoint.origin !== origin)
    throw fail('issuer-mismatch', `a checkpoint of another log than \`${origin}\``);
  const text = Buffer.from(note.text);
  const own = keys.filter(({ name }) => name === origin);
  const signed = await knownSignatures(note, own, async ({ signature }, key) => {
    if (await key.verify(text, signature)) return key;
    throw fail('signature-invalid', `a signature of the log \`${origin}\` does not verify`);
  });
  if (signed.length === 0) throw fail('key-unknown', `not signed by a key of the log \`${origin}\``);
  return { ...checkpoint, note };
}

const malformed = (what: string): LiaisonError => fail('note-malformed', `the checkpoint ${what}`);
