import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { digest, isDigest } from '../../trust/digest.js';
import { signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import { MAX_RECEIPTS } from '../../wire/frame-limits.js';
import type { ReceiptFrame } from '../../wire/frames.js';
import { parseDigests } from '../delivery/delivery.js';
import type { ReceiptReading } from './receipt.js';

/**
 * What the statement of a frame of receipts says besides the digests of the receipts and changes in the
 * frame.
 */
export interface ReceiptsStatement {
  /** 1, 2, …: the gateway's count of its frames of receipts. */
  readonly number: number;
  /** Digest of the previous statement; null for the first. */
  readonly previous: string | null;
}

/** Signs the statement of a frame of receipts, for the hub alone. Resolves to a compact JWS. */
export function signReceiptsStatement(
  { number, previous }: ReceiptsStatement,
  content: Pick<ReceiptFrame, 'receipts' | 'changes'>,
  by: {
    readonly recipient: OrgId;
    readonly federation: string;
    readonly signer: Signer;
    readonly now: Date;
  },
): Promise<string> {
  const head = { iss: by.recipient, iat: seconds(by.now), aud: by.federation, number, previous };
  return signJws('receipts+jws', { ...head, ...digestsIn(content) }, by.signer);
}

/** The digests of the receipts and changes of a frame, in its order. */
export interface ListedTokens {
  readonly receipts: readonly string[];
  readonly changes: readonly string[];
}

/** Returns what the statement of a frame of receipts must list. */
export function digestsIn({ receipts, changes }: Pick<ReceiptFrame, 'receipts' | 'changes'>): ListedTokens {
  return {
    receipts: receipts.map(({ statement }) => digest(statement)),
    changes: changes.map((change) => digest(change)),
  };
}

/** A statement over exactly the receipts and changes of its frame, signed by the organisation that sent it. */
export interface VerifiedReceiptsStatement extends ReceiptsStatement {
  /** Digest of the statement. */
  readonly digest: string;
}

/**
 * Verifies the statement of a frame of receipts that holds these receipts and changes (`digestsIn`). Throws as
 * `verifyJws` does, `token-malformed`, and `digest-mismatch` if the statement lists others. Gaps in the numbers are left
 * to the caller.
 */
export async function verifyReceiptsStatement(
  statement: string,
  held: ListedTokens,
  reading: ReceiptReading,
): Promise<VerifiedReceiptsStatement> {
  const { payload } = await verifyReceiptsToken(statement, reading);
  const receipts = parseDigests(payload['receipts'], MAX_RECEIPTS);
  const changes = parseDigests(payload['changes'], MAX_RECEIPTS);
  const isSame = receipts.join() === held.receipts.join() && changes.join() === held.changes.join();
  if (!isSame) throw fail('digest-mismatch', 'the receipts are not those of the statement of their frame');
  const { number, previous } = payload;
  const isSound =
    Number.isSafeInteger(number) && Number(number) > 0 && (previous === null || isDigest(previous));
  if (!isSound) throw fail('token-malformed', 'a statement about receipts lacks its number or predecessor');
  return { number: Number(number), previous: previous as string | null, digest: digest(statement) };
}

function verifyReceiptsToken(
  token: string,
  { directory, recipient, ...times }: ReceiptReading,
): ReturnType<typeof verifyJws> {
  return verifyJws(token, {
    typ: 'receipts+jws',
    use: 'receipt',
    key: directory.key,
    issuer: recipient,
    audience: directory.federation,
    ...times,
  });
}
