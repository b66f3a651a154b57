import { type Code, errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Jti, type OrgId, parseJti } from '../../shared/kernel/ids.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import { digest } from '../../shared/trust/digest.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { openSubmission, type SubmittedNotice, type Verified } from '../../shared/trust/open-notice.js';
import type { Hub, Snapshot } from '../hub.js';

/** A refused notice: its bytes go to quarantine and its code into the report. The other notices of the frame are not affected. */
export interface RefusedItem {
  readonly type: 'refused';
  readonly index: number;
  readonly jti: Jti | null;
  readonly digest: string;
  readonly code: Code;
  /** As received. */
  readonly text: string;
}

/** One notice of a frame, verified by itself, before it is compared with the ledger and the other notices. */
export type OpenedItem =
  | {
      readonly type: 'notice';
      readonly index: number;
      readonly notice: Verified<SubmittedNotice>;
      readonly text: string;
      /** The notice as recorded, when the ledger has exactly these bytes. */
      readonly known: KnownNotice | undefined;
    }
  /** A recorded notice that has expired since: it is no longer delivered. */
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

/**
 * Verifies all notices in parallel; the results are in the order of the submission. Throws only temporary
 * failures.
 */
export async function openItems(
  { store }: Hub,
  { notices, ...opening }: Opening,
): Promise<readonly OpenedItem[]> {
  // A known notice is found by its digest alone: its bytes were verified when they were recorded.
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

/** The `jti` that an unverified notice claims, for the originator to recognise its notice; null when unreadable. */
function claimedJti(text: string): Jti | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(text.split('.', 2)[1] ?? '', 'base64url').toString());
    return parseJti((Object(claims) as { readonly jti?: unknown }).jti);
  } catch {
    return null;
  }
}
