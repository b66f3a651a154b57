import type { ConsumeOptions, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { errorFrom, fail, type LiaisonError } from '../kernel/errors.js';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import { type Delivery, deliveryOf } from './delivery.js';
import type { Source } from './streams.js';

interface Consuming {
  /** Acknowledges itself, last of all. What it throws is handed to `onTrouble`, and the message comes again. */
  readonly handle: (delivery: Delivery) => Promise<void>;
  readonly onTrouble: (trouble: LiaisonError) => void;
  /** Messages handled at the same time; 1, the default, keeps their order. */
  readonly parallel?: number;
  /** Messages taken from the broker and not begun; without it the consumer's `max_ack_pending` is the only bound. */
  readonly ahead?: number;
}

export interface Consumption {
  /** Takes no more, gives back what was not begun, waits for what was. */
  stop(): Promise<void>;
}

const RETRY_MS = 1_000;
/** Short, so that a consumer that vanished (a broker that lost its disk) is noticed within seconds. */
const PULL_MS = 5_000;
/** Two of them missed, and it is pulled anew: from whoever leads the stream by then. The client's shortest. */
const HEARTBEAT_MS = 500;
/** Of a lone server, which nobody takes over from: the longest for pulls of 5 s. */
const LONE_HEARTBEAT_MS = 2_500;

/** Handles messages until stopped; throws `stream-missing` when the stream or its consumer is not there. */
export async function consume(bus: Bus, source: Source, consuming: Consuming): Promise<Consumption> {
  const lane = createLane(consuming);
  const add = (message: JsMsg): void => lane.add(deliveryOf(message));
  const { ahead } = consuming;
  const messages = await open(bus, source, ahead === undefined ? { callback: add } : { max_messages: ahead });
  if (ahead !== undefined) void feed(messages, lane, add);
  void watchTrouble(messages, () => look(bus, source), consuming.onTrouble);
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
  /** Begins nothing more; returns what was not begun. */
  close(): readonly Delivery[];
  idle(): Promise<unknown>;
  /** Resolves when the next one begins at once, or when the lane is closed. */
  room(): Promise<void>;
}

/** The client asks for more only when it is read on, so what is not read stays at the broker. */
async function feed(messages: ConsumerMessages, lane: Lane, add: (message: JsMsg) => void): Promise<void> {
  try {
    for await (const message of messages) {
      await lane.room();
      add(message);
    }
  } catch {
    // Why it ended is told by `watchTrouble`.
  }
}

/** What has arrived waits here for its turn. */
function createLane(consuming: Consuming): Lane {
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

async function attempt(delivery: Delivery, { handle, onTrouble }: Consuming): Promise<void> {
  try {
    await handle(delivery);
  } catch (error) {
    delivery.nak(RETRY_MS);
    onTrouble(errorFrom(error));
  }
}

async function open(bus: Bus, source: Source, options: ConsumeOptions): Promise<ConsumerMessages> {
  try {
    const consumer = await bus.js.consumers.get(source.stream, source.consumer);
    return await consumer.consume({
      max_messages: 256,
      expires: PULL_MS,
      idle_heartbeat: bus.isClustered ? HEARTBEAT_MS : LONE_HEARTBEAT_MS,
      // Pulls anew without asking first whether it is there: a question that nobody answers is asked again only after
      // one and a half times `expires`. `watchTrouble` asks instead, and holds nothing up.
      bind: true,
      ...options,
    });
  } catch (error) {
    throw busError(error);
  }
}

/** Throws what is wrong with a consumer that gives nothing. */
async function look(bus: Bus, { stream, consumer }: Source): Promise<void> {
  try {
    await bus.jsm.consumers.info(stream, consumer);
  } catch (error) {
    throw busError(error);
  }
}

async function watchTrouble(
  messages: ConsumerMessages,
  ask: () => Promise<void>,
  tell: (trouble: LiaisonError) => void,
): Promise<void> {
  let asking: Promise<void> | undefined;
  try {
    for await (const { type } of messages.status()) {
      if (type === 'consumer_deleted') tell(fail('stream-missing', 'a provisioned consumer is not there'));
      if (type !== 'heartbeats_missed' && type !== 'no_responders') continue;
      asking ??= ask()
        .catch((error: unknown) => tell(errorFrom(error)))
        .finally(() => {
          asking = undefined;
        });
    }
    const ended = await messages.closed();
    if (ended) tell(busError(ended));
  } catch (error) {
    tell(busError(error));
  }
}
