import { JetStreamApiError, type StreamInfo } from '@nats-io/jetstream';
import { isCode } from '../kernel/errors.js';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import { deleteOnce } from './delete-once.js';
import { type Marker, readMarker, writeMarker } from './provision-marker.js';
import { repeatUntilAnswered } from './repeat-until-answered.js';
import { type ConsumerPlan, EPOCH, type StreamPlan } from './streams.js';

/** One account to provision: its streams, and a function that connects with its provisioning key. */
export interface Target {
  readonly account: string;
  readonly streams: readonly StreamPlan[];
  /** Names of streams of older releases, to delete. */
  readonly retired: readonly string[];
  readonly connect: () => Promise<Bus>;
}

interface ProvisionOptions {
  /** The file that lists everything created: `<account>/<stream>[/<consumer>]`, each with its epoch. */
  readonly markerFile: string;
  /** Creates again what the marker lists; only for data that is known to be lost for good. */
  readonly afterLoss: boolean;
  /**
   * Streams, revisions and consumers to create again although the marker lists them (`findLost`); each consumer with its
   * stream.
   */
  readonly lost: ReadonlySet<string>;
  /** Consumers to create again (`findStuckConsumers`); each then starts at the first message of its work queue. */
  readonly ahead: ReadonlySet<string>;
  /** Called for a stream that keeps an older configuration, because the broker's permissions are older too. */
  readonly onOlder: (stream: string) => void;
}

/**
 * Creates streams and consumers that the marker does not list yet; returns their names. It never creates one twice by
 * itself: a server with a wrong cipher key looks empty, and creating a stream would destroy the data that the right key
 * opens. Accounts are provisioned in parallel; safe to repeat after a crash. A request without an answer is repeated
 * for 30 s. Throws as `busError`.
 */
