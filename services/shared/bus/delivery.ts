import type { JsMsg } from '@nats-io/jetstream';
import type { Bus } from './connect.js';

/** A message received from a stream. Its subject and headers are chosen by its publisher and must not be trusted. */
export interface Delivery {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** Its sequence in the stream. */
  readonly seq: number;
  /** How often it was delivered, from 1. */
  readonly attempt: number;
  readonly storedAt: Date;
  /** Messages behind it that were not delivered yet. */
  readonly pending: number;
  /** Acknowledges it without waiting for a confirmation; if that is lost, the message is redelivered. */
  ack(): void;
  /** Acknowledges it and waits; false when the server did not confirm, so that the message may be redelivered. */
  settle(): Promise<boolean>;
  /** Gives it back for redelivery after `delayMs`. */
  nak(delayMs?: number): void;
  /** Restarts its `ack_wait`. */
  working(): void;
  /** Ends its redelivery for good, after its bytes were stored in the quarantine. */
  term(): void;
}

/** Wraps a message of the client library. It is not acknowledged, and its redelivery not ended, before `flushed` resolves. */
export function deliveryOf(message: JsMsg, flushed: Bus['flushed']): Delivery {
  const afterFlush = (send: () => void): void => {
    if (flushed === undefined) quietly(send);
    else
      void flushed().then(
        () => quietly(send),
        () => undefined,
      );
  };
  const { streamSequence, deliveryCount, pending } = message.info;
  return {
    subject: message.subject,
    bytes: message.data,
    seq: streamSequence,
    attempt: deliveryCount,
    storedAt: message.time,
    pending,
    ack: () => afterFlush(() => message.ack()),
    settle: async () => {
      await flushed?.();
      return message.ackAck().catch(() => false);
    },
    nak: (delayMs) => quietly(() => message.nak(delayMs)),
    working: () => quietly(() => message.working()),
    term: () => afterFlush(() => message.term()),
  };
}

/** Ignores the client's error on a connection that is closed: the message is redelivered anyway. */
function quietly(send: () => void): void {
  try {
    send();
  } catch {
    // The connection is closed.
  }
}
