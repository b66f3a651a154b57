import { AckPolicy, type JsMsg, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** A JetStream stream used directly through the client library, as the baseline of `bench peers`. */
export interface BareStream {
  /** Resolves when the server has confirmed that the message is stored. */
  readonly publish: (bytes: Uint8Array) => Promise<void>;
  /** Passes each message to `take` and acknowledges it; at most `ahead` messages are unacknowledged at a time. */
  readonly consume: (take: (bytes: Uint8Array) => void, ahead: number) => Promise<void>;
  /** Closes both connections. */
  readonly close: () => Promise<void>;
}

const [STREAM, SUBJECT, CONSUMER] = ['BARE', 'bare', 'all'];

/** Opens a connection for publishing and one for consuming, and creates a stream on disk. For `bench peers` only. */
export async function openBareStream(servers: string): Promise<BareStream> {
  const options = { servers, noAsyncTraces: true };
  const [publisher, consumer] = await Promise.all([connect(options), connect(options)]);
  const manager = await jetstreamManager(consumer);
  await manager.streams.add({ name: STREAM, subjects: [SUBJECT], storage: StorageType.File });
  const js = jetstream(publisher);
  return {
    publish: async (bytes) => void (await js.publish(SUBJECT, bytes)),
    consume: async (take, ahead) => {
      const durable = { durable_name: CONSUMER, ack_policy: AckPolicy.Explicit, max_ack_pending: ahead };
      await manager.consumers.add(STREAM, durable);
      const callback = (message: JsMsg): void => {
        take(message.data);
        message.ack();
      };
      await (await manager.jetstream().consumers.get(STREAM, CONSUMER)).consume({ callback });
    },
    close: async () => {
      await Promise.all([publisher.close(), consumer.close()]);
    },
  };
}
