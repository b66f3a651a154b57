import { readFileSync, statSync } from 'node:fs';
import { JetStreamApiError, type StreamInfo } from '@nats-io/jetstream';
import { fail, isCode } from '../kernel/errors.js';
import { writeWhole } from '../kernel/write-whole.js';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import { EPOCH, type StreamPlan } from './streams.js';

/** One account to provision: its streams, and how to connect as its provisioning key. */
export interface Target {
  readonly account: string;
  readonly streams: readonly StreamPlan[];
  readonly connect: () => Promise<Bus>;
}

interface Provisioning {
  /** Lists what was made once, as `<account>/<stream>` and `<account>/<stream>/<consumer>`, each with its epoch. */
  readonly markerFile: string;
  /** Makes again what the marker lists: only after somebody saw that the data is lost for good. */
  readonly afterLoss: boolean;
  /** Consumers to make anew (`consumersAhead`): each begins with the first message that its work queue holds. */
  readonly ahead: ReadonlySet<string>;
  /** A stream that stays as an older release made it: the broker's permission lists, of that release too, allow no more. */
  readonly onOlder: (stream: string) => void;
}

/** What was made once, by name, with the life of the stream that it belongs to. */
type Marker = Map<string, string>;

/**
 * Creates only what was never created before: a server started with a wrong cipher key looks like an empty one, and
 * creating into it destroys the data that the right key would show. Accounts in parallel; safe to repeat after a crash.
 */
export async function provision(
  targets: readonly Target[],
  options: Provisioning,
): Promise<readonly string[]> {
  const marker = readMarker(options.markerFile);
  const created: string[] = [];
  const done = (name: string, epoch: string): void => {
    created.push(name);
    if (marker.get(name) === epoch) return;
    marker.set(name, epoch);
    writeMarker(options.markerFile, marker);
  };
  const { afterLoss, ahead, onOlder } = options;
  const isNeeded = (name: string): boolean => afterLoss || ahead.has(name) || !marker.has(name);
  // Should this end between the two, the next time makes what the marker no longer lists.
  const undone = (name: string): void => {
    if (marker.delete(name)) writeMarker(options.markerFile, marker);
  };
  const results = await Promise.allSettled(
    targets.map((target) => provisionAccount(target, { marker, isNeeded, ahead, undone, done, onOlder })),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw busError(failed.reason);
  return created.toSorted();
}

interface Progress {
  readonly marker: Marker;
  readonly isNeeded: (name: string) => boolean;
  readonly ahead: ReadonlySet<string>;
  readonly undone: (name: string) => void;
  readonly done: (name: string, epoch: string) => void;
  readonly onOlder: Provisioning['onOlder'];
}

async function provisionAccount(target: Target, progress: Progress): Promise<void> {
  const { marker, isNeeded, ahead, undone, done, onOlder } = progress;
  const names = target.streams.flatMap(({ config, consumers, revision }) => [
    `${target.account}/${config.name}`,
    ...(revision === undefined ? [] : [`${target.account}/${config.name}/@${revision}`]),
    ...consumers.map((consumer) => `${target.account}/${config.name}/${consumer.durable_name}`),
  ]);
  if (!names.some(isNeeded)) return;
  const bus = await target.connect();
  try {
    for (const { config, consumers, revision } of target.streams) {
      const stream = `${target.account}/${config.name}`;
      const revised = `${stream}/@${revision}`;
      const isOlder = revision !== undefined && isNeeded(revised);
      // A stream that is there already stays, and says when it was made: that is its epoch.
      if (isNeeded(stream) || isOlder) {
        const info = isNeeded(stream) ? await make(bus, config) : await revise(bus, config);
        if (info === undefined) onOlder(stream);
        else
          for (const name of [stream, ...(isOlder ? [revised] : [])].filter(isNeeded))
            done(name, info.created);
      }
      const epoch = marker.get(stream) ?? '';
      for (const consumer of consumers) {
        const name = `${stream}/${consumer.durable_name}`;
        if (!isNeeded(name)) continue;
        if (ahead.has(name)) {
          undone(name);
          await bus.jsm.consumers.delete(config.name, consumer.durable_name);
        }
        await bus.jsm.consumers.add(config.name, { ...consumer, metadata: { [EPOCH]: epoch } });
        done(name, epoch);
      }
    }
  } finally {
    await bus.close();
  }
}

const OTHERWISE_CONFIGURED = 10058;

/** Makes it, or does as `revise` with what is there under the name. */
async function make(bus: Bus, config: StreamPlan['config']): Promise<StreamInfo | undefined> {
  try {
    return await bus.jsm.streams.add({ ...config });
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === OTHERWISE_CONFIGURED)) throw error;
    return revise(bus, config);
  }
}

/** Brings it to this configuration; undefined where that is not permitted. Never makes one: it may only not be shown. */
async function revise(bus: Bus, config: StreamPlan['config']): Promise<StreamInfo | undefined> {
  try {
    return await bus.jsm.streams.update(config.name, config);
  } catch (error) {
    if (isCode(busError(error), 'forbidden')) return undefined;
    throw error;
  }
}

function readMarker(path: string): Marker {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return new Map();
  const { provisioned } = Object(JSON.parse(readFileSync(path, 'utf8'))) as {
    readonly provisioned?: unknown;
  };
  const made = Array.isArray(provisioned) ? [] : Object.entries(Object(provisioned) as object);
  if (made.length > 0 && made.every(([, epoch]) => typeof epoch === 'string')) return new Map(made);
  // Read as empty it would make everything again, over data that is only not shown.
  throw fail('config-invalid', `\`${path}\` does not say what was provisioned, and in which epoch`);
}

function writeMarker(path: string, made: Marker): void {
  const sorted = [...made].toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeWhole(path, JSON.stringify({ provisioned: Object.fromEntries(sorted) }, undefined, 2));
}
