import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFiles } from '../../../services/cli/backup/find-files.js';
import { findManifest } from '../../../services/cli/backup/manifest.js';
import { checkBackup, restoreHome } from '../../../services/cli/backup/restore-home.js';
import { isInitialised } from '../../../services/cli/init/clear-home.js';
import { readFederation, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { prepareHome } from '../../../services/cli/up/prepare-home.js';
import { errorFrom, type LiaisonError } from '../../../services/shared/kernel/errors.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { queryDatabase } from '../../../services/shared/store/sqlite.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { checkSuccession, isFork } from '../../../services/shared/trust/directory/succession.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { requireHomeContract } from '../../../services/shared/trust/home-contract.js';
import { ORGS, type SampleHome, sampleHome } from './sample-home.js';

let sample: SampleHome;
beforeEach(async () => {
  sample = await sampleHome();
  await sample.append('one', 'two');
  await sample.backUp();
});
afterEach(() => sample.remove());

const backup = (): string => sample.beside('backup');
const tree = (): string => join(backup(), findManifest(backup())!.folder);
const manifestPath = (): string => join(backup(), 'backup.json');
const other = () => homeAt(sample.beside('new/home'));
const restore = async (onProgress = (): void => {}): Promise<void> => {
  const manifest = await checkBackup(backup(), () => {});
  await restoreHome(other(), { backup: backup(), manifest, onProgress });
};
const errorOf = (work: Promise<unknown>): Promise<LiaisonError> =>
  work.then(() => expect.unreachable(), errorFrom);

/** Runs `restore` as a user does; returns its exit code and the code of the error. */
function runRestore(...words: readonly string[]): readonly [number | null, unknown] {
  const main = join(projectRoot, 'dist/services/cli/main.js');
  const line = [main, 'restore', backup(), '--json', '--home', other().root, ...words];
  const { status, stderr } = spawnSync(process.execPath, line, { encoding: 'utf8' });
  return [status, (JSON.parse(stderr) as { readonly code?: unknown }).code];
}

/** Rewrites the manifest with a digest that fits. */
function edit(change: (manifest: Record<string, unknown>) => void): void {
  const { manifest } = JSON.parse(readFileSync(manifestPath(), 'utf8')) as {
    manifest: Record<string, unknown>;
  };
  change(manifest);
  const sha256 = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
  writeFileSync(manifestPath(), JSON.stringify({ sha256, manifest }));
}

describe('restore', () => {
  test('makes a home of the same files, which `up` prepares, with a new cipher key and an empty disk of the broker', async () => {
    await restore();
    const made = other();
    const files = new Map(findFiles(tree()).map((path) => [path, readFileSync(join(tree(), path))]));
    for (const [path, bytes] of files)
      expect(readFileSync(join(made.root, path)).equals(bytes), path).toBe(true);
    const added = findFiles(made.root).filter((path) => !files.has(path));
    expect(added).toEqual(['nats/js.key', 'restored']);
    const keys = [sample.home, made].map((home) => readFileSync(home.nats('js.key'), 'utf8'));
    expect(new Set(keys).size).toBe(2);
    expect(readdirSync(made.nats('data'))).toEqual([]);
    for (const org of ORGS)
      expect(queryDatabase(join(made.root, 'orgs', org, 'gateway.db'), 'SELECT text FROM word')).toEqual([
        { text: org },
      ]);
    requireHomeContract(made);
    expect(isInitialised(made)).toBe(true);
    const directory = await prepareHome(made, { fresh: false, say: () => {} });
    expect(directory.organisations.size).toBeGreaterThan(ORGS.length);
  });

  test('a restored home signs no directory of a number that the lost home may have used, and counts by one again after it', async () => {
    const sign = (home: Home): Promise<Directory> =>
      signHomeDirectory(home, { facts: readFederation(), now: new Date() });
    const held = await readDirectory(sample.home);
    const lost = await sign(sample.home);
    await restore();
    const next = await sign(other());
    expect([isFork(held, next), isFork(lost, next)]).toEqual([false, false]);
    for (const one of [held, lost]) expect(() => checkSuccession(one, next)).not.toThrow();
    expect(next).toMatchObject({ version: held.version + 1000, previous: held.digest });
    const after = await sign(other());
    expect(after).toMatchObject({ version: next.version + 1, previous: next.digest });
  });

  test('makes a cipher key and a data folder for each server of a cluster, and keeps a key that the backup has', async () => {
    rmSync(sample.home.nats('nats.conf'));
    for (const node of ['nats-1', 'nats-2']) sample.write(`nats/${node}/nats.conf`, 'server_name: node');
    sample.write('nats/nats-2/js.key.conf', 'LIAISON_JS_KEY: "kept"');
    await sample.backUp({ brokerKey: true });
    await restore();
    const { nats } = other();
    expect(readFileSync(nats('nats-1', 'js.key.conf'), 'utf8')).toMatch(/^LIAISON_JS_KEY: "\S{40,}"\n$/);
    expect(readFileSync(nats('nats-2', 'js.key.conf'), 'utf8')).toBe('LIAISON_JS_KEY: "kept"');
    expect(readdirSync(nats('nats-1')).toSorted()).toEqual(['data', 'js.key.conf', 'nats.conf']);
    expect(readFileSync(nats('js.key'), 'utf8')).toBe(readFileSync(sample.home.nats('js.key'), 'utf8'));
  });

  test('names every file that is damaged, missing or added, with exit code 1, and writes nothing', async () => {
    const flipped = join(tree(), 'orgs/europol/gateway.db');
    writeFileSync(
      flipped,
      readFileSync(flipped).map((byte, at) => (at === 999 ? byte ^ 4 : byte)),
    );
    writeFileSync(join(tree(), 'auditor/records'), 'cut');
    rmSync(join(tree(), 'hub/tail.nk'));
    writeFileSync(join(tree(), 'orgs/added'), '');
    const { code, details } = await errorOf(restore());
    expect(code).toBe('digest-mismatch');
    expect(details.map(({ path, message }) => `${path} ${message}`).toSorted()).toEqual([
      expect.stringMatching(/^auditor\/records has 3 bytes instead of \d+$/),
      'hub/tail.nk is missing',
      'orgs/added is not in the manifest',
      'orgs/europol/gateway.db has another SHA-256',
    ]);
    expect(existsSync(other().root)).toBe(false);
    expect(runRestore('--check')).toEqual([1, 'digest-mismatch']);
  });

  test('a manifest with any flipped bit is damaged', async () => {
    const bytes = readFileSync(manifestPath());
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 2), fc.nat(7), async (at, bit) => {
        writeFileSync(
          manifestPath(),
          bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte)),
        );
        expect((await errorOf(restore())).code).toBe('config-invalid');
      }),
      { numRuns: 60 },
    );
  });

  test.each(['../outside', 'a/../../outside', '/etc/outside', 'a//b', './a', 'a/.'])(
    'a manifest with the path `%s` is refused',
    async (path) => {
      edit((manifest) => {
        manifest['files'] = { [path]: { bytes: 0, sha256: '0'.repeat(64) } };
      });
      expect((await errorOf(restore())).code).toBe('config-invalid');
    },
  );

  test.each([
    [0, 'home-older'],
    [99, 'home-newer'],
  ])('a backup of contract %i is `%s`, with exit code 2', async (contract, code) => {
    edit((manifest) => {
      manifest['contract'] = contract;
    });
    expect(runRestore()).toEqual([2, code]);
    expect(existsSync(other().root)).toBe(false);
  });

  test('a folder with files is left as it is; empty folders, as volumes of containers are, are filled', async () => {
    mkdirSync(other().nats('data'), { recursive: true });
    mkdirSync(join(other().root, 'orgs'));
    writeFileSync(join(other().root, 'orgs/letter'), 'not a home');
    expect((await errorOf(restore())).code).toBe('usage');
    expect(findFiles(other().root)).toEqual(['orgs/letter']);
    rmSync(join(other().root, 'orgs/letter'));
    await restore();
    requireHomeContract(other());
  });

  test('a restore that fails leaves no file, and before it is complete the folder is no home', async () => {
    let calls = 0;
    const failed = restore(() => {
      calls += 1;
      if (calls !== 20) return;
      expect(() => requireHomeContract(other())).toThrow(expect.objectContaining({ code: 'config-invalid' }));
      throw new Error('stopped');
    });
    await expect(failed).rejects.toThrow('stopped');
    expect(existsSync(other().root)).toBe(false);
    await restore();
  });
});
