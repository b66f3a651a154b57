import type { FrameId, OrgId } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import { signSet } from '../trust/signed-set.js';
import { frames } from '../wire/frames.js';
import { claimsOf, type Common, malformed, type Recording } from './record-common.js';
import { parseQuarantinedPart, type QuarantinedPart } from './record-parts.js';
import type { SignedRecord } from './record-sign.js';

/** What went to quarantine of one message of an organisation; the bytes are not in it. */
export interface QuarantineRecord extends Common {
  readonly type: 'quarantine';
  readonly entries: readonly QuarantinedPart[];
}

/** Throws `token-malformed`, `schema-invalid`, `id-invalid`. */
export function readQuarantine(common: Common, values: readonly unknown[]): QuarantineRecord {
  if (values.length === 0) throw malformed();
  return { ...common, type: 'quarantine', entries: values.map(parseQuarantinedPart) };
}

export async function signQuarantine(
  content: {
    readonly org: OrgId;
    readonly frame: FrameId;
    readonly entries: readonly QuarantinedPart[];
  },
  recording: Recording,
): Promise<SignedRecord> {
  const { org, frame, entries } = content;
  const statement = await signSet({
    typ: 'quarantine-record+jws',
    claims: { ...claimsOf(org, frame, recording), type: 'quarantine' },
    parts: entries,
    signer: recording.signer,
  });
  return { bytes: frames.record.encode({ statement, receipts: [] }), digest: digest(statement.statement) };
}
