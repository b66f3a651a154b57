import { decodeBase64url } from '../../../shared/kernel/base64url.js';
import { boundedLines } from '../../../shared/kernel/bounded-lines.js';
import { isCode } from '../../../shared/kernel/errors.js';
import { parseStrictJson } from '../../../shared/kernel/strict-json.js';
import type { SignedRoot } from '../../../shared/tlog/cose-receipt.js';
import { type Tile, tilePath } from '../../../shared/tlog/tiles.js';
import { parseSignedRoot } from '../../../shared/verify/ledger-export/layout.js';
import { MAX_RECORD_LINE } from '../../../shared/verify/ledger-export/record-line.js';
import type { OperatorClient } from '../../http-client.js';

/** What an export is made from. Nothing that it returns is verified. */
export interface ExportSource {
  /** The newest checkpoint that a quorum of witnesses cosigned; before the first of those the newest one, without `root`. */
  checkpoint(): Promise<SourceCheckpoint>;
  /** Reads a tile of the log. */
  tile(tile: Tile): Promise<Uint8Array>;
  /** Reads the exact bytes of a record by the digest of its statement. */
  record(digest: string): Promise<Uint8Array>;
  /** Yields the exact bytes of every record that has an entry in the log, in the order of the auditor's file. */
  records(): AsyncIterable<Uint8Array>;
}

/** The note of a checkpoint, and the log's signature over its root for COSE receipts. */
export interface SourceCheckpoint {
  readonly note: string;
  readonly root?: SignedRoot;
}

/** The most records in one answer of the auditor. */
const PAGE = 200;

/** Creates the source of an export from a running auditor; stops when `signal` aborts. */
export function auditorSource(auditor: OperatorClient, signal: AbortSignal): ExportSource {
  return {
    checkpoint: async () => {
      try {
        const { note, ...root } = (await auditor.get('/v1/checkpoint/cose')) as { readonly note: string };
        return { note, root: parseSignedRoot(root) };
      } catch (thrown) {
        if (!isCode(thrown, 'not-found')) throw thrown;
        return { note: Buffer.from(await auditor.bytes('/checkpoint')).toString('utf8') };
      }
    },
    tile: (tile) => auditor.bytes(`/${tilePath(tile)}`),
    record: async (digest) => parseListedRecord(await auditor.bytes(`/v1/records/${digest}`)).record,
    records: async function* () {
      for (let from = 1; ; from += PAGE) {
        let count = 0;
        const answer = auditor.stream(`/v1/records?from=${from}&limit=${PAGE}`, signal);
        for await (const line of boundedLines(answer, MAX_RECORD_LINE)) {
          count += 1;
          const { isRuledOut, record } = parseListedRecord(line);
          if (!isRuledOut) yield record;
        }
        if (count < PAGE) return;
      }
    },
  };
}

/** A record as the auditor lists it, in its exact bytes; for one that an operator ruled out, those of the command. */
interface ListedRecord {
  readonly record: Uint8Array;
  readonly isRuledOut: boolean;
}

/** Reads one line of the auditor's records. Throws `json-…` and `token-malformed`. */
export function parseListedRecord(line: Uint8Array): ListedRecord {
  const limits = { bytes: MAX_RECORD_LINE, depth: 3, nodes: 64 };
  const { record, ruledOut } = parseStrictJson(line, limits) as Readonly<
    Record<'record' | 'ruledOut', string>
  >;
  return { record: decodeBase64url(record), isRuledOut: ruledOut !== undefined };
}
