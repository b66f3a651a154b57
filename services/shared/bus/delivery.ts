import type { JsMsg } from '@nats-io/jetstream';

/** A message of a work queue or the ledger, as it was stored: neither its subject nor its headers are to be trusted. */
export interface Delivery {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** Its sequence in the stream. */
  readonly seq: number;
  /** 1 the first time. */
  readonly attempt: number;
  readonly storedAt: Date;
  /** Messages that wait behind it. */
  readonly pending: number;
  /** Told once and not confirmed: where it is lost, the message comes again and is met as known. */
  ack(): void;
  /** Double acknowledgement; false when the server did not confirm, which idempotent handling makes harmless. */
  settle(): Promise<boolean>;
  /** Gives it back, to come again after the delay. */
  nak(delayMs?: number): void;
  /** Asks for more time (ack_wait begins anew). */
  working(): void;
  /** Never again: for what was quarantined elsewhere. */
  term(): void;
}

export function deliveryOf(message: JsMsg): Delivery {
  const { streamSequence, deliveryCount, pending } = message.info;
  return {
    subject: message.subject,
    bytes: message.data,
    seq: streamSequence,
    attempt: deliveryCount,
    storedAt: message.time,
    pending,
    ack: () => quietly(() => message.ack()),
    settle: async () => message.ackAck().catch(() => false),
    nak: (delayMs) => quietly(() => message.nak(delayMs)),
    working: () => quietly(() => message.working()),
    term: () => quietly(() => message.term()),
  };
}

/** On a connection that was closed for good the client throws; the message comes again all the same. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // Nobody hears it.
  }
}
