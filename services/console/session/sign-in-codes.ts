import type { Clock } from '../../shared/kernel/clock.js';
import { hashToken, newToken } from '../../shared/trust/tokens.js';

/** Single-use sign-in codes, valid for ten minutes. Only their hashes are kept, in memory. */
export interface SignInCodes {
  /** Creates a code for a caller, named by the hash of its token. */
  issue(caller: string): string;
  /** Consumes a code; returns its caller, or undefined if the code is unknown, used or expired. */
  take(code: string): string | undefined;
}

const LIFETIME_MS = 10 * 60_000;
/** Maximum unused codes of one caller; another code invalidates the oldest. */
const MAX_PER_CALLER = 4;

interface IssuedCode {
  readonly caller: string;
  readonly expires: number;
}

/** Creates an empty list of codes. */
export function createSignInCodes(clock: Clock): SignInCodes {
  const issued = new Map<string, IssuedCode>();
  const forget = (isOver: (code: IssuedCode) => boolean): void => {
    for (const [hash, code] of issued) if (isOver(code)) issued.delete(hash);
  };
  return {
    issue: (caller) => {
      const now = clock().getTime();
      forget(({ expires }) => expires <= now);
      const own = [...issued].filter(([, code]) => code.caller === caller).map(([hash]) => hash);
      for (const hash of own.slice(0, Math.max(0, own.length - MAX_PER_CALLER + 1))) issued.delete(hash);
      const code = newToken();
      issued.set(hashToken(code), { caller, expires: now + LIFETIME_MS });
      return code;
    },
    take: (code) => {
      const hash = hashToken(code);
      const found = issued.get(hash);
      issued.delete(hash);
      return found !== undefined && found.expires > clock().getTime() ? found.caller : undefined;
    },
  };
}
