import { fail } from '../../kernel/errors.js';

/** An entry of the auditor's file for one place of LEDGER: a record as received, or the command that ruled it out. */
export interface Entry {
  readonly epoch: string;
  readonly seq: number;
  readonly subject: string;
  /** The exact bytes of the `Record` message; for a ruled-out record the token of the command. */
  readonly bytes: Uint8Array;
  /** The id of the operator's command that ruled the record out, if any. */
  readonly ruledOut?: string;
}

/** A record in the auditor's file. */
export interface KeptEntry extends Entry {
  /** Number in the file, from 1; rises across epochs. */
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
  const { epoch, seq, subject, ruledOut } = where;
  const entry = { epoch, seq, subject, bytes: packed.subarray(end + 1) };
  return ruledOut === undefined ? entry : { ...entry, ruledOut };
}

function isWhere(value: unknown): value is Omit<Entry, 'bytes'> {
  const { epoch, seq, subject, ruledOut } = Object(value) as Partial<Record<keyof Entry, unknown>>;
  const isPlace = typeof epoch === 'string' && Number.isSafeInteger(seq) && typeof subject === 'string';
  return isPlace && (ruledOut === undefined || typeof ruledOut === 'string');
}
