import { parseFrameId } from '../../shared/kernel/ids.js';
import { mayLeave } from '../actions/may-leave.js';
import {
  isPastOwnEnd,
  type LeavingNotice,
  type MissingExtension,
  missingExtension,
} from '../actions/missing-extension.js';
import { readKnownAction } from '../actions/registers-of.js';
import type { Hub, Snapshot } from '../hub.js';
import { type HandedOver, handOverActs } from './hand-over-acts.js';

/**
 * Hands over to a recipient, before notices that are past their own end, the extensions that are in force on
 * them: without its extension the recipient would reject a notice as expired. `frame` is the frame of the notices;
 * an extension that it hands over itself is skipped. `held-up` while an extension cannot be handed over at
 * present.
 */
export async function handOverExtensions(
  hub: Hub,
  snapshot: Snapshot,
  { notices, frame }: { readonly notices: readonly LeavingNotice[]; readonly frame: string },
): Promise<HandedOver> {
  for (const notice of notices) {
    if (!isPastOwnEnd(notice, snapshot.now)) continue;
    const missing = missingExtension(hub.store, notice);
    if (missing === undefined || missing.frames.includes(frame)) continue;
    const handed = await handOver(hub, snapshot, { ...missing, notice });
    if (handed !== 'handed-over') return handed;
  }
  return 'handed-over';
}

async function handOver(
  hub: Hub,
  snapshot: Snapshot,
  { extension, frames, notice }: MissingExtension & { readonly notice: LeavingNotice },
): Promise<HandedOver> {
  const { originator, recipient } = notice;
  if (!mayLeave(hub, snapshot, { action: readKnownAction(extension), recipient })) return 'held-up';
  for (const named of frames) {
    const address = { originator, frame: parseFrameId(named), recipient };
    const handed = await handOverActs(hub, snapshot, address);
    if (handed !== 'held-up') return handed;
  }
  return 'held-up';
}
