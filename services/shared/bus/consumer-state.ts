import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import type { Source } from './streams.js';

/** What the server says of one consumer. */
export interface ConsumerState {
  /** RFC 3339. A stream made again has a consumer made again: this is the stream's epoch. */
  readonly createdAt: string;
  /** Messages not yet delivered to anyone. */
  readonly pending: number;
  /** Messages delivered and not acknowledged. */
  readonly ackPending: number;
  /** The last stream sequence that was delivered, and the last below which all is acknowledged. */
  readonly delivered: number;
  readonly acknowledged: number;
}

/**
 * Throws `stream-missing` when a provisioned stream or its consumer is not there: a lost disk, or a server started with
 * a wrong cipher key, which shows an empty store and keeps the data untouched until somebody provisions again.
 */
export async function consumerState(bus: Bus, source: Source): Promise<ConsumerState> {
  try {
    const info = await bus.jsm.consumers.info(source.stream, source.consumer);
    return {
      createdAt: info.created,
      pending: info.num_pending,
      ackPending: info.num_ack_pending,
      delivered: info.delivered.stream_seq,
      acknowledged: info.ack_floor.stream_seq,
    };
  } catch (error) {
    throw busError(error);
  }
}
