import type { Code } from '../kernel/errors.js';
import { type EntryId, type FrameId, type OrgId, parseEntryId } from '../kernel/ids.js';
import { malformed, type RecordHead, type Recording, type SignedRecord, signRecord } from './record-head.js';
import { checkedPart } from './record-part-schemas.js';

/** Why bytes of an organisation were quarantined; the bytes are not in it. */
export interface QuarantinedPart {
  readonly type: 'quarantined';
  /** A whole message, or one notice of a frame whose other notices were accepted. */
  readonly what: 'message' | 'notice';
  readonly entry: EntryId;
  /** Bytes. */
  readonly size: number;
  readonly reason: Code;
  /** The subject of the message, in printable form. */
  readonly subject: string;
}

/** The record of the entries quarantined from one message of an organisation; it does not hold the bytes. */
export interface QuarantineRecord extends RecordHead {
  readonly type: 'quarantine';
  readonly entries: readonly QuarantinedPart[];
}

/** Reads the parts of a quarantine record. Throws `token-malformed`, `schema-invalid` and `id-invalid`. */
export function readQuarantine(head: RecordHead, values: readonly unknown[]): QuarantineRecord {
  if (values.length === 0) throw malformed();
  return { ...head, type: 'quarantine', entries: values.map(parseQuarantinedPart) };
}

function parseQuarantinedPart(value: unknown): QuarantinedPart {
  const part = checkedPart<QuarantinedPart>(value, ['quarantined']);
  parseEntryId(part.entry);
  return part;
}

/** Signs the record of quarantined entries with the hub's key. */
export function signQuarantine(
  content: {
    readonly org: OrgId;
    readonly frame: FrameId;
    readonly entries: readonly QuarantinedPart[];
  },
  recording: Recording,
): Promise<SignedRecord> {
  const { org, frame, entries } = content;
  const claims = { type: 'quarantine' };
  return signRecord({ typ: 'quarantine-record+jws', org, frame, claims, parts: entries }, recording);
}
