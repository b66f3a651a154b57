import { AckPolicy, type JsMsg, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** JetStream with nothing of ours around it: what a user would have who took NATS alone. */
export interface BareStream {
  /** Resolves when the server has confirmed. */
  readonly publish: (bytes: Uint8Array) => Promise<void>;
  /** Takes each message, at most `ahead` of them unacknowledged, and acknowledges it. */
  readonly consume: (take: (bytes: Uint8Array) => void, ahead: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const [STREAM, SUBJECT, CONSUMER] = ['BARE', 'bare', 'all'];

/** Connects twice, for who publishes and who consumes, and makes a stream in a file; for `bench peers` alone. */
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
