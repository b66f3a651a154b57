import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { type Checkpoint, parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { parseNote, parseSignatureLines } from '../../shared/tlog/signed-note.js';

/** What a witness stores of the checkpoint that it cosigned last. */
interface StoredCosignature {
  /** The note as the log signed it. */
  readonly note: string;
  /** The heartbeat that came with it. */
  readonly heartbeat: string;
  /** The cosignature, as a line of a note. */
  readonly line: string;
  /** How this life of the log began for this witness; undefined in the first life that it cosigned. */
  readonly begun?: BegunLife | undefined;
}

/** How a later life of the log began for a witness: kept with its cosignatures, so that a crash loses neither. */
export interface BegunLife {
  /** The checkpoint of the life before that was cosigned last, with its heartbeat. */
  readonly note: string;
  readonly heartbeat: string;
  /** The first checkpoint of this life that was cosigned. */
  readonly shown: string;
  /** The records of the order of two persons, in base64. */
  readonly proposal: string;
  readonly record: string;
  /** When the hub accepted the first command of the order, in seconds since 1970. */
  readonly since: number;
}

/** The checkpoint that a witness cosigned last. */
export interface CosignedCheckpoint extends StoredCosignature, Checkpoint {}

/**
 * The file of the checkpoint that was cosigned last. It is beside the witness key, so that restoring an older database does
 * not change it.
 */
export interface CosignedFile {
  /** Returns undefined before the first. Throws `config-invalid`. */
  read(): CosignedCheckpoint | undefined;
  /** Replaces the file. Call it without a pause after the comparison with `read`. */
  write(cosigned: StoredCosignature): void;
  /** Resolves when the written file survives a power cut. */
  synced(): Promise<void>;
}

/** Opens the file, which the first `write` creates. Throws `config-invalid` for a damaged one. */
export function openCosignedFile(path: string): CosignedFile {
  const file: CosignedFile = {
    read: () => (existsSync(path) ? parseCosigned(readFileSync(path), path) : undefined),
    write: ({ note, heartbeat, line, begun }) =>
      writeWhole(path, JSON.stringify({ note, heartbeat, line, ...(begun && { begun }) })),
    synced: () => syncFolder(dirname(path)),
  };
  file.read();
  return file;
}

function parseCosigned(bytes: Uint8Array, path: string): CosignedCheckpoint {
  try {
    const { note, heartbeat, line, begun } = Object(parseStrictJson(bytes)) as Partial<
      Record<string, unknown>
    >;
    if (typeof note !== 'string' || typeof heartbeat !== 'string' || typeof line !== 'string')
      throw new TypeError('a member is missing');
    parseSignatureLines(line);
    const checkpoint = parseCheckpointText(parseNote(note).text);
    return {
      note,
      heartbeat,
      line,
      ...checkpoint,
      ...(begun === undefined ? {} : { begun: parseBegun(begun) }),
    };
  } catch {
    throw fail(
      'config-invalid',
      `\`${path}\` is damaged: without it this witness would forget what it cosigned`,
    );
  }
}

/** Throws a `TypeError` for another form. */
function parseBegun(value: unknown): BegunLife {
  const { note, heartbeat, shown, proposal, record, since } = Object(value) as Partial<BegunLife>;
  const texts = [note, heartbeat, shown, proposal, record];
  if (!texts.every((text) => typeof text === 'string') || !Number.isSafeInteger(since))
    throw new TypeError('a member is missing');
  return value as BegunLife;
}
