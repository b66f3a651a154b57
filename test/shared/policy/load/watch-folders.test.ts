import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { watchFolders } from '../../../../services/shared/policy/load/watch-folders.js';
import { until } from '../../../support/until.js';
import { write } from '../folder.js';

const FILE = 'alfa/export.cedar';

/** A place for folders, one of which is watched, and a wait for the next change of it. */
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

/** A link `policies` that is replaced in one step, as deployments do it. */
function link(place: string, target: string): void {
  symlinkSync(target, join(place, 'next'));
  renameSync(join(place, 'next'), join(place, 'policies'));
}

test('a folder that is moved away and back is watched as before', async () => {
  const { place, folder, changesBy } = watched((at) => write(join(at, 'policies'), FILE, '1'));
  const away = join(place, 'away');
  await changesBy('the folder to be away', () => renameSync(folder, away));
  await changesBy('the folder to be back', () => renameSync(away, folder));
  await changesBy('an edit', () => write(folder, FILE, '2'));
  await changesBy('a new folder', () => write(folder, 'bravo/export.cedar', '1'));
  await changesBy('an edit in it', () => write(folder, 'bravo/export.cedar', '2'));
});

test('a link that is set on another folder is a change, and so is an edit of what it shows then', async () => {
  const { place, changesBy } = watched((at) => {
    for (const release of ['one', 'two']) write(join(at, release), FILE, release);
    link(at, 'one');
  });
  await changesBy('the other folder', () => link(place, 'two'));
  await changesBy('an edit in it', () => write(join(place, 'two'), FILE, 'edited'));
  await changesBy('the first one again', () => link(place, 'one'));
});

test('a folder or file within that is a link set on another one is a change', async () => {
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

test('a file replaced by one as long and as old is a change', async () => {
  const { place, folder, changesBy } = watched((at) => {
    for (const name of ['policies', 'next']) {
      write(join(at, name), FILE, name === 'next' ? 'closed' : 'opened');
      utimesSync(join(at, name, FILE), 1, 1);
    }
  });
  // The clock of a file system ticks a few hundred times a second: within one tick nothing tells the two apart.
  await delay(50);
  await changesBy('the other file', () => renameSync(join(place, 'next', FILE), join(folder, FILE)));
});

test('what stays as it is changes nothing, nor does a hidden file, such as an editor leaves', async () => {
  const { place, folder, count, changesBy } = watched((at) => write(join(at, 'policies'), FILE, '1'));
  write(folder, 'alfa/.export.cedar.swp', '1');
  cpSync(folder, join(place, 'copy'), { recursive: true });
  await delay(1_500);
  expect(count()).toBe(0);
  await changesBy('an edit', () => write(folder, FILE, '2'));
});
