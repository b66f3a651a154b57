import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { watchFolders } from '../../../../services/shared/policy/load/watch-folders.js';
import { until } from '../../../support/until.js';
import { write } from '../folder.js';

const FILE = 'alfa/export.cedar';

/** Makes a place for folders, watches one of them, and returns a wait for its next change. */
function watched(lay: (place: string) => void) {
  const place = mkdtempSync(join(tmpdir(), 'watched-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  lay(place);
  const folder = join(place, 'policies');
  let changes = 0;
  onTestFinished(watchFolders(folder, () => (changes += 1)));
  const changesBy = async (what: string, act: () => void): Promise<void> => {
    const before = changes;
    act();
    await until(what, () => changes > before);
  };
  return { place, folder, changesBy, count: () => changes };
}

/** Sets the link `policies` in one step, as deployments do. */
function link(place: string, target: string): void {
  symlinkSync(target, join(place, 'next'));
  renameSync(join(place, 'next'), join(place, 'policies'));
}

test('folder watch: a folder that is moved away and back stays watched', async () => {
  const { place, folder, changesBy } = watched((at) => write(join(at, 'policies'), FILE, '1'));
  const away = join(place, 'away');
  await changesBy('the folder to be away', () => renameSync(folder, away));
  await changesBy('the folder to be back', () => renameSync(away, folder));
  await changesBy('an edit', () => write(folder, FILE, '2'));
  await changesBy('a new folder', () => write(folder, 'bravo/export.cedar', '1'));
  await changesBy('an edit in it', () => write(folder, 'bravo/export.cedar', '2'));
});

test('folder watch: setting a link to another folder is a change, and so is a later edit there', async () => {
  const { place, changesBy } = watched((at) => {
    for (const release of ['one', 'two']) write(join(at, release), FILE, release);
    link(at, 'one');
  });
  await changesBy('the other folder', () => link(place, 'two'));
  await changesBy('an edit in it', () => write(join(place, 'two'), FILE, 'edited'));
  await changesBy('the first one again', () => link(place, 'one'));
});

test('folder watch: setting an inner link to another folder or file is a change', async () => {
  const { place, folder, changesBy } = watched((at) => {
    for (const release of ['one', 'two']) write(join(at, release), 'export.cedar', release);
    mkdirSync(join(at, 'policies'));
    symlinkSync('../one', join(at, 'policies/alfa'));
  });
  await changesBy('another folder', () => {
    symlinkSync('../two', join(place, 'next'));
    renameSync(join(place, 'next'), join(folder, 'alfa'));
  });
  await changesBy('an edit in it', () => write(join(place, 'two'), 'export.cedar', 'edited'));
});

test('folder watch: a file replaced by one of the same length and time is a change', async () => {
  const { place, folder, changesBy } = watched((at) => {
    for (const name of ['policies', 'next']) {
      write(join(at, name), FILE, name === 'next' ? 'closed' : 'opened');
      utimesSync(join(at, name, FILE), 1, 1);
    }
  });
  // File system clocks tick a few hundred times a second; within one tick the two files have the same stamp.
  await delay(50);
  await changesBy('the other file', () => renameSync(join(place, 'next', FILE), join(folder, FILE)));
});

test('folder watch: hidden files, such as those of editors, are no change', async () => {
  const { place, folder, count, changesBy } = watched((at) => write(join(at, 'policies'), FILE, '1'));
  write(folder, 'alfa/.export.cedar.swp', '1');
  cpSync(folder, join(place, 'copy'), { recursive: true });
  await delay(1_500);
  expect(count()).toBe(0);
  await changesBy('an edit', () => write(folder, FILE, '2'));
});
