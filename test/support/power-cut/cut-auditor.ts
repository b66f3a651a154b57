import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { openArchive } from '../../../services/auditor/archive.js';
import { noticePart, startHub, waitUntil } from '../../auditor/hub.js';
import { NO_WITNESS, publishedCheckpoint } from '../../auditor/log/shown-log.js';
import { startService } from '../processes/service-process.js';
import { createCutMachine } from './machine.js';

const [MIN_LOAD_MS, MAX_LOAD_MS] = [500, 2_000];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * Cuts the power of the auditor while records arrive: what it confirmed in a heartbeat must be on the disk that is left, it must
 * never sign two roots for one size, and in the end it has every record.
 */
export async function cutAuditor(cuts: number): Promise<void> {
  const hub = await startHub();
  const policy = join(hub.broker.home.root, 'witnesses');
  writeFileSync(policy, NO_WITNESS);
  const settings = {
    LIAISON_HEARTBEAT_SECONDS: '1',
    LIAISON_HEARTBEAT_RECORDS: '20',
    LIAISON_LOG_LEVEL: 'silent',
    LIAISON_WITNESS_POLICY: policy,
  };
  const root = hub.broker.home.auditorData;
  const machine = createCutMachine({
    root,
    launch: async (env) => [
      await startService('auditor', hub.broker, { env: { ...settings, ...env }, heapMiB: 256 }),
    ],
  });
  const roots = new Map<number, Set<string>>();
  const look = async (): Promise<number> => {
    const found = (await publishedCheckpoint(hub))?.checkpoint;
    if (found === undefined) return 0;
    roots.set(found.size, (roots.get(found.size) ?? new Set()).add(hex(found.root)));
    return found.size;
  };
  let published = 0;
  const publish = async (): Promise<void> => {
    published += 1;
    await hub.publish('interpol', await hub.report('interpol', [noticePart(published)]));
  };
  try {
    for (let cut = 0; cut < cuts; cut += 1) {
      await machine.start();
      const before = await look();
      const over = new AbortController();
      const load = (async () => {
        while (!over.signal.aborted) {
          await publish();
          await look();
        }
      })();
      await waitUntil(async () => (await look()) > before);
      await delay(MIN_LOAD_MS + Math.random() * (MAX_LOAD_MS - MIN_LOAD_MS));
      await machine.cut();
      over.abort();
      await load;
      const confirmed = await look();
      const seed = Math.floor(Math.random() * 2 ** 32);
      const archive = await openArchive(machine.replay(seed, false));
      expect(archive.count(), `cut ${cut}, seed ${seed}`).toBeGreaterThanOrEqual(confirmed);
      await archive.close();
      machine.adopt(machine.replay(seed, false));
    }
    await machine.start();
    await waitUntil(async () => (await look()) === published);
    for (const [size, shown] of roots) expect([size, shown.size]).toEqual([size, 1]);
    expect(roots.size).toBeGreaterThan(cuts);
  } finally {
    await machine.close();
    await hub.close();
  }
}
