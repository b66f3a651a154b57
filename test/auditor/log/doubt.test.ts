import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { noteSignerOf, SIGNATURE_TYPES } from '../../../services/shared/tlog/vkey.js';
import { frames } from '../../../services/shared/wire/frames.js';
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

/** A log of eight entries, whose last checkpoint `lost` witnesses have cosigned, and a copy of its disk with five. */
async function restoredCopy() {
  const hub = await openedHub();
  const [folder, copy] = [newFolder(), newFolder()];
  const { archive, sealer } = await beginLogIn(hub, folder);
  await keepUpTo(archive, 5);
  const kept = await sealer.seal();
  sealer.published(kept);
  await cosignByAll(hub, sealer, kept);
  cpSync(folder, copy, { recursive: true });
  await keepUpTo(archive, 8);
  const lost = await sealer.seal();
  return { hub, copy, kept, lost };
}

test.each([
  ['erased', false],
  ['restored from the same time', true],
])(
  'an auditor that starts publishes its newest checkpoint again, without cosignatures, and signs no other: beside a broker that was %s',
  async (_, isRestored) => {
    const { hub, copy, kept } = await restoredCopy();
    const opened = await openLogIn(hub, copy);
    if (isRestored) await putSeal(opened.bus, kept);
    await keepUpTo(opened.archive, 7);
    for (let pass = 0; pass < 3; pass += 1)
      expect(await publishSeal(opened)).toMatchObject({ note: kept.note, cosignatures: [] });
    expect(opened.alarms()).toEqual([]);
  },
);

test('an auditor that lost its log publishes the checkpoint of an empty tree, and signs no other until a quorum has cosigned it', async () => {
  const hub = await openedHub();
  const opened = await openLogIn(hub, newFolder());
  await keepUpTo(opened.archive, 7);
  for (let pass = 0; pass < 3; pass += 1)
    expect(await sealedRoot(hub, await publishSeal(opened))).toEqual([0, rootOf(0)]);
  expect(opened.alarms()).toEqual([]);
  await cosignByAll(hub, opened.sealer, await publishSeal(opened));
  expect(await sealedRoot(hub, await publishSeal(opened))).toEqual([7, rootOf(7)]);
});

test('an auditor that lost its log signs none of its new records once a witness shows that it cosigned others', async () => {
  const { hub, lost } = await restoredCopy();
  const opened = await openLogIn(hub, newFolder());
  await keepUpTo(opened.archive, 2);
  const empty = await publishSeal(opened);
  await opened.sealer.witnessed(lost.note);
  await cosignByAll(hub, opened.sealer, empty);
  await keepUpTo(opened.archive, 3);
  expect((await publishSeal(opened)).size).toBe(0);
  expect(opened.alarmLines().join()).toContain(
    'the file has 3 entries of the log, a witness cosigned a checkpoint of 8',
  );
});

test.each([
  ['an older copy of its disk', true],
  ['an empty disk', false],
])(
  'an auditor with %s beside the checkpoint that it published last asks for cosignatures of that one, and of no smaller',
  async (_, isCopy) => {
    const { hub, copy, lost } = await restoredCopy();
    const opened = await openLogIn(hub, isCopy ? copy : newFolder());
    await putSeal(opened.bus, lost);
    await keepUpTo(opened.archive, 9);
    for (let pass = 0; pass < 2; pass += 1)
      expect(await publishSeal(opened)).toMatchObject({ note: lost.note, cosignatures: [] });
    await cosignByAll(hub, opened.sealer, lost);
    expect(await sealedRoot(hub, await publishSeal(opened))).toEqual([9, rootOf(9)]);
    expect(opened.alarms()).toEqual([]);
  },
);

test('a witness that cosigned more entries stops the auditor, with both sizes named, also after a restart', async () => {
  const { hub, copy, kept, lost } = await restoredCopy();
  const opened = await openLogIn(hub, copy);
  await publishSeal(opened);
  await opened.sealer.witnessed(lost.note);
  // A quorum of others does not know of it.
  await cosignByAll(hub, opened.sealer, kept);
  await keepUpTo(opened.archive, 7);
  expect(await publishSeal(opened)).toMatchObject({ note: kept.note });
  expect(opened.alarmLines().join()).toContain(
    'the file has 7 entries of the log, a witness cosigned a checkpoint of 8',
  );
  await opened.sealer.stop();
  const again = await openLogIn(hub, copy);
  expect(await publishSeal(again)).toMatchObject({ note: kept.note });
  expect(again.alarms()).toEqual(['ledger-rolled-back']);
});

