import { type DirectMsgRequest, JetStreamApiError } from '@nats-io/jetstream';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';

const DELETED_NOTHING = 10057;

/** A message that stays in its stream. */
export interface Stored {
  readonly seq: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly storedAt: Date;
}

/**
 * The newest message on a subject. On a cluster a message just stored may be not found for a moment: whoever knows that
 * it is there asks again.
 */
export function lastOn(
  bus: Bus,
  { stream, subject }: { readonly stream: string; readonly subject: string },
): Promise<Stored | undefined> {
  return get(bus, stream, { last_by_subj: subject });
}

export function getAt(
  bus: Bus,
  { stream, seq }: { readonly stream: string; readonly seq: number },
): Promise<Stored | undefined> {
  return get(bus, stream, { seq });
}

/** The first message on a subject at or after the sequence `from`. */
export function nextOn(
  bus: Bus,
  { stream, subject, from }: { readonly stream: string; readonly subject: string; readonly from: number },
): Promise<Stored | undefined> {
  return get(bus, stream, { seq: from, next_by_subj: subject });
}

/** Deletes one message and overwrites its bytes on disk; false when it was not there. */
export async function eraseMessage(
  bus: Bus,
  { stream, seq }: { readonly stream: string; readonly seq: number },
): Promise<boolean> {
  try {
    return await bus.jsm.streams.deleteMessage(stream, seq, true);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === DELETED_NOTHING) return false;
    throw busError(error);
  }
}

async function get(bus: Bus, stream: string, query: DirectMsgRequest): Promise<Stored | undefined> {
  try {
    const message = await bus.jsm.direct.getMessage(stream, query);
    if (message === null) return undefined;
    return { seq: message.seq, subject: message.subject, bytes: message.data, storedAt: message.time };
  } catch (error) {
    throw busError(error);
  }
}
