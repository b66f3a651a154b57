import type { ConsumeOptions, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { errorFrom, fail, type LiaisonError } from '../kernel/errors.js';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import { type Delivery, deliveryOf } from './delivery.js';
import type { Source } from './streams.js';

interface ConsumeParams {
  /**
   * Must acknowledge the delivery as its last step. If it throws, `onError` gets the error and the message is
   * redelivered.
   */
  readonly handle: (delivery: Delivery) => Promise<void>;
  readonly onError: (error: LiaisonError) => void;
  /** Messages handled at the same time; 1, the default, keeps their order. */
  readonly parallel?: number;
  /** How many messages may be prefetched; without it the consumer's `max_ack_pending` is the only bound. */
  readonly ahead?: number;
}

/** A running consumption of a stream. */
export interface Consumption {
  /** Stops taking messages, gives back those that are not begun, and waits for the others. */
  stop(): Promise<void>;
}

const REDELIVERY_DELAY_MS = 1_000;
/** How long one pull request lives; short, so that a missing consumer is noticed within seconds. */
const PULL_EXPIRES_MS = 5_000;
/** The client's shortest heartbeat: after two missed ones it pulls again, from the stream's new leader. */
const HEARTBEAT_MS = 500;
/** For a single server, where no other can take over: the longest heartbeat that a pull of 5 s allows. */
const SINGLE_HEARTBEAT_MS = 2_500;

/** Handles the messages of a consumer until stopped. Throws `stream-missing` when the stream or the consumer is missing. */
export async function consume(bus: Bus, source: Source, consuming: ConsumeParams): Promise<Consumption> {
  const lane = createLane(consuming);
  const add = (message: JsMsg): void => lane.add(deliveryOf(message, bus.flushed));
  const { ahead } = consuming;
  const messages = await open(bus, source, ahead === undefined ? { callback: add } : { max_messages: ahead });
  if (ahead !== undefined) void feed(messages, lane, add);
  void watchFailures(messages, () => look(bus, source), consuming.onError);
  return {
    stop: async () => {
      const left = lane.close();
      await messages.close();
      for (const delivery of left) delivery.nak();
      await lane.idle();
    },
  };
}

interface Lane {
  add(delivery: Delivery): void;
  /** Begins no more deliveries; returns those that were not begun. */
  close(): readonly Delivery[];
  /** Resolves when no delivery is being handled. */
  idle(): Promise<unknown>;
  /** Resolves when the next delivery can begin at once, or when the lane is closed. */
  room(): Promise<void>;
}

/** Reads messages as the lane has room: the client requests more only while it is read; the rest stays in the broker. */
async function feed(messages: ConsumerMessages, lane: Lane, add: (message: JsMsg) => void): Promise<void> {
  try {
    for await (const message of messages) {
      await lane.room();
      add(message);
    }
  } catch {
    // `watchFailures` reports why it ended.
  }
}

/** Queues deliveries and handles up to `parallel` of them at a time, in order of arrival. */
function createLane(consuming: ConsumeParams): Lane {
  const { parallel = 1 } = consuming;
  const queue: Delivery[] = [];
  const running = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  let closed = false;
  const next = (): void => {
    if (running.size >= parallel) return;
    const delivery = queue.shift();
    if (delivery === undefined) return waiting.shift()?.();
    const work = attempt(delivery, consuming).finally(() => {
      running.delete(work);
      next();
    });
    running.add(work);
    next();
  };
  return {
    add: (delivery) => {
      if (closed) return delivery.nak();
      queue.push(delivery);
      return next();
    },
    close: () => {
      closed = true;
      for (const go of waiting.splice(0)) go();
      return queue.splice(0);
    },
    idle: () => Promise.all(running),
    room: () =>
      closed || (running.size < parallel && queue.length === 0)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push(resolve)),
  };
}

async function attempt(delivery: Delivery, { handle, onError }: ConsumeParams): Promise<void> {
  try {
    await handle(delivery);
  } catch (error) {
    delivery.nak(REDELIVERY_DELAY_MS);
    onError(errorFrom(error));
  }
}

async function open(bus: Bus, source: Source, options: ConsumeOptions): Promise<ConsumerMessages> {
  try {
    const consumer = await bus.js.consumers.get(source.stream, source.consumer);
    return await consumer.consume({
      max_messages: 256,
      expires: PULL_EXPIRES_MS,
      idle_heartbeat: bus.isClustered ? HEARTBEAT_MS : SINGLE_HEARTBEAT_MS,
      // Pulls again without first asking for the consumer's info: when that request gets no answer, the client waits 1.5
      // times `expires`. `watchFailures` asks for the info instead, without delaying the pull.
      bind: true,
      ...options,
    });
  } catch (error) {
    throw busError(error);
  }
}

/** Asks for the consumer's info; throws the reason when it cannot be read. */
async function look(bus: Bus, { stream, consumer }: Source): Promise<void> {
  try {
    await bus.jsm.consumers.info(stream, consumer);
  } catch (error) {
    throw busError(error);
  }
}

async function watchFailures(
  messages: ConsumerMessages,
  ask: () => Promise<void>,
  report: (error: LiaisonError) => void,
): Promise<void> {
  let asking: Promise<void> | undefined;
  try {
    for await (const { type } of messages.status()) {
      if (type === 'consumer_deleted') report(fail('stream-missing', 'a provisioned consumer is missing'));
      if (type !== 'heartbeats_missed' && type !== 'no_responders') continue;
      asking ??= ask()
        .catch((error: unknown) => report(errorFrom(error)))
        .finally(() => {
          asking = undefined;
        });
    }
    const ended = await messages.closed();
    if (ended) report(busError(ended));
  } catch (error) {
    report(busError(error));
  }
}