test('an auditor whose records are complete again signs a checkpoint by itself, and further ones once a quorum has cosigned it', async () => {
  const { hub, copy, lost } = await restoredCopy();
  const opened = await openLogIn(hub, copy);
  await publishSeal(opened);
  await opened.sealer.witnessed(lost.note);
  await keepUpTo(opened.archive, 9);
  const seal = await publishSeal(opened);
  expect(await sealedRoot(hub, seal)).toEqual([9, rootOf(9)]);
  expect(opened.alarms()).toEqual([]);
  await keepUpTo(opened.archive, 10);
  expect(await publishSeal(opened)).toMatchObject({ note: seal.note });
  await cosignByAll(hub, opened.sealer, seal);
  expect(await sealedRoot(hub, await publishSeal(opened))).toEqual([10, rootOf(10)]);
});

test('an auditor signs further checkpoints once a quorum has cosigned its newest one anew, and the doubt is over', async () => {
  const { hub, copy, kept } = await restoredCopy();
  const opened = await openLogIn(hub, copy);
  await keepUpTo(opened.archive, 7);
  await publishSeal(opened);
  await cosignByAll(hub, opened.sealer, kept);
  expect(await sealedRoot(hub, await publishSeal(opened))).toEqual([7, rootOf(7)]);
  expect(existsSync(join(copy, 'log/1/doubt.json'))).toBe(false);
});

test('a checkpoint of a revoked key is signed anew by the next key before any other, and no witness can stop the log with a checkpoint of a revoked key', async () => {
  const { hub, copy, kept, lost } = await restoredCopy();
  const opened = await openLogIn(hub, copy, { keys: await withNextLogKey(hub) });
  await keepUpTo(opened.archive, 7);
  const again = await publishSeal(opened);
  expect(again.note).not.toBe(kept.note);
  expect(parseNote(again.note).text).toBe(parseNote(kept.note).text);
  await expect(opened.sealer.witnessed(lost.note)).rejects.toMatchObject({ code: 'key-unknown' });
  await cosignByAll(hub, opened.sealer, again);
  expect((await publishSeal(opened)).size).toBe(7);
});

test('after a restart, a checkpoint that a quorum cosigned anew stays quorate when the next key signs it', async () => {
  const { hub, copy } = await restoredCopy();
  const keys = await keysOf(hub);
  const opened = await openLogIn(hub, copy, { keys });
  const lines = await cosignByAll(hub, opened.sealer, await publishSeal(opened));
  await publishSeal(opened);
  Object.assign(keys, await withNextLogKey(hub));
  const { note, cosignatures } = await publishSeal(opened);
  expect(cosignatures).toEqual(lines);
  expect(opened.sealer.cosigned.quorate()).toBe(note + lines.join(''));
});

test('checkpoints that the log has, or that no key of the log signed, stop nothing', async () => {
  const { hub, copy, kept, lost } = await restoredCopy();
  const opened = await openLogIn(hub, copy);
  await expect(opened.sealer.witnessed(lost.note)).rejects.toMatchObject({ code: 'not-ready' });
  await publishSeal(opened);
  await cosignByAll(hub, opened.sealer, kept);
  await publishSeal(opened);
  await opened.sealer.witnessed(kept.note);
  const witness = await readByteSigner(hub.broker.home.org('europol' as never, 'witness.jwk'));
  const [origin = ''] = parseNote(lost.note).text.split('\n');
  const forged = signCheckpoint(
    { origin, size: 9, root: new Uint8Array(32) },
    noteSignerOf(origin, SIGNATURE_TYPES.note, witness),
  );
  await expect(opened.sealer.witnessed(forged)).rejects.toMatchObject({ code: 'key-unknown' });
  await keepUpTo(opened.archive, 6);
  expect(await sealedRoot(hub, await publishSeal(opened))).toEqual([6, rootOf(6)]);
});

test('a witness that cosigned another root for a size of a running log stops the log', async () => {
  const { hub, copy, kept, lost } = await restoredCopy();
  const opened = await openLogIn(hub, copy);
  await publishSeal(opened);
  await cosignByAll(hub, opened.sealer, kept);
  const statement = { statement: 'another statement', leaves: [] };
  await opened.archive.keep(
    [6, 7, 8].map((seq) => ({
      epoch: 'f',
      seq,
      subject: 'ledger.alfa',
      bytes: frames.record.encode({ statement }),
    })),
  );
  const other = await publishSeal(opened);
  expect(other.size).toBe(8);
  await opened.sealer.witnessed(lost.note);
  expect(await publishSeal(opened)).toMatchObject({ note: other.note });
  expect(opened.alarmLines().join()).toContain('not those of the checkpoint of 8 that a witness cosigned');
});

test('a doubt that cannot be read is damage: nothing is signed', async () => {
  const { hub, copy } = await restoredCopy();
  writeFileSync(join(copy, 'log/1/doubt.json'), '{');
  const opened = await openLogIn(hub, copy);
  for (let pass = 0; pass < 2; pass += 1)
    await expect(opened.sealer.seal()).rejects.toMatchObject({ code: 'ledger-damaged' });
  expect(opened.alarms()).toEqual(['ledger-damaged']);
});
