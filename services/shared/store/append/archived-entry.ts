import { fail } from '../../kernel/errors.js';

/** A record as the auditor received it from the LEDGER stream. */
export interface Entry {
  readonly epoch: string;
  readonly seq: number;
  readonly subject: string;
  /** The exact bytes of the `Record` message. */
  readonly bytes: Uint8Array;
}

/** A record in the auditor's file. */
export interface KeptEntry extends Entry {
  /** Number in the file, from 1; keeps rising over all epochs. */
  readonly number: number;
}

/** Encodes an entry for the auditor's file: one line of JSON, then the record's exact bytes. */
export function packEntry({ bytes, ...where }: Entry): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(where)}\n`), bytes]);
}

/** Decodes an entry of the auditor's file. Throws `ledger-damaged`. */
export function unpackEntry(packed: Uint8Array): Entry {
  const end = packed.indexOf(0x0a);
  const where: unknown = end === -1 ? undefined : JSON.parse(Buffer.from(packed.subarray(0, end)).toString());
  if (!isWhere(where)) throw fail('ledger-damaged', 'an archived record has no position in the ledger');
  const { epoch, seq, subject } = where;
  return { epoch, seq, subject, bytes: packed.subarray(end + 1) };
}

function isWhere(value: unknown): value is Omit<Entry, 'bytes'> {
  const { epoch, seq, subject } = Object(value) as Partial<Record<keyof Entry, unknown>>;
  return typeof epoch === 'string' && Number.isSafeInteger(seq) && typeof subject === 'string';
}
