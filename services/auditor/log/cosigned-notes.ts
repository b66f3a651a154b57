import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import {
  formatNote,
  formatSignatureLine,
  parseNote,
  parseSignatureLines,
} from '../../shared/tlog/signed-note.js';
import { cosignaturesOn, isQuorate, type WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { CosignQuestion } from '../../shared/wire/cosign-question.js';

/** The newest published checkpoints of a log with the cosignatures of witnesses. */
export interface CosignedNotes {
  /** To be called with each note that was published. */
  published(note: string): void;
  /**
   * Takes a cosignature over a checkpoint that was published lately. Resolves when it is kept; a checkpoint that became quorate is
   * fsynced. Throws `not-found` for another size, `note-malformed`, and `signature-invalid` unless a witness of the policy made it.
   */
  add(cosignature: CosignQuestion): Promise<void>;
  /** The cosignatures to publish: those of the newest quorate checkpoint, before the first those of the newest. */
  lines(): readonly string[];
  /** The newest published note with its cosignatures; undefined before the first. */
  newest(): string | undefined;
  /** The newest quorate note with its cosignatures, also one from before a restart; undefined before the first. */
  quorate(): string | undefined;
}

interface CosignedNote {
  readonly note: string;
  readonly size: number;
  /** Lines of signatures by the name of the witness. */
  readonly lines: ReadonlyMap<string, string>;
  readonly isQuorate: boolean;
}

/** Published notes that cosignatures are taken for: a witness may answer some seconds late. */
const MAX_NOTES = 16;
const FILE = 'quorate';

/** Opens the cosigned notes in the folder of a log; `policy` returns who must cosign now. */
export function openCosignedNotes(folder: string, policy: () => WitnessPolicy): CosignedNotes {
  const path = join(folder, FILE);
  let quorate = existsSync(path) ? readCosigned(readFileSync(path)) : undefined;
  let notes: readonly CosignedNote[] = [];
  return {
    published: (note) => {
      if (notes.at(-1)?.note === note) return;
      const size = sizeOf(note);
      const added = quorate?.note === note ? quorate : { note, size, lines: new Map(), isQuorate: false };
      notes = [...notes.slice(1 - MAX_NOTES), added];
    },
    add: async ({ size, line }) => {
      const found = notes.findLast((one) => one.size === size);
      if (found === undefined) throw fail('not-found', 'no checkpoint of this size was published lately');
      const added = await cosignedBy(found, line, policy());
      // Another cosignature of the same checkpoint may have been verified in between.
      const lines = new Map([...(notes.find(({ note }) => note === found.note)?.lines ?? []), added]);
      const cosigned = await judged({ ...found, lines }, policy());
      notes = notes.map((one) => (one.note === cosigned.note ? cosigned : one));
      if (!cosigned.isQuorate || cosigned.size < (quorate?.size ?? 0)) return;
      quorate = cosigned;
      writeWhole(path, textOf(cosigned));
      await syncFolder(folder);
    },
    lines: () => {
      const best = notes.findLast((one) => one.isQuorate) ?? notes.at(-1);
      return [...(best?.lines.values() ?? [])];
    },
    newest: () => optionalText(notes.at(-1)),
    quorate: () => optionalText(quorate),
  };
}

const textOf = ({ note, lines }: CosignedNote): string => note + [...lines.values()].join('');
const optionalText = (note: CosignedNote | undefined): string | undefined => note && textOf(note);
const sizeOf = (note: string): number => parseCheckpointText(parseNote(note).text).size;

/** Returns the name of the witness and its line, once it is verified over the note. */
async function cosignedBy(
  { note }: CosignedNote,
  line: string,
  policy: WitnessPolicy,
): Promise<readonly [string, string]> {
  const [signature, ...more] = parseSignatureLines(line);
  if (signature === undefined || more.length > 0)
    throw fail('note-malformed', 'not the line of one signature');
  const signed = { text: parseNote(note).text, signatures: [signature] };
  if ((await cosignaturesOn(signed, policy)).length === 1) return [signature.name, line];
  throw fail('signature-invalid', 'not a cosignature of a witness over this checkpoint');
}

async function judged(note: CosignedNote, policy: WitnessPolicy): Promise<CosignedNote> {
  const cosignatures = await cosignaturesOn(parseNote(textOf(note)), policy);
  return { ...note, isQuorate: isQuorate(policy, cosignatures) };
}

/** Reads a stored note: the signature of the log, and those of witnesses after it. */
function readCosigned(bytes: Uint8Array): CosignedNote {
  const { text, signatures } = parseNote(bytes);
  const [own, ...others] = signatures;
  const note = formatNote({ text, signatures: own === undefined ? [] : [own] });
  const lines = new Map(others.map((one) => [one.name, formatSignatureLine(one)]));
  return { note, size: sizeOf(note), lines, isQuorate: true };
}
