import { type Code, errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Jti, type OrgId, parseJti } from '../../shared/kernel/ids.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import { digest } from '../../shared/trust/digest.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { openSubmission, type SubmittedNotice, type Verified } from '../../shared/trust/open-notice.js';
import type { Hub, Snapshot } from '../hub.js';

/** A notice that is not taken. Its bytes go to quarantine, its code into the report; the others go on. */
export interface RefusedItem {
  readonly type: 'refused';
  readonly index: number;
  readonly jti: Jti | null;
  readonly digest: string;
  readonly code: Code;
  /** As it came. */
  readonly text: string;
}

/** What became of one notice by itself, before the others and the ledger are looked at. */
export type OpenedItem =
  | {
      readonly type: 'notice';
      readonly index: number;
      readonly notice: Verified<SubmittedNotice>;
      readonly text: string;
      /** The ledger knows exactly these bytes. */
      readonly known: KnownNotice | undefined;
    }
  /** Recorded once, and expired since then: nobody gets it any more. */
  | {
      readonly type: 'ended';
      readonly index: number;
      readonly text: string;
      readonly known: KnownNotice;
    }
  | RefusedItem;

interface Opening {
  readonly org: OrgId;
  readonly snapshot: Snapshot;
  readonly notices: readonly string[];
}

/** All signatures at once, results in order. Throws only what time or a retry may mend. */
export async function openItems(
  { store }: Hub,
  { notices, ...opening }: Opening,
): Promise<readonly OpenedItem[]> {
  // Found by its digest alone, which no other bytes have: what is known was verified when it was recorded.
  const named = store.read(() =>
    notices.map((text, index): Named => {
      const sdJwtDigest = digest(text.slice(0, Math.max(0, text.indexOf('~'))));
      return { index, text, digest: sdJwtDigest, known: store.notices.byDigest(opening.org, sdJwtDigest) };
    }),
  );
  return Promise.all(named.map((item) => openItem(opening, item)));
}

interface Named {
  readonly index: number;
  readonly text: string;
  readonly digest: string;
  readonly known: KnownNotice | undefined;
}

async function openItem(
  { org, snapshot: { directory, now } }: Omit<Opening, 'notices'>,
  { index, text, digest: sdJwtDigest, known }: Named,
): Promise<OpenedItem> {
  if (known !== undefined && known.exp * 1000 <= now.getTime()) return { type: 'ended', index, text, known };
  try {
    const recorded = known === undefined ? {} : { recorded: new Date(known.at) };
    const notice = await openSubmission(text, { directory, originator: org, now, ...recorded });
    return { type: 'notice', index, notice, text, known };
  } catch (thrown) {
    return refused(errorFrom(thrown), { index, text, digest: sdJwtDigest });
  }
}

function refused(
  error: LiaisonError,
  { index, text, digest }: { readonly index: number; readonly text: string; readonly digest: string },
): RefusedItem {
  if (mayPass(error, 'notice')) throw error;
  return { type: 'refused', index, jti: claimedJti(text), digest, code: error.code, text };
}

/** Whose number it bears, for the originator's own reading: nothing is decided by it. */
function claimedJti(text: string): Jti | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(text.split('.', 2)[1] ?? '', 'base64url').toString());
    return parseJti((Object(claims) as { readonly jti?: unknown }).jti);
  } catch {
    return null;
  }
}
