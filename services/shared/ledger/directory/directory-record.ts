import { hexOfDigest, isDigest } from '../../trust/digest.js';
import { parseFrameId } from '../../kernel/ids.js';
import { LEDGER_OWNER } from '../command-content.js';
import { malformed, type RecordHead, type Recording, type SignedRecord, signRecord } from '../record-head.js';
import { checkedPart } from '../record-part-schemas.js';

/** The part about a version of the directory. */
export interface DirectoryPart {
  readonly type: 'directory';
  readonly version: number;
  /** Digest of the directory's statement, which the root signed and which holds the root of all parts. */
  readonly digest: string;
  /** Digest of the witness policy that counts from this version, as a file (tlog-policy). */
  readonly policy: string;
}

/** The record of one version of the directory; its `frame` is the digest of the directory in hex. */
export interface DirectoryRecord extends RecordHead {
  readonly type: 'directory';
  readonly part: DirectoryPart;
}

/** Reads the part of a directory record. Throws `token-malformed` and `schema-invalid`. */
export function readDirectoryRecord(head: RecordHead, [first, ...more]: readonly unknown[]): DirectoryRecord {
  const part = checkedPart<DirectoryPart>(first, ['directory']);
  const isSound = isDigest(part.digest) && isDigest(part.policy) && part.version > 0;
  if (!isSound || more.length > 0 || head.org !== LEDGER_OWNER || head.frame !== hexOfDigest(part.digest))
    throw malformed();
  return { ...head, type: 'directory', part };
}

/** Signs the record of a version of the directory with the hub's key. */
export async function signDirectoryRecord(
  part: DirectoryPart,
  recording: Recording,
): Promise<SignedRecord & Pick<RecordHead, 'org' | 'frame'>> {
  const about = { org: LEDGER_OWNER, frame: parseFrameId(hexOfDigest(part.digest)) };
  const content = { ...about, claims: { type: 'directory' }, parts: [part] };
  return { ...about, ...(await signRecord({ typ: 'directory-record+jws', ...content }, recording)) };
}
