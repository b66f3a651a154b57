import { seconds } from '../../kernel/clock.js';
import { type Code, fail } from '../../kernel/errors.js';
import {
  type FrameId,
  type Jti,
  type NoticeId,
  type OrgId,
  parseFrameId,
  parseJti,
  parseNoticeId,
  parseOrgId,
} from '../../kernel/ids.js';
import { isReceiptType, type ReceiptType } from '../../kernel/receipt-types.js';
import { digest, isDigest } from '../../trust/digest.js';
import type { Directory, DirectoryKey } from '../../trust/directory.js';
import { signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import { MAX_DELIVERED_ACTIONS } from '../../wire/frame-limits.js';
import { parseNamed } from '../delivery/delivery.js';
import type { DeliveryRoot } from '../delivery/delivery-root.js';

/** One notice of a delivery that its recipient does not simply hold as delivered. */
export interface ReceiptException {
  /** Its place among the notices of the delivery. */
  readonly index: number;
  readonly jti: Jti;
  readonly type: ReceiptType;
  /**
   * Present if and only if the type is `held`: the digest of the disclosures held instead of those delivered.
   */
  readonly held?: string;
  /** The reason of a rejection, or the ground of what is kept. */
  readonly code?: Code;
}

/** What a recipient did about one action. */
export interface ReceiptAction {
  /** Digest of the action's statement. */
  readonly digest: string;
  readonly id: NoticeId;
  readonly type: ReceiptType;
  readonly code?: Code;
  /** Digest of the disclosures held before and after the action; null where nothing was or is held. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What a receipt says: `records`, `root` and `size` as the delivery statement named them. */
export interface ReceiptContent extends DeliveryRoot {
  readonly recipient: OrgId;
  readonly federation: string;
  readonly originator: OrgId;
  /** The frame whose delivery it answers. */
  readonly delivery: FrameId;
  readonly records: readonly string[];
  /** By rising index; every other notice is held as delivered. */
  readonly except: readonly ReceiptException[];
  /** One for each action of the delivery. */
  readonly actions: readonly ReceiptAction[];
}

/** Signs the receipt for one whole delivery with the recipient's key of use `receipt`. Resolves to a compact JWS. */
export function signReceipt(
  { recipient, federation, originator, delivery, ...content }: ReceiptContent,
  { signer, now }: { readonly signer: Signer; readonly now: Date },
): Promise<string> {
  const { records, root, size, except, actions } = content;
  const head = { iss: recipient, iat: seconds(now), aud: federation, originator, delivery };
  return signJws('receipt+jws', { ...head, records, root, size, except, actions }, signer);
}

/** A receipt with a valid signature of its recipient and valid content. */
export interface VerifiedReceipt extends Omit<ReceiptContent, 'federation'> {
  readonly issuedAt: Date;
  /** Digest of the receipt. */
  readonly digest: string;
  readonly key: DirectoryKey;
}

/** Whose receipt is read, and when. */
export interface ReceiptReading {
  readonly directory: Directory;
  readonly recipient: OrgId;
  readonly now: Date;
  /** When a record first named it; a key revoked after that is still accepted. */
  readonly recorded?: Date;
}

/**
 * Verifies a receipt. Throws as `verifyJws` does, and `token-malformed` or `id-invalid` for unknown or
 * malformed members, more entries than a delivery has, and a notice or action named twice.
 */
export async function verifyReceipt(token: string, reading: ReceiptReading): Promise<VerifiedReceipt> {
  const { directory, recipient, ...times } = reading;
  const { payload, key } = await verifyJws(token, {
    typ: 'receipt+jws',
    use: 'receipt',
    key: directory.key,
    issuer: recipient,
    audience: directory.federation,
    ...times,
  });
  const {
    iss: _iss,
    iat,
    aud: _aud,
    originator,
    delivery,
    records,
    root,
    size,
    except,
    actions,
    ...more
  } = payload;
  if (Object.keys(more).length > 0) throw malformed();
  const named = parseNamed({ records, root, size });
  return {
    recipient,
    originator: parseOrgId(originator),
    delivery: parseFrameId(delivery),
    issuedAt: new Date(Number(iat) * 1000),
    digest: digest(token),
    key,
    ...named,
    except: parseExceptions(except, named.size),
    actions: parseActions(actions),
  };
}

function parseExceptions(value: unknown, size: number): readonly ReceiptException[] {
  if (!Array.isArray(value) || value.length > size) throw malformed();
  const except = value.map(parseException);
  const isRising = except.every(({ index }, at) => index > (except[at - 1]?.index ?? -1) && index < size);
  if (isRising && new Set(except.map(({ jti }) => jti)).size === except.length) return except;
  throw malformed();
}

function parseException(value: unknown): ReceiptException {
  const { index, jti, type, held, code, ...more } = Object(value) as Partial<Record<string, unknown>>;
  const isSound =
    Number.isSafeInteger(index) &&
    isReceiptType(type) &&
    (type === 'held') === isDigest(held) &&
    (type === 'held' || held === undefined) &&
    isReason(code) &&
    Object.keys(more).length === 0;
  if (!isSound) throw malformed();
  return {
    index: index as number,
    jti: parseJti(jti),
    type,
    ...(held === undefined ? {} : { held: held as string }),
    ...(code === undefined ? {} : { code: code as Code }),
  };
}

function parseActions(value: unknown): readonly ReceiptAction[] {
  if (!Array.isArray(value) || value.length > MAX_DELIVERED_ACTIONS) throw malformed();
  const actions = value.map(parseAction);
  if (new Set(actions.map((action) => action.digest)).size === actions.length) return actions;
  throw malformed();
}

function parseAction(value: unknown): ReceiptAction {
  const {
    digest: named,
    id,
    type,
    code,
    before,
    after,
    ...more
  } = Object(value) as Partial<Record<string, unknown>>;
  const isSound =
    isDigest(named) &&
    isReceiptType(type) &&
    isHeld(before) &&
    isHeld(after) &&
    isReason(code) &&
    Object.keys(more).length === 0;
  if (!isSound) throw malformed();
  const action = { digest: named, id: parseNoticeId(id), type, before, after };
  return code === undefined ? action : { ...action, code: code as Code };
}

/** True for a digest of the disclosures held, or null for nothing held. */
export function isHeld(value: unknown): value is string | null {
  return value === null || isDigest(value);
}

/** True for a reason in the form of an error code, or for undefined. */
export function isReason(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && /^[a-z-]{1,64}$/.test(value));
}

const malformed = () => fail('token-malformed', 'a receipt is not what a recipient writes');
