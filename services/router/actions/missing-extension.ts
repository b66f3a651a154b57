import { type Jti, noticeIdOf, type OrgId } from '../../shared/kernel/ids.js';
import type { KnownAction } from '../../shared/store/router/router-actions.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Hub, Snapshot } from '../hub.js';
import { isInInbox, leaveOf } from './may-leave.js';
import { extensionOn, readKnownAction } from './registers-of.js';

/** A notice on its way to a recipient; `exp` is the end that it states itself, in seconds since 1970. */
export interface LeavingNotice {
  readonly originator: OrgId;
  readonly recipient: OrgId;
  readonly jti: Jti;
  readonly exp: number;
}

/** True when a notice is past the end that it states: it lives on only by an extension. */
export function isPastOwnEnd({ exp }: Pick<LeavingNotice, 'exp'>, now: Date): boolean {
  return exp * 1000 <= now.getTime();
}

/** An extension that a recipient of its notice does not have. */
export interface MissingExtension {
  readonly extension: KnownAction;
  /** The frames whose records hand it to the recipient. */
  readonly frames: readonly string[];
}

/**
 * Finds the extension that is in force on a notice, if its recipient has not answered it and does not have it
 * in IN.
 */
export function missingExtension(
  store: RouterStore,
  { originator, recipient, jti }: LeavingNotice,
): MissingExtension | undefined {
  return store.read(() => {
    const extension = extensionOn(store, originator, noticeIdOf(jti));
    if (extension === undefined) return undefined;
    const key = { originator, action: extension.digest, recipient };
    if (store.actions.answersOf(key).length > 0) return undefined;
    const frames = store.actions.framesHanding(key);
    return isInInbox(store, key) ? undefined : { extension, frames };
  });
}

/**
 * True when a notice is past its own end and its recipient can no longer get the extension by which it lives
 * on: for this recipient it has ended.
 */
export function isWithoutExtension(
  { store }: Pick<Hub, 'store'>,
  snapshot: Snapshot,
  notice: LeavingNotice,
): boolean {
  if (!isPastOwnEnd(notice, snapshot.now)) return false;
  const missing = missingExtension(store, notice);
  if (missing === undefined) return false;
  if (missing.frames.length === 0) return true;
  const { recipient } = notice;
  const leaving = { action: readKnownAction(missing.extension), recipient };
  return leaveOf({ store }, snapshot, leaving) === 'never';
}
