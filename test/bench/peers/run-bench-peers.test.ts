import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { casbinPeer } from './casbin-peer.js';
import { cerbosPeer } from './cerbos-peer.js';
import { mosquittoPeer } from './mosquitto-peer.js';
import { rabbitmqPeer } from './rabbitmq-peer.js';
import type { BenchPeersResult } from './peer-figures.js';
import { freshHome, liaison } from '../../support/federation.js';
import { describeWhere } from '../../support/needs.js';

const figures = { median: expect.any(Number), least: expect.any(Number), most: expect.any(Number) };
const contender = {
  name: expect.any(String),
  confirms: expect.any(String),
  perSecond: figures,
  broker: figures,
  client: figures,
  copies: expect.any(Number),
};
const engine = { name: expect.any(String), says: expect.any(String), micros: figures, ratio: figures };

const missing = [mosquittoPeer, rabbitmqPeer, casbinPeer, cerbosPeer].flatMap((peer) => {
  const why = peer.missing(process.env);
  return why === undefined ? [] : [`${peer.name}: ${why}`];
});

describeWhere(missing.length === 0, `bench peers: ${missing.join('; ')}`)('bench peers', () => {
  test('the last line of `--json` holds every peer, all engines agree, and nothing is left', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'liaison-test-'));
    try {
      const words = ['bench', 'peers', '--messages', '64', '--rounds', '1', '--json'];
      const { code, records, stderr } = await liaison(freshHome(), words, { env: { TMPDIR: folder } });
      expect(code, stderr).toBe(0);
      const result = records.at(-1) as unknown as BenchPeersResult;
      expect(result).toEqual({
        bench: 'peers',
        at: expect.any(String),
        figures: expect.any(Array),
        series: [],
        machine: { cpu: expect.any(String), cores: expect.any(Number), node: process.version },
        rounds: 1,
        brokers: {
          messages: 70,
          bytes: expect.any(Number),
          contenders: Array.from({ length: 5 }, () => contender),
          leftOut: [],
        },
        policies: {
          rules: expect.any(Number),
          questions: expect.any(Number),
          allowed: expect.any(Number),
          engines: Array.from({ length: 4 }, () => engine),
          leftOut: [],
        },
      });
      expect(result.brokers.bytes).toBeGreaterThan(2_000);
      // Agreement proves something only if both answers occur.
      expect(result.policies.allowed).toBeGreaterThan(100);
      expect(result.policies.questions - result.policies.allowed).toBeGreaterThan(100);
      expect(runningWith(folder)).toEqual([]);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Returns the processes whose arguments or environment contain this folder. */
function runningWith(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((pid) => ['cmdline', 'environ'].some((file) => read(`/proc/${pid}/${file}`).includes(folder)));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
