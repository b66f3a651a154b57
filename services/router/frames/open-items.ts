import { type Code, errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Jti, type OrgId, parseJti } from '../../shared/kernel/ids.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import { digest } from '../../shared/trust/digest.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { openSubmission, type SubmittedNotice, type Verified } from '../../shared/trust/open-notice.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Item } from '../../shared/wire/frames.js';
import { textOfItem, typeOfItem } from '../../shared/wire/items.js';
import type { Hub, Snapshot } from '../hub.js';

/** A refused item: its bytes go to quarantine and its code into the report. The other items of the frame are not affected. */
export interface RefusedItem {
  readonly type: 'refused';
  readonly index: number;
  readonly jti: Jti | null;
  readonly digest: string;
  readonly code: Code;
  /** As received; of an item that is no notice, its signed statement. */
  readonly text: string;
}

/** One item of a frame, verified by itself, before it is compared with the ledger and the other notices. */
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
  readonly items: readonly Item[];
}

/**
 * Verifies all items in parallel; the results are in the order of the submission. Throws only temporary
 * failures.
 */
export async function openItems(
  { store }: Hub,
  { items, ...opening }: Opening,
): Promise<readonly OpenedItem[]> {
  const named = store.read(() =>
    items.map((item, index) =>
      typeOfItem(item) === 'notice'
        ? nameNotice(store, opening.org, { index, text: textOfItem(item) })
        : notServed(item, index),
    ),
  );
  return Promise.all(named.map((item) => ('code' in item ? item : openItem(opening, item))));
}

/** Finds a known notice by its digest alone: its bytes were verified when they were recorded. */
function nameNotice(
  { notices }: RouterStore,
  org: OrgId,
  { index, text }: Pick<Named, 'index' | 'text'>,
): Named {
  const sdJwtDigest = digest(text.slice(0, Math.max(0, text.indexOf('~'))));
  return { index, text, digest: sdJwtDigest, known: notices.byDigest(org, sdJwtDigest) };
}

/** Refuses an item of a type that this hub decodes and does not serve. */
function notServed(item: Item, index: number): RefusedItem {
  const text = textOfItem(item);
  return { type: 'refused', index, jti: null, digest: digest(text), code: 'not-yet', text };
}

interface Named {
  readonly index: number;
  readonly text: string;
  readonly digest: string;
  readonly known: KnownNotice | undefined;
}

async function openItem(
  { org, snapshot: { directory, now } }: Omit<Opening, 'items'>,
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
