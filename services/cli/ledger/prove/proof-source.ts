import { type NoticeId, parseNoticeId } from '../../../shared/kernel/ids.js';
import { fail } from '../../../shared/kernel/errors.js';
import { parseCheckpointText } from '../../../shared/tlog/checkpoint.js';
import { parseNote } from '../../../shared/tlog/signed-note.js';
import type { SignedRoot } from '../../../shared/tlog/cose-receipt.js';
import { nodesInTiles, type ReadTile } from '../../../shared/tlog/tile-nodes.js';
import type { TlogProof } from '../../../shared/tlog/tlog-proof.js';
import { inclusionProof } from '../../../shared/tlog/tree-proof.js';
import { isIncluded } from '../../../shared/tlog/verify-proof.js';
import { digest, isDigest, sha256 } from '../../../shared/trust/digest.js';
import { leafHash } from '../../../shared/trust/merkle.js';
import type { SourceCheckpoint } from '../export/export-source.js';

/** What a proof is made from: a running auditor, or an export. Nothing that it returns is verified. */
export interface ProofSource {
  /** The newest checkpoint that a quorum cosigned; before the first of those the newest, without `root`. */
  checkpoint(): Promise<SourceCheckpoint>;
  /** The statement of the record with this digest. Throws `not-found`. */
  statement(record: string): Promise<string>;
  /** The statement of the routing report on the newest revision of a notice. Throws `not-found`. */
  routingOf(notice: NoticeId): Promise<string>;
  /** The index of a record in the log; undefined while it has none. */
  indexOf(record: string): Promise<number | undefined>;
  readonly tile: ReadTile;
}

/** A record and the proof that it is on the log. */
export interface ProvedRecord extends TlogProof {
  /** The compact JWS whose SHA-256 is the entry. */
  readonly statement: string;
  /** The digest of the statement. */
  readonly record: string;
  readonly origin: string;
  readonly size: number;
  /** The log's signature over the root; absent where no quorum cosigned the checkpoint. */
  readonly root?: SignedRoot | undefined;
}

/**
 * Makes the proof of a record, named by its digest or by a notice, and checks that it leads to the root of the checkpoint. Throws
 * `usage` for another name, `not-found`, `not-ready` for a record that no cosigned checkpoint has yet, and `ledger-damaged`.
 */
export async function proveRecord(source: ProofSource, name: string): Promise<ProvedRecord> {
  const statement = await statementNamed(source, name);
  const record = digest(statement);
  const { note, root } = await source.checkpoint();
  const { origin, ...head } = parseCheckpointText(parseNote(note).text);
  const { size } = head;
  const index = await source.indexOf(record);
  if (index === undefined || index >= size)
    throw fail('not-ready', `the newest cosigned checkpoint, of ${size} entries, is older than this record`);
  const path = await inclusionProof({ index, size }, nodesInTiles(size, source.tile));
  if (isIncluded({ hash: leafHash(sha256(statement)), index }, head, path))
    return { statement, record, origin, size, root, index, path, note };
  throw fail('ledger-damaged', 'the tiles of the log do not lead from this record to its checkpoint');
}

function statementNamed(source: ProofSource, name: string): Promise<string> {
  return isDigest(name) ? source.statement(name) : source.routingOf(noticeNamed(name));
}

function noticeNamed(name: string): NoticeId {
  try {
    return parseNoticeId(name);
  } catch {
    throw fail('usage', `\`${name}\` is neither the digest of a record nor the id of a notice`);
  }
}
