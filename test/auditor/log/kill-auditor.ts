import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openArchive } from '../../../services/auditor/archive.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { startService } from '../../support/processes/service-process.js';
import { noticePart, startHub, waitUntil } from '../hub.js';
import { NO_WITNESS, publishedCheckpoint } from './shown-log.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Kills the auditor this often while records arrive: it must never sign two roots for a size, nor leave a record out. */
export async function killAuditor(kills: number): Promise<void> {
  const hub = await startHub();
  const policy = join(hub.broker.home.root, 'witnesses');
  writeFileSync(policy, NO_WITNESS);
  const env = {
    LIAISON_HEARTBEAT_SECONDS: '1',
    LIAISON_HEARTBEAT_RECORDS: '20',
    LIAISON_LOG_LEVEL: 'error',
    LIAISON_WITNESS_POLICY: policy,
  };
  const start = () => startService('auditor', hub.broker, { env, heapMiB: 256 });
  let running: Awaited<ReturnType<typeof start>> | undefined;
  try {
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
    await waitUntil(async () => (await look()) === published);
    await running?.stop();
    running = undefined;
    const archive = await openArchive(hub.broker.home.auditorData);
    const entries: Uint8Array[] = [];
    for await (const { bytes } of archive.read(1, 1e6))
      entries.push(sha256(frames.record.decode(bytes).statement!.statement));
    await archive.close();
    expect(new Set(entries.map(hex)).size).toBe(published);
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
