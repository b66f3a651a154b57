import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { logKeysOf } from '../../../services/shared/tlog/log-keys.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { TILE_WIDTH } from '../../../services/shared/tlog/tiles.js';
import { NO_WITNESS } from './shown-log.js';
import {
  beginLogIn,
  cosignByAll,
  keepUpTo,
  keysOf,
  newFolder,
  openedHub,
  openLogIn,
  publishSeal,
  putSeal,
  rootOf,
  sealedRoot,
  withNextLogKey,
} from './opened-log.js';

test('an older copy of the disk seals again without a restart, once the ledger brought its missing records', async () => {
  const hub = await openedHub();
  const [folder, copy] = [newFolder(), newFolder()];
  const first = await beginLogIn(hub, folder);
  await keepUpTo(first.archive, 5);
  await first.sealer.seal();
  cpSync(folder, copy, { recursive: true });
  await keepUpTo(first.archive, 8);
  const seal = await first.sealer.seal();
  await putSeal(first.bus, seal);

  const { archive, sealer, alarms } = await openLogIn(hub, copy, { witnesses: NO_WITNESS });
  await keepUpTo(archive, 7);
  for (let pass = 0; pass < 3; pass += 1) expect(await sealer.seal()).toMatchObject({ note: seal.note });
  expect(alarms()).toEqual(['ledger-rolled-back']);
  await keepUpTo(archive, 9);
  expect(await sealedRoot(hub, await sealer.seal())).toEqual([9, rootOf(9)]);
  expect(alarms()).toEqual([]);
});

test('a disk that refuses a tile while records are taken in leaves each of them in the log once', async () => {
  const hub = await openedHub();
  const folder = newFolder();
  const { archive, sealer } = await beginLogIn(hub, folder);
  const records = 33 * TILE_WIDTH;
  await keepUpTo(archive, records);
  writeFileSync(join(folder, 'log/1/tile'), '');
  for (let pass = 0; pass < 2; pass += 1) await expect(sealer.seal()).rejects.toThrow('ENOTDIR');
  rmSync(join(folder, 'log/1/tile'));
  expect(await sealedRoot(hub, await sealer.seal())).toEqual([records, rootOf(records)]);
});

test('a log whose tiles are lost is opened with two readings of its records: one compares, one makes the tiles', async () => {
  const hub = await openedHub();
  const [folder, copy] = [newFolder(), newFolder()];
  const first = await beginLogIn(hub, folder);
  await keepUpTo(first.archive, TILE_WIDTH + 1);
  await first.sealer.seal();
  cpSync(folder, copy, { recursive: true });
  rmSync(join(copy, 'log/1/tile'), { recursive: true });

  const { sealer, wholeReads } = await openLogIn(hub, copy, { witnesses: NO_WITNESS });
  expect(await sealedRoot(hub, await sealer.seal())).toEqual([TILE_WIDTH + 1, rootOf(TILE_WIDTH + 1)]);
  await sealer.stop();
  expect(wholeReads()).toBe(2);
});

test('a quiet log whose key was revoked is signed anew by the key in force, keeps its cosignatures, and is signed once', async () => {
  const hub = await openedHub();
  const keys = await keysOf(hub);
  const log = await beginLogIn(hub, newFolder(), keys);
  await keepUpTo(log.archive, 5);
  const first = await publishSeal(log);
  const lines = await cosignByAll(hub, log.sealer, first);

  Object.assign(keys, await withNextLogKey(hub));
  const second = await publishSeal(log);
  expect(second.note).not.toBe(first.note);
  expect(parseNote(second.note).text).toBe(parseNote(first.note).text);
  const inForce = logKeysOf(keys.directory, 'demo/liaison/1', new Date());
  await openCheckpoint(second.note, { origin: 'demo/liaison/1', keys: inForce });
  expect([second.cosignatures, log.sealer.cosigned.quorate()]).toEqual([lines, second.note + lines.join('')]);
  expect((await publishSeal(log)).note).toBe(second.note);
});
