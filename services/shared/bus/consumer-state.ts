import type { ConsumerInfo } from '@nats-io/jetstream';
import { fail } from '../kernel/errors.js';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import { EPOCH, type Source } from './streams.js';

/** What the server says of one consumer. */
export interface ConsumerState {
  /** The life of the stream, as provisioning wrote it into its consumers: when the stream was made, RFC 3339. */
  readonly epoch: string;
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
 * a wrong cipher key, which shows an empty store and keeps the data untouched until somebody provisions again. Throws
 * `config-invalid` for a consumer that provisioning did not make.
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

/** Not the consumer's own time of creation: that moves with a restart of the server and with a repeated provisioning. */
function epochOf({ config }: ConsumerInfo): string {
  const epoch = config.metadata?.[EPOCH];
  if (epoch === undefined) throw fail('config-invalid', 'a consumer that provisioning did not make');
  return epoch;
}
