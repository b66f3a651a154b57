import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hub, noticePart, startHub } from '../hub.js';
import { NO_WITNESS, publishedCheckpoint } from './shown-log.js';

/** A hub whose auditor, started with `env`, publishes checkpoints often and without a witness. */
export interface WatchedLog {
  readonly hub: Hub;
  readonly env: Readonly<Record<string, string>>;
  /** The roots in hex that were published for each size, as far as `look` saw them. */
  readonly roots: ReadonlyMap<number, ReadonlySet<string>>;
  /** Notes the newest checkpoint, and returns its size; 0 before the first. */
  look(): Promise<number>;
  /** Publishes a record of interpol. */
  publish(): Promise<void>;
  /** How many records were published. */
  published(): number;
}

/** Starts the hub, without its auditor; the caller closes it. */
export async function watchLog(): Promise<WatchedLog> {
  const hub = await startHub();
  const policy = join(hub.broker.home.root, 'witnesses');
  writeFileSync(policy, NO_WITNESS);
  const roots = new Map<number, Set<string>>();
  let published = 0;
  return {
    hub,
    env: {
      LIAISON_HEARTBEAT_SECONDS: '1',
      LIAISON_HEARTBEAT_RECORDS: '20',
      LIAISON_LOG_LEVEL: 'error',
      LIAISON_WITNESS_POLICY: policy,
    },
    roots,
    look: async () => {
      const found = (await publishedCheckpoint(hub))?.checkpoint;
      if (found === undefined) return 0;
      const root = Buffer.from(found.root).toString('hex');
      roots.set(found.size, (roots.get(found.size) ?? new Set()).add(root));
      return found.size;
    },
    publish: async () => {
      published += 1;
      await hub.publish('interpol', await hub.report('interpol', [noticePart(published)]));
    },
    published: () => published,
  };
}
