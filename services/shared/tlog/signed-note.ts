import { isUtf8 } from 'node:buffer';
import { decodeBase64, encodeBase64 } from '../kernel/base64.js';
import { fail, type LiaisonError } from '../kernel/errors.js';
import { isUnsoundString } from '../kernel/json-fault.js';

/** A signature as a note carries it, not verified. */
export interface NoteSignature {
  readonly name: string;
  /** Four bytes in hex, which with `name` identify the key. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** A note (C2SP signed-note), not verified. */
export interface SignedNote {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The most bytes and signatures of a note that is read: 16 signatures of 5 kB, which every reader must take, fit in. */
const MAX_NOTE_BYTES = 131_072;
const MAX_SIGNATURES = 32;

const KEY_ID_BYTES = 4;
const LINE = /^— (\S+) (\S+)$/u;

/** True for the name of a key: neither empty nor with a space or plus in it. */
export function isKeyName(name: string): boolean {
  return name !== '' && !/[\s\p{Cc}+]/u.test(name);
}

/** Reads a signed note. Throws `note-malformed` with what is wrong. */
export function parseNote(source: string | Uint8Array): SignedNote {
  const note = readNoteText(source);
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw malformed('has no signatures');
  const [text, block] = [note.slice(0, end + 1), note.slice(end + 2)];
  if (!block.endsWith('\n')) throw malformed('does not end with a line of a signature');
  return { text, signatures: parseSignatureLines(block) };
}

/** Reads lines of signatures, each ended by a newline. Throws `note-malformed`. */
export function parseSignatureLines(block: string): readonly NoteSignature[] {
  const lines = block.split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw malformed('does not end with a line of a signature');
  if (lines.length > MAX_SIGNATURES) throw malformed(`has more than ${MAX_SIGNATURES} signatures`);
  return lines.map(parseSignatureLine);
}

/** Returns the note with these signatures. Its reader finds the text by the last empty line. */
export function formatNote({ text, signatures }: SignedNote): string {
  return `${text}\n${signatures.map(formatSignatureLine).join('')}`;
}

/** Returns a signature as a line of a note, newline included. */
export function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${encodeBase64(Buffer.concat([Buffer.from(keyId, 'hex'), signature]))}\n`;
}

/** Reads UTF-8 within the limits of a note and without control characters but newlines. Throws `note-malformed`. */
export function readNoteText(source: string | Uint8Array): string {
  const bytes = typeof source === 'string' ? Buffer.byteLength(source) : source.length;
  if (bytes > MAX_NOTE_BYTES) throw malformed(`is longer than ${MAX_NOTE_BYTES} bytes`);
  if (typeof source !== 'string' && !isUtf8(source)) throw malformed('is not UTF-8');
  const text = typeof source === 'string' ? source : Buffer.from(source).toString('utf8');
  if (isUnsoundString(text) || hasControl(text, '\n')) throw malformed('has a control character');
  return text;
}

/** True for a character below U+0020 other than `allowed`. */
export function hasControl(text: string, allowed: '\n' | '\t'): boolean {
  for (let at = 0; at < text.length; at += 1)
    if (text.charCodeAt(at) < 0x20 && text[at] !== allowed) return true;
  return false;
}

function parseSignatureLine(line: string, index: number): NoteSignature {
  const [, name = '', base64 = ''] = LINE.exec(line) ?? [];
  const bytes = decodeBase64(base64);
  if (!isKeyName(name) || bytes === undefined || bytes.length <= KEY_ID_BYTES)
    throw malformed(`has an unreadable signature ${index + 1}`);
  return {
    name,
    keyId: Buffer.from(bytes.subarray(0, KEY_ID_BYTES)).toString('hex'),
    signature: bytes.subarray(KEY_ID_BYTES),
  };
}

const malformed = (what: string): LiaisonError => fail('note-malformed', `the note ${what}`);
