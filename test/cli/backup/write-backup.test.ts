import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFiles } from '../../../services/cli/backup/find-files.js';
import { LEFT_OUT } from '../../../services/cli/backup/left-out.js';
import { findManifest } from '../../../services/cli/backup/manifest.js';
import { checkBackup } from '../../../services/cli/backup/restore-home.js';
import { writeBackup } from '../../../services/cli/backup/write-backup.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { ORGS, type SampleHome, sampleHome } from './sample-home.js';

let sample: SampleHome;
beforeEach(async () => {
  sample = await sampleHome();
});
afterEach(() => sample.remove());

const backup = (): string => sample.beside('backup');
const WHOLE = { parts: { hub: true, orgs: ORGS }, brokerKey: false, now: new Date(), onProgress: () => {} };
const check = (): Promise<unknown> => checkBackup(backup(), () => {});
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (thrown: unknown) => errorFrom(thrown).code,
  );
const listed = (): readonly string[] => Object.keys(findManifest(backup())?.files ?? {});

/** A path that each rule leaves out, by the name of the rule. */
const DERIVED: Readonly<Record<string, string>> = {
  'js.key': 'nats/js.key',
  'nats/data/': 'nats/nats-1/data/jetstream/1.blk',
  'provisioned.json': 'hub/provision/provisioned.json',
  'console.db': 'hub/console/console.db',
  'links/': 'hub/console/links/0.json',
  'router.db.snapshot-*': 'hub/router/2/router.db.snapshot-1-1795918346643-20-00000000',
  'index.db': 'auditor/index.db',
  '*.offsets': 'auditor/records.000000000016.offsets',
  'auditor/log/*/tile/': 'auditor/log/2/tile/0/000',
  'logs/': 'logs/router.ndjson',
  'run.json': 'targets.json',
  '*.lock': 'hub/console/tokens.json.lock',
  '*.db-wal': 'auditor/next.db-wal',
  '*.damaged-*': 'hub/router/router.db.damaged-1795918346643-wal',
  'contract-*/': 'contract-0/root/root.jwk',
  'init.unfinished': 'init.unfinished',
};

/** Changes one byte of a file in place, as a failing disk does. */
function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[9] = bytes[9]! ^ 1;
  writeFileSync(path, bytes);
}

