import { type DirectMsgRequest, JetStreamApiError } from '@nats-io/jetstream';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';

/** The server's error code for the deletion of a message that does not exist. */
const MESSAGE_MISSING = 10057;

/** A message read from a stream without consuming it. */
export interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly storedAt: Date;
}

/**
 * Returns the newest message on a subject. In a cluster a message that was just stored may not be found for a moment; a
 * caller that knows that it exists must retry.
 */
export function lastOn(
  bus: Bus,
  { stream, subject }: { readonly stream: string; readonly subject: string },
): Promise<StoredMessage | undefined> {
  return get(bus, stream, { last_by_subj: subject });
}

/** Returns the message with this sequence; undefined when it does not exist. */
export function getAt(
  bus: Bus,
  { stream, seq }: { readonly stream: string; readonly seq: number },
): Promise<StoredMessage | undefined> {
  return get(bus, stream, { seq });
}

/** Returns the first message on a subject at or after the sequence `from`. */
export function nextOn(
  bus: Bus,
  { stream, subject, from }: { readonly stream: string; readonly subject: string; readonly from: number },
): Promise<StoredMessage | undefined> {
  return get(bus, stream, { seq: from, next_by_subj: subject });
}

/** Deletes one message and overwrites its bytes on disk; returns false when it does not exist. */
export async function eraseMessage(
  bus: Bus,
  { stream, seq }: { readonly stream: string; readonly seq: number },
): Promise<boolean> {
  try {
    return await bus.jsm.streams.deleteMessage(stream, seq, true);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === MESSAGE_MISSING) return false;
    throw busError(error);
  }
}

async function get(bus: Bus, stream: string, query: DirectMsgRequest): Promise<StoredMessage | undefined> {
  try {
    const message = await bus.jsm.direct.getMessage(stream, query);
    if (message === null) return undefined;
    return { seq: message.seq, subject: message.subject, bytes: message.data, storedAt: message.time };
  } catch (error) {
    throw busError(error);
  }
}
