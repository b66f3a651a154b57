import { seconds } from '../../kernel/clock.js';
import { type Code, fail } from '../../kernel/errors.js';
import { type FrameId, type Jti, type OrgId, parseFrameId, parseJti, parseOrgId } from '../../kernel/ids.js';
import { digest } from '../../trust/digest.js';
import type { DirectoryKey } from '../../trust/directory-key.js';
import { signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import { MAX_CHANGES, MAX_ITEMS } from '../../wire/frame-limits.js';
import { isReceiptType, type ReceiptType } from '../../kernel/receipt-types.js';
import { isHeld, isReason, type ReceiptReading } from './receipt.js';

/** What became of one notice after its delivery was answered. The receipt stays as it is. */
export interface ChangedNotice {
  /** The frame whose delivery the receipt answered, and the place of the notice in it. */
  readonly frame: FrameId;
  readonly index: number;
  readonly jti: Jti;
  readonly type: ReceiptType;
  readonly code?: Code;
  /** Digest of the disclosures that were held before; null if none were. */
  readonly before: string | null;
}

/** The changes at one recipient for one originator, collected for an hour. */
export interface ChangeContent {
  readonly recipient: OrgId;
  readonly federation: string;
  readonly originator: OrgId;
  readonly changes: readonly ChangedNotice[];
}

/** Signs changes with the recipient's key of use `receipt`. Resolves to a compact JWS. */
export function signChange(
  { recipient, federation, originator, changes }: ChangeContent,
  { signer, now }: { readonly signer: Signer; readonly now: Date },
): Promise<string> {
  const head = { iss: recipient, iat: seconds(now), aud: federation, originator };
  return signJws('change+jws', { ...head, changes }, signer);
}

/** Changes with a valid signature of their recipient and valid content. */
export interface VerifiedChange extends Omit<ChangeContent, 'federation'> {
  readonly issuedAt: Date;
  /** Digest of the change. */
  readonly digest: string;
  readonly key: DirectoryKey;
}

/**
 * Verifies changes. Throws as `verifyJws` does, and `token-malformed` or `id-invalid` for malformed entries.
 */
export async function verifyChange(token: string, reading: ReceiptReading): Promise<VerifiedChange> {
  const { directory, recipient, ...times } = reading;
  const { payload, key } = await verifyJws(token, {
    typ: 'change+jws',
    use: 'receipt',
    key: directory.key,
    issuer: recipient,
    audience: directory.federation,
    ...times,
    limits: { bytes: 262_144, depth: 4, nodes: 8 * (MAX_CHANGES + 2) },
  });
  const { iat, originator, changes } = payload;
  const isList = Array.isArray(changes) && changes.length > 0 && changes.length <= MAX_CHANGES;
  if (!isList) throw malformed();
  return {
    recipient,
    originator: parseOrgId(originator),
    issuedAt: new Date(Number(iat) * 1000),
    digest: digest(token),
    key,
    changes: changes.map(parseChanged),
  };
}

function parseChanged(value: unknown): ChangedNotice {
  const { frame, index, jti, type, code, before, ...more } = Object(value) as Partial<
    Record<string, unknown>
  >;
  const isSound =
    Number.isSafeInteger(index) &&
    Number(index) >= 0 &&
    Number(index) < MAX_ITEMS &&
    isReceiptType(type) &&
    isReason(code) &&
    isHeld(before) &&
    Object.keys(more).length === 0;
  if (!isSound) throw malformed();
  const changed = { frame: parseFrameId(frame), index: Number(index), jti: parseJti(jti), type, before };
  return code === undefined ? changed : { ...changed, code: code as Code };
}

const malformed = () => fail('token-malformed', 'a change of receipts is not what a recipient writes');
