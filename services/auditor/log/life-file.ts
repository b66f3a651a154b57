import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';

/** The order that began a life of the log, as numbers of records in the auditor's file. */
export interface BegunBy {
  /** The record of the command that carried it out: the first entry of the life. */
  readonly record: number;
  readonly proposal: number;
}

/** A life of the log, counted from 1. */
export interface LogLife {
  readonly life: number;
  /** Undefined for the first. */
  readonly begunBy?: BegunBy;
}

/** Where the present life of the log is stored. */
export interface LifeFile {
  /** Throws `ledger-damaged`. */
  read(): LogLife;
  /** Resolves when the file is fsynced. */
  write(life: LogLife): Promise<void>;
}

const NAME = 'life.json';

/** Opens the file in the folder of all lives, which is made if it is missing; the first life has no file. */
export function openLifeFile(folder: string): LifeFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, NAME);
  return {
    read: () => (existsSync(path) ? parseLife(readFileSync(path)) : { life: 1 }),
    write: async ({ life, begunBy }) => {
      writeWhole(path, JSON.stringify({ life, ...begunBy }));
      await syncFolder(folder);
    },
  };
}

function parseLife(bytes: Uint8Array): LogLife {
  const { life, record, proposal } = readJson(bytes);
  if (!isCount(life) || life === 1 || !isCount(record) || !isCount(proposal))
    throw fail('ledger-damaged', `\`${NAME}\` of the log is unreadable`);
  return { life, begunBy: { record, proposal } };
}

function readJson(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return Object(parseStrictJson(bytes)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;
