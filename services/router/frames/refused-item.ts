import { type Code, errorFrom } from '../../shared/kernel/errors.js';
import { type Jti, parseJti } from '../../shared/kernel/ids.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import type { ActionRefusal } from '../actions/refuse.js';
import { isTooFarAhead } from './ahead.js';

/** A refused item: its bytes go to quarantine and its code into the report. The other items of the frame are not affected. */
export interface RefusedItem extends ActionRefusal {
  readonly type: 'refused';
  readonly index: number;
  readonly jti: Jti | null;
  readonly digest: string;
  readonly code: Code;
  /** A notice as received; of an action or a request, the signed statement. */
  readonly text: string;
}

/** The index of an item in its submission, its text and the digest that names it. */
export interface NamedItem {
  readonly index: number;
  readonly text: string;
  readonly digest: string;
}

/** Refuses an item for what failed when it was opened. Throws a temporary failure. */
export function refuseItem(
  thrown: unknown,
  { index, text, digest, now }: NamedItem & { readonly now: Date },
): RefusedItem {
  const error = errorFrom(thrown);
  // Times are checked after the signature, so these claims are the signer's.
  const isFar = error.code === 'issued-in-future' && isTooFarAhead(claimedIssue(text), now);
  if (!isFar && mayPass(error, 'notice')) throw error;
  return {
    type: 'refused',
    index,
    jti: claimedJti(text),
    digest,
    code: isFar ? 'too-far-ahead' : error.code,
    text,
  };
}

/** Returns the time of signing in milliseconds that a token claims; 0 when unreadable. */
export function claimedIssue(text: string): number {
  try {
    return Number((Object(claimsIn(text.split('~', 1)[0] ?? '')) as { readonly iat?: unknown }).iat) * 1000;
  } catch {
    return 0;
  }
}

/** The `jti` that an unverified notice claims, for the originator to recognise its notice; null when unreadable. */
function claimedJti(text: string): Jti | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(text.split('.', 2)[1] ?? '', 'base64url').toString());
    return parseJti((Object(claims) as { readonly jti?: unknown }).jti);
  } catch {
    return null;
  }
}
