import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { openCosignedFile } from '../../../services/gateway/witness/cosigned-file.js';
import { until } from '../until.js';
import { createCutMachine } from './machine.js';

const PROGRAM = fileURLToPath(new URL('cosign-on.mjs', import.meta.url));
const MODULE = new URL('../../../dist/services/gateway/witness/cosigned-file.js', import.meta.url).href;
const MAX_WORK_MS = 300;

/** Cuts the power of a witness while it cosigns: what it remembers is no older than the last cosignature that it may have sent. */
export async function cutWitness(cuts: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'liaison-witness-'));
  let sent = 0;
  const machine = createCutMachine({
    root,
    launch: async (env) => {
      const child = fork(PROGRAM, [MODULE, join(root, 'cosigned.json')], { env: { ...process.env, ...env } });
      child.on('message', (size) => {
        sent = Number(size);
      });
      const kill = async (): Promise<void> => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await once(child, 'close');
      };
      return [{ pid: child.pid ?? 0, kill, stop: kill }];
    },
  });
  try {
    for (let cut = 0; cut < cuts; cut += 1) {
      sent = 0;
      await machine.start();
      await until('the first cosignature', () => sent > 0);
      await delay(Math.random() * MAX_WORK_MS);
      await machine.cut();
      const seed = Math.floor(Math.random() * 2 ** 32);
      const left = openCosignedFile(join(machine.replay(seed, false), 'cosigned.json')).read();
      expect(left?.size, `cut ${cut}, seed ${seed}`).toBeGreaterThanOrEqual(sent);
    }
  } finally {
    await machine.close();
    rmSync(root, { recursive: true, force: true });
  }
}
