import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { fail } from '../kernel/errors.js';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import type { StreamPlan } from './streams.js';

/** One account to provision: its streams, and how to connect as its provisioning key. */
export interface Target {
  readonly account: string;
  readonly streams: readonly StreamPlan[];
  readonly connect: () => Promise<Bus>;
}

interface Provisioning {
  /** Lists what was made once, as `<account>/<stream>` and `<account>/<stream>/<consumer>`. */
  readonly markerFile: string;
  /** Makes again what the marker lists: only after somebody saw that the data is lost for good. */
  readonly afterLoss: boolean;
}

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
  const done = (name: string): void => {
    created.push(name);
    if (marker.has(name)) return;
    marker.add(name);
    writeMarker(options.markerFile, marker);
  };
  const isNeeded = (name: string): boolean => options.afterLoss || !marker.has(name);
  const results = await Promise.allSettled(
    targets.map((target) => provisionAccount(target, { isNeeded, done })),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw busError(failed.reason);
  return created.toSorted();
}

interface Progress {
  readonly isNeeded: (name: string) => boolean;
  readonly done: (name: string) => void;
}

async function provisionAccount(target: Target, { isNeeded, done }: Progress): Promise<void> {
  const names = target.streams.flatMap(({ config, consumers }) => [
    `${target.account}/${config.name}`,
    ...consumers.map((consumer) => `${target.account}/${config.name}/${consumer.durable_name}`),
  ]);
  if (!names.some(isNeeded)) return;
  const bus = await target.connect();
  try {
    for (const { config, consumers } of target.streams) {
      const stream = `${target.account}/${config.name}`;
      if (isNeeded(stream)) {
        await bus.jsm.streams.add({ ...config });
        done(stream);
      }
      for (const consumer of consumers.filter(({ durable_name }) => isNeeded(`${stream}/${durable_name}`))) {
        await bus.jsm.consumers.add(config.name, { ...consumer });
        done(`${stream}/${consumer.durable_name}`);
      }
    }
  } finally {
    await bus.close();
  }
}

function readMarker(path: string): Set<string> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return new Set();
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const made =
    typeof content === 'object' && content !== null && 'provisioned' in content
      ? content.provisioned
      : undefined;
  if (Array.isArray(made)) return new Set(made.filter((name) => typeof name === 'string'));
  // Read as empty it would make everything again, over data that is only not shown.
  throw fail('config-invalid', `\`${path}\` is not a list of what was provisioned`);
}

function writeMarker(path: string, made: ReadonlySet<string>): void {
  const draft = `${path}.new`;
  writeFileSync(draft, `${JSON.stringify({ provisioned: [...made].toSorted() }, undefined, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  renameSync(draft, path);
}