describe('backup', () => {
  test('copies every file that no rule leaves out, also unknown ones, with modes 0600 and 0700', async () => {
    const unknown = [
      'orgs/europol/next.json',
      'auditor/log/2/next.json',
      'auditor/mirror/notes',
      'hub/next/key',
      'next',
    ];
    for (const path of [...unknown, ...Object.values(DERIVED)]) sample.write(path, 'some text');
    expect(Object.keys(DERIVED)).toEqual(LEFT_OUT.map(({ name }) => name));
    const { manifest } = await sample.backUp();
    const derived = new Set(Object.values(DERIVED));
    // The home of a demonstration has locks of its own.
    const isLock = (path: string): boolean => path.endsWith('.lock');
    const wanted = findFiles(sample.home.root).filter((path) => !derived.has(path) && !isLock(path));
    expect(listed().toSorted()).toEqual(wanted);
    for (const path of unknown) expect(wanted).toContain(path);
    const entries = readdirSync(backup(), { recursive: true, encoding: 'utf8' });
    expect(entries.length).toBeGreaterThan(wanted.length);
    for (const path of entries) {
      const entry = statSync(join(backup(), path));
      expect([path, entry.mode & 0o777]).toEqual([path, entry.isDirectory() ? 0o700 : 0o600]);
    }
    expect(manifest).toMatchObject({ contract: 1, parts: expect.arrayContaining(['hub', ...ORGS]) });
    await check();
  });

  test('leaves out nothing that docs/operate/backups.md does not name', () => {
    const page = readFileSync(join(projectRoot, 'docs/operate/backups.md'), 'utf8');
    const named = page.slice(page.indexOf('## What is in it'), page.indexOf('## What is consistent'));
    expect(LEFT_OUT.map(({ name }) => name).filter((name) => !named.includes(`${name}\``))).toEqual([]);
  });

  test('brought up to date has the newest files, and takes those that never change from the previous one', async () => {
    await sample.append(...Array.from({ length: 40 }, (_, at) => `record ${at}`));
    await sample.backUp();
    await sample.append('one more');
    sample.write('auditor/policies/newest', 'another');
    rmSync(join(sample.home.root, 'orgs/europol/token'));
    const { reused, manifest } = await sample.backUp();
    expect(reused).toBe(2);
    expect(readFileSync(join(backup(), manifest.folder, 'auditor/policies/newest'), 'utf8')).toBe('another');
    expect(listed()).not.toContain('orgs/europol/token');
    expect(readdirSync(backup()).toSorted()).toEqual(['backup.json', manifest.folder]);
    await check();
  });

  test('brought up to date copies a file anew that is damaged in the previous backup', async () => {
    await sample.append(...Array.from({ length: 40 }, (_, at) => `record ${at}`));
    const { folder } = (await sample.backUp()).manifest;
    const bundle = `auditor/policies/${'p'.repeat(42)}A`;
    for (const path of ['auditor/records', bundle]) flipByte(join(backup(), folder, path));
    expect(await codeOf(check())).toBe('digest-mismatch');
    await sample.backUp();
    await check();
    expect(readFileSync(join(backup(), findManifest(backup())!.folder, bundle), 'utf8')).toBe(
      'a bundle of policies',
    );
  });

  test('brought up to date has the file of the home where the previous backup has another one of its size', async () => {
    await sample.backUp();
    const bundle = `auditor/policies/${'p'.repeat(42)}A`;
    sample.write(bundle, 'a bundle of Policies');
    const { manifest } = await sample.backUp();
    expect(readFileSync(join(backup(), manifest.folder, bundle), 'utf8')).toBe('a bundle of Policies');
    await check();
  });

  test.each([1, 2, 3, 4, 5])(
    'stopped at step %i leaves the previous backup whole, and the first one no backup',
    async (step) => {
      const stopAt = (): (() => void) => {
        let calls = 0;
        return () => {
          calls += 1;
          if (calls === step) throw new Error('stopped');
        };
      };
      await expect(sample.backUp({ onProgress: stopAt() })).rejects.toThrow('stopped');
      expect(await codeOf(check())).toBe('usage');
      const first = await sample.backUp();
      await sample.append('more');
      await expect(sample.backUp({ onProgress: stopAt() })).rejects.toThrow('stopped');
      expect(findManifest(backup())).toEqual(first.manifest);
      await check();
      const { manifest } = await sample.backUp();
      expect(readdirSync(backup()).toSorted()).toEqual(['backup.json', manifest.folder]);
    },
  );

  test('overwrites nothing but a backup of the same parts of the same federation', async () => {
    const other = homeAt(sample.beside('other'));
    await initDemo(other);
    await sample.backUp();
    const { folder } = findManifest(backup())!;
    expect(await codeOf(sample.backUp({ parts: { hub: false, orgs: ORGS } }))).toBe('usage');
    rmSync(sample.home.root, { recursive: true });
    expect(await codeOf(sample.backUp())).toBe('usage');
    await initDemo(sample.home);
    expect(await codeOf(sample.backUp())).toBe('usage');
    expect(findManifest(backup())?.folder).toBe(folder);
    rmSync(backup(), { recursive: true });
    writeFileSync(backup(), 'a file');
    expect(await codeOf(sample.backUp())).toBe('usage');
    rmSync(backup());
    sample.write('../backup/backup.lock', 'left');
    await sample.backUp();
    rmSync(backup(), { recursive: true });
    sample.write('../backup/letter', 'not a backup');
    expect(await codeOf(sample.backUp())).toBe('usage');
    expect(readdirSync(backup())).toEqual(['letter']);
  });

  test.each(['home/backup', 'home/new/backup', 'link/backup'])(
    'is not taken into the home itself: `%s` is refused, and nothing is written',
    async (name) => {
      symlinkSync(sample.home.root, sample.beside('link'));
      const before = findFiles(sample.home.root);
      expect(await codeOf(writeBackup(sample.beside(name), sample.home, WHOLE))).toBe('usage');
      expect(findFiles(sample.home.root)).toEqual(before);
    },
  );

  test('of one organisation has its folder and the files at the top of the home, and nothing of the hub or of others', async () => {
    for (const path of ['next.json', 'run.json', 'targets.json']) sample.write(path, '{}');
    await sample.backUp({ parts: { hub: false, orgs: ['europol'] } });
    const approvers = ['approvers/europol/1.jwk', 'approvers/europol/2.jwk'];
    const common = [...approvers, 'directory.frame', 'home.json', 'next.json', 'root.pub.jwk'];
    expect(listed().filter((path) => !path.startsWith('orgs/europol/'))).toEqual(common);
    expect(listed()).toContain('orgs/europol/gateway.db');
  });

  test('has the cipher key of the broker only with `brokerKey`', async () => {
    await sample.backUp({ brokerKey: true });
    expect(listed()).toContain('nats/js.key');
    await sample.backUp();
    expect(listed()).not.toContain('nats/js.key');
    expect(existsSync(join(backup(), findManifest(backup())!.folder, 'nats/js.key'))).toBe(false);
  });
});
