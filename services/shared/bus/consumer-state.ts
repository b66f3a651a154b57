import type { ConsumerInfo } from '@nats-io/jetstream';
import { fail } from '../kernel/errors.js';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import { EPOCH, type Source } from './streams.js';

/** How far a consumer has read its stream. */
export interface ConsumerState {
  /** When the stream was created (RFC 3339), as recorded by provisioning: identifies one life of the stream. */
  readonly epoch: string;
  /** Messages that were never delivered. */
  readonly pending: number;
  /** Messages delivered and not acknowledged. */
  readonly ackPending: number;
  /** The last stream sequence that was delivered. */
  readonly delivered: number;
  /** The stream sequence up to which every message is acknowledged. */
  readonly acknowledged: number;
}

/**
 * Reads the state of a consumer. Throws `stream-missing` when the stream or the consumer is missing: because
 * the disk was lost, or because the server runs with a wrong cipher key. In the latter case the store only
 * looks empty; it stays intact unless streams are created in it. Throws `config-invalid` for a consumer that
 * was not created by provisioning.
 */
export async function consumerState(bus: Bus, source: Source): Promise<ConsumerState> {
  try {
    const info = await bus.jsm.consumers.info(source.stream, source.consumer);
    return {
      epoch: epochOf(info),
      pending: info.num_pending,
      ackPending: info.num_ack_pending,
      delivered: info.delivered.stream_seq,
      acknowledged: info.ack_floor.stream_seq,
    };
  } catch (error) {
    throw busError(error);
  }
}

/** Reads the recorded epoch: the consumer's own creation time changes with a restart and a repeated provisioning. */
function epochOf({ config }: ConsumerInfo): string {
  const epoch = config.metadata?.[EPOCH];
  if (epoch === undefined) throw fail('config-invalid', 'a consumer was not created by provisioning');
  return epoch;
}
