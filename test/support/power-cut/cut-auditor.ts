import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { openArchive } from '../../../services/auditor/archive.js';
import { watchLog } from '../../auditor/log/watched-log.js';
import { startService } from '../processes/service-process.js';
import { until } from '../until.js';
import { createCutMachine } from './machine.js';

const [MIN_LOAD_MS, MAX_LOAD_MS] = [500, 2_000];

/**
 * Cuts the power of the auditor while records arrive: what it confirmed in a heartbeat must be on the disk that is left, it must
 * never sign two roots for one size, and in the end it has every record.
 */
export async function cutAuditor(cuts: number): Promise<void> {
  const { hub, roots, look, publish, published, env: watched } = await watchLog();
  const settings = { ...watched, LIAISON_LOG_LEVEL: 'silent' };
  const root = hub.broker.home.auditorData;
  const machine = createCutMachine({
    root,
    launch: async (env) => [
      await startService('auditor', hub.broker, { env: { ...settings, ...env }, heapMiB: 256 }),
    ],
  });
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
      await until('records to be confirmed', async () => (await look()) > before);
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
    await until('every record to be confirmed', async () => (await look()) === published());
    for (const [size, shown] of roots) expect([size, shown.size]).toEqual([size, 1]);
    expect(roots.size).toBeGreaterThan(cuts);
  } finally {
    await machine.close();
    await hub.close();
  }
}
