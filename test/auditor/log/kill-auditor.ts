import { expect } from 'vitest';
import { openArchive } from '../../../services/auditor/archive.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { startService } from '../../support/processes/service-process.js';
import { waitUntil } from '../hub.js';
import { watchLog } from './watched-log.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Kills the auditor this often while records arrive: it must never sign two roots for a size, nor leave a record out. */
export async function killAuditor(kills: number): Promise<void> {
  const { hub, env, roots, look, publish, published } = await watchLog();
  const start = () => startService('auditor', hub.broker, { env, heapMiB: 256 });
  let running: Awaited<ReturnType<typeof start>> | undefined;
  try {
    for (let life = 0; life <= kills; life += 1) {
      running = await start();
      const before = await look();
      // Lives end at different places between two checkpoints.
      await waitUntil(async () => {
        await publish();
        return (await look()) > before;
      });
      for (let n = 0; n < (life % 6) * 7; n += 1) await publish();
      if (life < kills) await running.kill();
    }
    await waitUntil(async () => (await look()) === published());
    await running?.stop();
    running = undefined;
    const archive = await openArchive(hub.broker.home.auditorData);
    const entries: Uint8Array[] = [];
    for await (const { bytes } of archive.read(1, 1e6))
      entries.push(sha256(frames.record.decode(bytes).statement!.statement));
    await archive.close();
    expect(new Set(entries.map(hex)).size).toBe(published());
    expect(roots.size).toBeGreaterThan(kills);
    for (const [size, shown] of roots)
      expect([size, [...shown]]).toEqual([
        size,
        [hex(treeOfHashes(entries.slice(0, size).map(leafHash)).root)],
      ]);
  } finally {
    await running?.kill();
    await hub.close();
  }
}
