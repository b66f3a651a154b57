import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { signJws } from '../../services/shared/trust/jws.js';
import { claimsIn } from '../../services/shared/trust/token-claims.js';
import { answers, describeWhere } from '../support/needs.js';
import { craftEvidence, type Evidence } from '../shared/verify/craft-evidence.js';
import { logKey } from '../shared/tlog/log-keys.js';
import { heldPack } from '../shared/verify/craft-packs.js';
import { logKeyOf, ORIGIN, provePack } from '../shared/verify/craft-proofs.js';

const page = readFileSync(join(projectRoot, 'docs/verify-by-hand.md'), 'utf8');
const script = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block).join('\n');
const folder = mkdtempSync(join(tmpdir(), 'liaison-by-hand-'));
let evidence: Evidence;
beforeAll(async () => {
  evidence = await craftEvidence();
  writeFileSync(join(folder, 'root.pub.jwk'), JSON.stringify(evidence.keys.anchor));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the commands of the page on a pack, in a folder with only the root's key. */
function run(pack: unknown): { readonly status: number | null; readonly stdout: string } {
  writeFileSync(join(folder, 'pack.json'), JSON.stringify(pack));
  return spawnSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, encoding: 'utf8' });
}

const isMet = answers('jq', ['--version']) && answers('openssl', ['version']);

describeWhere(isMet, 'the page on verifying by hand: apt-get install jq openssl')(
  'the page that verifies a pack by hand',
  () => {
    test('verifies a pack with its own commands', () => {
      const { status, stdout } = run(heldPack(evidence));
      expect([status, stdout.split('\n').at(-2)]).toEqual([0, 'verified']);
      expect(stdout.match(/Signature Verified Successfully/g)).toHaveLength(5);
      expect(stdout).toContain('"to": "afripol"');
    });

    test('verifies that the record is on the log by its proof, and fails for one of another record or log', async () => {
      const { signer } = await logKeyOf(evidence);
      const held = heldPack(evidence);
      const { status, stdout } = run(provePack(held, { signer }));
      expect([status, stdout.match(/Signature Verified Successfully/g)?.length]).toEqual([0, 6]);
      expect(run(provePack(held, { signer, index: 2 })).status).not.toBe(0);
      expect(run(provePack(held, await logKey(ORIGIN))).status).not.toBe(0);
    });

    test('verifies the proof also where the directory lists the next key of the log, and fails for a key of none of them', {
      tags: ['long'],
    }, async () => {
      const directory = await evidence.keys.renewing();
      const held = heldPack({ ...evidence, keys: { ...evidence.keys, directory } });
      expect(run(provePack(held, await logKeyOf(evidence))).status).toBe(0);
      expect(run(provePack(held, await logKey(ORIGIN))).status).not.toBe(0);
    });

    test.each([
      ['directory', 0, 'statement'],
      ['directory', 0, 'parts'],
      ['notices', 0, 'sdJwt'],
      ['records', 0, 'statement'],
      ['records', 0, 'shown'],
      ['deliveries', 0, 'statement'],
      ['deliveries', 0, 'receipt'],
      ['deliveries', 0, 'places'],
    ] as const)('fails when `%s[%i].%s` of the pack is altered', (list, at, name) => {
      const pack = JSON.parse(JSON.stringify(heldPack(evidence))) as Record<string, unknown>;
      const entry = (Array.isArray(pack[list]) ? pack[list][at] : pack[list]) as Record<string, unknown>;
      const text = JSON.stringify(entry[name]);
      const place = text.search(/(?<=[\w-]{15})[\w-](?=[\w-]{4})/);
      const other = text[place] === 'A' ? 'B' : 'A';
      entry[name] = JSON.parse(text.slice(0, place) + other + text.slice(place + 1)) as unknown;
      expect(run(pack).status).not.toBe(0);
    });

    test('fails when another key of the directory than that of the recipient signed the receipt', async () => {
      const pack = heldPack(evidence);
      const [delivery, ...others] = pack.deliveries;
      const payload = claimsIn(delivery?.receipt ?? '') as Record<string, unknown>;
      const receipt = await signJws('receipt+jws', payload, evidence.keys.signer('europol:notice:1'));
      const { status, stdout } = run({ ...pack, deliveries: [{ ...delivery, receipt }, ...others] });
      expect(status).not.toBe(0);
      expect(stdout.match(/Signature Verified Successfully/g)).toHaveLength(3);
    });
  },
);
