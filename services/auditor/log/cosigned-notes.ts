import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { verifyCosignature } from '../../shared/tlog/cosignature.js';
import {
  formatNote,
  formatSignatureLine,
  type NoteSignature,
  parseNote,
  parseSignatureLines,
} from '../../shared/tlog/signed-note.js';
import { isNamedBy, type NoteKey } from '../../shared/tlog/vkey.js';
import { isQuorate, type WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { CosignQuestion } from '../../shared/wire/cosign-question.js';
import type { ShownLog } from '../../shared/wire/shown-ledger.js';
import { createCosignedSizes } from './cosigned-sizes.js';

/** The newest published checkpoints of a log with the cosignatures of witnesses. */
export interface CosignedNotes {
  /** To be called with each note that was published. A text that another key of the log signed keeps its cosignatures. */
  published(note: string): void;
  /**
   * Takes a cosignature over a checkpoint that was published lately. Resolves when it is kept; that of a quorate checkpoint is
   * fsynced. A second one by the same key changes nothing. Throws `not-found` for another size, `note-malformed`, and
   * `signature-invalid` unless a witness of the policy made it.
   */
  add(cosignature: CosignQuestion): Promise<void>;
  /**
   * The cosignatures to publish, of witnesses of the present policy only: those of the newest checkpoint that a quorum of them
   * signed, before the first those of the newest.
   */
  lines(): readonly string[];
  /** Forgets the cosignatures of the published notes, also of those that are published again: the witnesses are asked anew. */
  askAnew(): void;
  /** True if a quorum of the present policy cosigned the text of this note since it was published. */
  isQuorate(note: string): boolean;
  /** The newest published note with its cosignatures; undefined before the first. */
  newest(): string | undefined;
  /** The newest quorate note with its cosignatures, also one from before a restart; undefined before the first. */
  quorate(): string | undefined;
  /** What was published and quorate last, and what each witness of the present policy cosigned last. */
  state(): ShownLog;
}

interface CosignedNote {
  readonly note: string;
  readonly size: number;
  /** By witnesses, at most one of each key. */
  readonly cosignatures: readonly NoteSignature[];
}

/** Published notes that cosignatures are taken for: a witness may answer some seconds late. */
const MAX_NOTES = 16;
const FILE = 'quorate';

/**
 * Opens the cosigned notes in the folder of a log; `policy` returns who must cosign now. A damaged file counts as none:
 * `onDamaged` is called with the error `note-malformed`, and the next quorum replaces it.
 */
export function openCosignedNotes(
  folder: string,
  policy: () => WitnessPolicy,
  onDamaged: (error: LiaisonError) => void,
): CosignedNotes {
  const quorate = openQuorateFile(folder, onDamaged);
  let notes: readonly CosignedNote[] = [];
  const sizes = createCosignedSizes(quorate.note());
  return {
    published: (note) => {
      if (notes.at(-1)?.note === note) return;
      const kept = quorate.reusable();
      const same = sameIn(kept === undefined ? notes : [...notes, kept], note);
      const added = { ...uncosigned(note), cosignatures: same?.cosignatures ?? [] };
      notes = [...notes.slice(1 - MAX_NOTES), added];
      if (same !== undefined && same === kept && same.note !== note) quorate.keep(added);
    },
    add: async ({ size, line }) => {
      const found = publishedIn(notes, size);
      const now = policy();
      const added = await newCosignature(found, line, now);
      if (added === undefined) return;
      sizes.add(added, size, now);
      // Cosignatures that were verified in the meantime are in the newest state, which is replaced without a pause.
      const cosigned = withCosignature(notes.find(({ note }) => note === found.note) ?? found, added, now);
      const isNewest = isQuorateBy(now, cosigned) && cosigned.size >= (quorate.note()?.size ?? 0);
      if (isNewest) quorate.keep(cosigned);
      notes = notes.map((one) => (one.note === cosigned.note ? cosigned : one));
      if (isNewest) await syncFolder(folder);
    },
    lines: () => linesOf(notes, policy()),
    askAnew: () => {
      quorate.askAnew();
      notes = notes.map((one) => ({ ...one, cosignatures: [] }));
    },
    isQuorate: (note) => isQuorateBy(policy(), sameIn(notes, note) ?? uncosigned(note)),
    newest: () => optionalText(notes.at(-1)),
    quorate: () => optionalText(quorate.note()),
    state: () => ({ ...sizesOf(notes.at(-1), quorate.note()), witnesses: sizes.shown(policy()) }),
  };
}

function publishedIn(notes: readonly CosignedNote[], size: number): CosignedNote {
  const found = notes.findLast((one) => one.size === size);
  if (found === undefined) throw fail('not-found', 'no checkpoint of this size was published lately');
  return found;
}

/** Opens the stored quorate note. */
function openQuorateFile(folder: string, onDamaged: (error: LiaisonError) => void) {
  const path = join(folder, FILE);
  let quorate = existsSync(path) ? readCosigned(readFileSync(path), onDamaged) : undefined;
  let reusable = quorate;
  return {
    note: (): CosignedNote | undefined => quorate,
    /** The note whose cosignatures count when its text is published again; undefined after `askAnew`, until one is kept. */
    reusable: (): CosignedNote | undefined => reusable,
    askAnew: (): void => {
      reusable = undefined;
    },
    keep: (cosigned: CosignedNote): void => {
      writeWhole(path, textOf(cosigned));
      [quorate, reusable] = [cosigned, cosigned];
    },
  };
}

const uncosigned = (note: string): CosignedNote => ({ note, size: sizeOf(note), cosignatures: [] });

function sameIn(notes: readonly CosignedNote[], note: string): CosignedNote | undefined {
  return notes.findLast((one) => isSameText(one.note, note));
}

const textOf = ({ note, cosignatures }: CosignedNote): string =>
  note + cosignatures.map(formatSignatureLine).join('');
const optionalText = (note: CosignedNote | undefined): string | undefined => note && textOf(note);
const isSameText = (one: string, other: string): boolean => parseNote(one).text === parseNote(other).text;
const sizeOf = (note: string): number => parseCheckpointText(parseNote(note).text).size;

/** Returns the cosignatures of a note by keys of the policy; the others were made by witnesses of an earlier one. */
function countedIn(
  { cosignatures }: CosignedNote,
  { witnesses }: WitnessPolicy,
): readonly { readonly key: NoteKey; readonly signed: NoteSignature }[] {
  const keys = [...witnesses.values()];
  return cosignatures.flatMap((signed) =>
    keys.filter((key) => isNamedBy(key, signed)).map((key) => ({ key, signed })),
  );
}

const sizesOf = (newest?: CosignedNote, quorate?: CosignedNote): Omit<ShownLog, 'witnesses'> => {
  return { size: newest?.size ?? null, quorate: quorate?.size ?? null };
};

function linesOf(notes: readonly CosignedNote[], policy: WitnessPolicy): readonly string[] {
  const note = notes.findLast((one) => isQuorateBy(policy, one)) ?? notes.at(-1);
  return note === undefined ? [] : countedIn(note, policy).map(({ signed }) => formatSignatureLine(signed));
}

function isQuorateBy(policy: WitnessPolicy, note: CosignedNote): boolean {
  return isQuorate(policy, countedIn(note, policy));
}

/** Returns the note with one more cosignature, and of the others only those that the policy counts. */
function withCosignature(note: CosignedNote, added: NoteSignature, policy: WitnessPolicy): CosignedNote {
  const others = countedIn(note, policy).filter(({ key }) => !isNamedBy(key, added));
  return { ...note, cosignatures: [...others.map(({ signed }) => signed), added] };
}

/** Resolves to the verified cosignature of a line over the note; undefined if its key cosigned the note already. */
async function newCosignature(
  { note, cosignatures }: CosignedNote,
  line: string,
  policy: WitnessPolicy,
): Promise<NoteSignature | undefined> {
  const [signature, ...more] = parseSignatureLines(line);
  if (signature === undefined || more.length > 0)
    throw fail('note-malformed', 'not the line of one signature');
  const { text } = parseNote(note);
  const isValid = async (signed: NoteSignature): Promise<boolean> => {
    const key = [...policy.witnesses.values()].find((one) => isNamedBy(one, signed));
    return key !== undefined && (await verifyCosignature(text, signed, key)) !== undefined;
  };
  if (!(await isValid(signature)))
    throw fail('signature-invalid', 'not a cosignature of a witness over this checkpoint');
  const { name, keyId } = signature;
  const known = cosignatures.find((one) => one.name === name && one.keyId === keyId);
  // A cosignature that was read from the disk is not verified yet.
  return known !== undefined && (await isValid(known)) ? undefined : signature;
}

/** Reads a stored note: the signature of the log, and those of witnesses after it. Returns undefined for a damaged one. */
function readCosigned(bytes: Uint8Array, onDamaged: (error: LiaisonError) => void): CosignedNote | undefined {
  try {
    const { text, signatures } = parseNote(bytes);
    const note = formatNote({ text, signatures: signatures.slice(0, 1) });
    return { note, size: sizeOf(note), cosignatures: signatures.slice(1) };
  } catch (thrown) {
    onDamaged(errorFrom(thrown));
    return undefined;
  }
}