export async function provision(
  targets: readonly Target[],
  options: ProvisionOptions,
): Promise<readonly string[]> {
  const { markerFile } = options;
  const marker = readMarker(markerFile);
  const created: string[] = [];
  // Read the marker again before each change, because `up` and a person may provision at the same time.
  const note = (name: string, epoch?: string): void => {
    if (marker.get(name) === epoch) return;
    for (const names of [marker, readMarker(markerFile)]) {
      if (epoch === undefined) names.delete(name);
      else names.set(name, epoch);
      if (names !== marker) writeMarker(markerFile, names);
    }
  };
  const done = (name: string, epoch: string): void => {
    created.push(name);
    note(name, epoch);
  };
  const { afterLoss, lost, ahead, onOlder } = options;
  const isNeeded = (name: string): boolean =>
    afterLoss || lost.has(name) || ahead.has(name) || !marker.has(name);
  // Called before the deletion: after a crash in between, the next run creates what the marker no longer lists.
  const undone = (name: string): void => note(name);
  const results = await Promise.allSettled(
    targets.map((target) =>
      provisionAccount(target, { marker, isNeeded, afterLoss, ahead, undone, done, onOlder }),
    ),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw busError(failed.reason);
  return created.toSorted();
}

interface ProvisionAccountParams {
  readonly marker: Marker;
  readonly isNeeded: (name: string) => boolean;
  readonly afterLoss: boolean;
  readonly ahead: ReadonlySet<string>;
  readonly undone: (name: string) => void;
  readonly done: (name: string, epoch: string) => void;
  readonly onOlder: ProvisionOptions['onOlder'];
}

async function provisionAccount(target: Target, progress: ProvisionAccountParams): Promise<void> {
  const { isNeeded } = progress;
  const names = target.streams.flatMap(({ config, consumers, revision }) => [
    `${target.account}/${config.name}`,
    ...(revision === undefined ? [] : [`${target.account}/${config.name}/@${revision}`]),
    ...consumers.flatMap((consumer) => {
      const name = `${target.account}/${config.name}/${consumer.durable_name}`;
      return consumer.revision === undefined ? [name] : [name, `${name}/@${consumer.revision}`];
    }),
  ]);
  if (!names.some(isNeeded)) return;
  const bus = await target.connect();
  try {
    if (!(await retire(bus, target, progress))) return;
    for (const plan of target.streams)
      await provisionStream(bus, { ...progress, ...plan, account: target.account });
  } finally {
    await bus.close();
  }
}

type ProvisionStreamParams = ProvisionAccountParams & StreamPlan & { readonly account: string };

/** Creates one stream with its consumers, in their order; updates what exists in an older revision. */
async function provisionStream(bus: Bus, params: ProvisionStreamParams): Promise<void> {
  const { account, config, consumers, revision, isNeeded, done, onOlder } = params;
  const stream = `${account}/${config.name}`;
  const revised = `${stream}/@${revision}`;
  const isOlder = revision !== undefined && isNeeded(revised);
  // An existing stream is kept; its creation time is its epoch.
  if (isNeeded(stream) || isOlder) {
    const info = isNeeded(stream) ? await make(bus, config) : await revise(bus, config);
    if (info === undefined) return onOlder(stream);
    for (const name of [stream, ...(isOlder ? [revised] : [])].filter(isNeeded)) done(name, info.created);
  }
  for (const consumer of consumers) await provisionConsumer(bus, params, consumer);
}

async function provisionConsumer(
  bus: Bus,
  { account, config, marker, isNeeded, ahead, undone, done }: ProvisionStreamParams,
  { revision, ...consumer }: ConsumerPlan,
): Promise<void> {
  const stream = `${account}/${config.name}`;
  const name = `${stream}/${consumer.durable_name}`;
  const names = [name, ...(revision === undefined ? [] : [`${name}/@${revision}`])].filter(isNeeded);
  if (names.length === 0) return;
  const epoch = marker.get(stream) ?? '';
  if (ahead.has(name)) {
    undone(name);
    await deleteOnce(() => bus.jsm.consumers.delete(config.name, consumer.durable_name));
  }
  const wanted = { ...consumer, metadata: { [EPOCH]: epoch } };
  if (!names.includes(name) || !(await added(bus, config.name, wanted)))
    await repeatUntilAnswered(() => bus.jsm.consumers.update(config.name, consumer.durable_name, wanted));
  for (const needed of names) done(needed, epoch);
}

/**
 * Deletes the streams of older releases, whose subjects overlap with those of the new ones. Returns false while one of them
 * is unexpectedly missing: the data of the account may be hidden by a wrong cipher key, so nothing may be created in it.
 */
async function retire(
  bus: Bus,
  { account, retired }: Target,
  { marker, afterLoss, undone }: ProvisionAccountParams,
): Promise<boolean> {
  for (const name of retired) {
    const stream = `${account}/${name}`;
    if (!marker.has(stream)) continue;
    try {
      await deleteOnce(() => bus.jsm.streams.delete(name));
    } catch (error) {
      if (!isCode(busError(error), 'stream-missing')) throw error;
      if (!afterLoss) return false;
    }
    const parts = [...marker.keys()].filter((listed) => listed.startsWith(`${stream}/`));
    for (const part of [...parts, stream]) undone(part);
  }
  return true;
}

/** The server's error code for a stream name in use with another configuration. */
const NAME_IN_USE = 10058;
/** The server's error code for a consumer name in use with another configuration. */
const CONSUMER_EXISTS = 10148;

/** Creates a stream; if one with this name exists, updates it as `revise` does. */
async function make(bus: Bus, config: StreamPlan['config']): Promise<StreamInfo | undefined> {
  try {
    return await repeatUntilAnswered(() => bus.jsm.streams.add({ ...config }));
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === NAME_IN_USE)) throw error;
    return revise(bus, config);
  }
}

/** Updates a stream; undefined when not permitted. Never creates one: a stream that is only hidden would be destroyed. */
async function revise(bus: Bus, config: StreamPlan['config']): Promise<StreamInfo | undefined> {
  try {
    return await repeatUntilAnswered(() => bus.jsm.streams.update(config.name, config));
  } catch (error) {
    if (isCode(busError(error), 'forbidden')) return undefined;
    throw error;
  }
}

/** Creates a consumer; false if one with this name exists in another configuration. */
async function added(bus: Bus, stream: string, config: ConsumerPlan): Promise<boolean> {
  try {
    await repeatUntilAnswered(() => bus.jsm.consumers.add(stream, config));
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === CONSUMER_EXISTS) return false;
    throw error;
  }
}
