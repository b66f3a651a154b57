import { fail } from '../shared/kernel/errors.js';
import { frames } from '../shared/wire/frames.js';
import type { KeptEntry } from '../shared/store/append/archived-entry.js';
import type { Archive } from './archive.js';
import { claimsOf, type RecordClaims, partsOf } from './record-facts.js';

/** The facts of one record that an answer needs, without its bytes. */
export interface RecordFacts {
  readonly number: number;
  readonly org: unknown;
  /** When the router signed it. */
  readonly at: string;
  readonly parts: readonly RecordClaims[];
  /** The signed command that it records; empty for any other record. */
  readonly token: string;
  /** Length of the record in bytes, to bound how much one answer reads. */
  readonly size: number;
}

/** Reads records of the archive for one request. Each method rejects when the request has ended. */
export interface ArchiveReader {
  /** Reads one record. Throws `ledger-damaged` when there is none. */
  bytes(number: number): Promise<Uint8Array>;
  /** Reads the facts of one record. Caches those of the last record, so that repeated reads cost nothing. */
  facts(number: number): Promise<RecordFacts>;
  /** Yields the records about a notice in order, holding one in memory at a time. */
  about(noticeId: string): AsyncGenerator<KeptEntry>;
}

/** Creates the reader of one request. It reads one record at a time, so that requests take turns. */
export function createArchiveReader(
  archive: Pick<Archive, 'read' | 'about'>,
  signal: AbortSignal,
): ArchiveReader {
  let last: RecordFacts | undefined;
  const bytes = async (number: number): Promise<Uint8Array> => {
    signal.throwIfAborted();
    for await (const record of archive.read(number, 1)) return record.bytes;
    throw fail('ledger-damaged', 'the archive has no record of a number that its index names');
  };
  return {
    bytes,
    facts: async (number) => {
      if (last?.number !== number) last = factsOf(number, await bytes(number));
      return last;
    },
    about: async function* (noticeId) {
      for await (const record of archive.about(noticeId)) {
        signal.throwIfAborted();
        yield record;
      }
    },
  };
}

function factsOf(number: number, bytes: Uint8Array): RecordFacts {
  const { statement, command: token = '' } = frames.record.decode(bytes);
  const { org, iat } = claimsOf({ statement: statement?.statement ?? '' });
  const at = new Date(Number(iat) * 1000).toISOString();
  return { number, org, at, parts: partsOf(statement ?? undefined), token, size: bytes.length };
}
