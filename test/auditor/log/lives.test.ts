import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Seal } from '../../../services/auditor/log/life-sealer.js';
import { type EndedLog, LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import type { CommandPart } from '../../../services/shared/ledger/command-record.js';
import { recoveryEntry } from '../../../services/shared/ledger/command/ended-log.js';
import { verifyRecovery } from '../../../services/shared/ledger/command/recovery.js';
import { openCheckpoint, signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { logKeysOf } from '../../../services/shared/tlog/log-keys.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { noteSignerOf, SIGNATURE_TYPES } from '../../../services/shared/tlog/vkey.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { addPerson } from '../../support/add-person.js';
import { craftCommandPair } from '../../support/log/craft-command-pair.js';
import {
  beginLogIn,
  cosignByAll,
  keepUpTo,
  keysOf,
  type LogKeys,
  newFolder,
  openedHub,
  openLogIn,
  publishSeal,
  putSeal,
  statementOf,
  withNextLogKey,
} from './opened-log.js';

/**
 * A log of eight entries that witnesses cosigned, and an auditor with an older copy of its disk, with five, that a witness has
 * shown the checkpoint of eight. Two more records came since.
 */
async function rolledBack() {
  const hub = await openedHub();
  const one = await readSigner(hub.broker.home.operatorKey);
  const { signer: other } = await addPerson(hub.broker.home, 'B. Example');
  const keys = { ...(await keysOf(hub)), directory: await readDirectory(hub.broker.home) };
  const [folder, copy] = [newFolder(), newFolder()];
  const { archive, sealer } = await beginLogIn(hub, folder, keys);
  await keepUpTo(archive, 5);
  sealer.published(await sealer.seal());
  await cosignByAll(hub, sealer, await sealer.seal());
  cpSync(folder, copy, { recursive: true });
  await keepUpTo(archive, 8);
  const lost = await sealer.seal();
  const opened = await openLogIn(hub, copy, { keys });
  await publishSeal(opened);
  await opened.sealer.witnessed(lost.note);
  await keepUpTo(opened.archive, 7);
  await publishSeal(opened);
  const ended = { checkpoint: parseNote(lost.note).text, kept: 5 };
  return { hub, copy, keys, opened, lost, ended, by: [one, other] as const };
}

type RolledBack = Awaited<ReturnType<typeof rolledBack>>;

interface OrderParams {
  readonly ended: EndedLog;
  readonly by: readonly [Signer, Signer];
  readonly part?: Partial<CommandPart>;
}

/** Appends the records of an order to the file, as routers record them; returns the digest of the second. */
async function keepOrder({ hub, keys, opened }: RolledBack, { ended, by, part = {} }: OrderParams) {
  const about = { verb: 'recover', org: LEDGER_OWNER, entry: recoveryEntry(ended), ended } as const;
  const signing = { directory: keys.directory, signer: hub.signers.hub };
  const { proposal, record } = await craftCommandPair(signing, { about, outcome: 'recovered', by, part });
  for (const { bytes } of [proposal, record]) {
    const seq = opened.archive.count() + 1;
    await opened.archive.keep([{ epoch: 'e', seq, subject: 'ledger.hub', bytes }]);
  }
  return { proposal: proposal.statement.statement, record: record.statement.statement };
}

/** The cosignatures of all members over a note. */
const linesOver = (hub: RolledBack['hub'], note: string): Promise<readonly string[]> =>
  Promise.all(['afripol', 'europol', 'interpol'].map((org) => memberCosignature(hub.broker, org, note)));

/** Signs a made-up checkpoint of a life of the log, as a thief of its key does. */
function forgedNote({ logKey }: Pick<LogKeys, 'logKey'>, life: number): string {
  const origin = `demo/liaison/${life}`;
  const checkpoint = { origin, size: 999, root: Buffer.alloc(32, 7) };
  return signCheckpoint(checkpoint, noteSignerOf(origin, SIGNATURE_TYPES.note, logKey));
}

async function headOf({ keys }: RolledBack, { note, size }: Seal, life: number) {
  const origin = `demo/liaison/${life}`;
  const { root } = await openCheckpoint(note, { origin, keys: logKeysOf(keys.directory, origin) });
  return { size, root: Buffer.from(root).toString('hex') };
}

function treeOver(...statements: readonly string[]) {
  const { root } = treeOfHashes(statements.map((one) => leafHash(sha256(one))));
  return { size: statements.length, root: Buffer.from(root).toString('hex') };
}

const bytesOf = (statement: string): Uint8Array =>
  frames.record.encode({ statement: { statement, leaves: [] } });

const statements = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => statementOf(at + 1));

test('an order of two persons begins the next life: its record is the first entry, and all records of the disk follow', async () => {
  const state = await rolledBack();
  const { opened, ended, by, keys } = state;
  expect(opened.alarms()).toEqual(['ledger-rolled-back']);
  expect(opened.sealer.lacking()).toMatchObject(ended);
  const { proposal, record } = await keepOrder(state, { ended, by });
  const seal = await publishSeal(opened);
  expect(await headOf(state, seal, 2)).toEqual(treeOver(record, ...statements(7), proposal));
  expect(await verifyRecovery(seal.recovery!, { directory: keys.directory, now: new Date() })).toMatchObject({
    ended,
    persons: [expect.any(String), 'B. Example'],
  });
  expect([opened.alarms(), opened.sealer.lacking()]).toEqual([[], undefined]);
  expect([1, 7, 8, 9].map(opened.sealer.indexOf)).toEqual([1, 7, 8, 0]);
});

test('after a restart the next life publishes its newest checkpoint again, and signs others once a quorum has cosigned it anew', async () => {
  const state = await rolledBack();
  const { hub, copy, keys, opened, ended, by } = state;
  const { proposal, record } = await keepOrder(state, { ended, by });
  const first = await publishSeal(opened);
  await opened.sealer.stop();
  const again = await openLogIn(hub, copy, { keys });
  await again.archive.keep([{ epoch: 'e', seq: 10, subject: 'ledger.alfa', bytes: bytesOf('last') }]);
  expect(await publishSeal(again)).toMatchObject({ note: first.note, recovery: first.recovery });
  await cosignByAll(hub, again.sealer, first);
  const next = await publishSeal(again);
  expect(await headOf(state, next, 2)).toEqual(treeOver(record, ...statements(7), proposal, 'last'));
});

test('records of the order that cannot be read once are read again with the next checkpoint', async () => {
  const state = await rolledBack();
  const { opened, ended, by } = state;
  await keepOrder(state, { ended, by });
  const { archive, sealer } = opened;
  const { read, count } = archive;
  // The proposal is the last record but one. It is read to verify the order, and then for each checkpoint of the next life.
  let readings = 0;
  const failing: typeof read = (from, limit) => {
    const isProposal = from === count() - 1 && limit === 1;
    if (isProposal) readings += 1;
    if (isProposal && readings === 2) throw new Error('the disk fails');
    return read(from, limit);
  };
  Object.assign(archive, { read: failing });
  await expect(sealer.seal()).rejects.toThrow('the disk fails');
  expect((await publishSeal(opened)).recovery).not.toBeNull();
});

test.each<[string, (state: RolledBack) => OrderParams]>([
  ['of one person alone', ({ ended, by }) => ({ ended, by: [by[0], by[0]] })],
  [
    'that names a smaller checkpoint than a witness showed',
    ({ ended, by }) => ({ ended: { ...ended, checkpoint: ended.checkpoint.replace('\n8\n', '\n6\n') }, by }),
  ],
  ['that names other missing entries', ({ ended, by }) => ({ ended: { ...ended, kept: 4 }, by })],
  ['that was refused', ({ ended, by }) => ({ ended, by, part: { outcome: 'refused', code: 'expired' } })],
  [
    'whose proposal is older than a day',
    ({ ended, by }) => ({ ended, by, part: { accepted: Math.floor(Date.now() / 1000) + 90_000 } }),
  ],
])('an order %s begins no life', async (_, orderOf) => {
  const state = await rolledBack();
  const before = await publishSeal(state.opened);
  await keepOrder(state, orderOf(state));
  expect(await publishSeal(state.opened)).toMatchObject({ note: before.note });
  expect(state.opened.sealer.lacking()).toMatchObject(state.ended);
});

test('an auditor that was killed between the order and its first checkpoint publishes that of the order alone, and signs others once a quorum has cosigned it', async () => {
  const state = await rolledBack();
  const { hub, copy, keys, opened, ended, by } = state;
  const { proposal, record } = await keepOrder(state, { ended, by });
  await opened.sealer.seal();
  rmSync(join(copy, 'log/2'), { recursive: true });
  const again = await openLogIn(hub, copy, { keys });
  const first = await publishSeal(again);
  expect(await headOf(state, first, 2)).toEqual(treeOver(record));
  expect((await publishSeal(again)).note).toBe(first.note);
  await cosignByAll(hub, again.sealer, first);
  const next = await publishSeal(again);
  expect(await headOf(state, next, 2)).toEqual(treeOver(record, ...statements(7), proposal));
});

test('an auditor whose file lacks the order that began its life signs nothing', async () => {
  const state = await rolledBack();
  const { hub, copy, keys, opened, ended, by } = state;
  const older = newFolder();
  cpSync(copy, older, { recursive: true });
  await keepOrder(state, { ended, by });
  await opened.sealer.seal();
  cpSync(join(copy, 'log/life.json'), join(older, 'log/life.json'));
  const again = await openLogIn(hub, older, { keys });
  expect((await again.sealer.seal()).note).toBe('');
  expect(again.alarms()).toEqual(['ledger-rolled-back']);
});

test('an auditor that lost a later life of its log signs no second history of it: the witnesses of that life are asked', async () => {
  const state = await rolledBack();
  const { hub, copy, keys, opened, ended, by } = state;
  const { record } = await keepOrder(state, { ended, by });
  const older = newFolder();
  cpSync(copy, older, { recursive: true });
  await opened.archive.keep([{ epoch: 'e', seq: 10, subject: 'ledger.alfa', bytes: bytesOf('lost') }]);
  const lost = await opened.sealer.seal();
  cpSync(join(copy, 'log/life.json'), join(older, 'log/life.json'));
  const again = await openLogIn(hub, older, { keys });
  await again.archive.keep([{ epoch: 'f', seq: 1, subject: 'ledger.alfa', bytes: bytesOf('other') }]);
  expect(await headOf(state, await publishSeal(again), 2)).toEqual(treeOver(record));
  const [line = ''] = await linesOver(hub, lost.note);
  await again.sealer.witnessed(lost.note + line);
  expect(await headOf(state, await publishSeal(again), 2)).toEqual(treeOver(record));
  expect(again.alarms()).toEqual(['ledger-rolled-back']);
});

test.each([
  ['that CHECKPOINT holds', false],
  ['that a witness shows', true],
])(
  'a disk older than the last order signs nothing beside a checkpoint of the next life %s, which it names as lacking',
  async (_, isShown) => {
    const state = await rolledBack();
    const { hub, copy, keys, opened, ended, by } = state;
    const older = newFolder();
    cpSync(copy, older, { recursive: true });
    await keepOrder(state, { ended, by });
    const seal = await opened.sealer.seal();
    const again = await openLogIn(hub, older, { keys });
    if (isShown) {
      await publishSeal(again);
      for (const line of await linesOver(hub, seal.note)) await again.sealer.witnessed(seal.note + line);
    } else await putSeal(again.bus, seal);
    await again.sealer.seal();
    expect(again.alarms()).toEqual(['ledger-rolled-back']);
    expect(again.sealer.lacking()).toMatchObject({ checkpoint: parseNote(seal.note).text, kept: 0 });
  },
);

/** A log of five entries that is not in doubt any more; the thief of its key is the member `europol`. */
async function confirmed() {
  const hub = await openedHub();
  const keys = await keysOf(hub);
  const folder = newFolder();
  const opened = await beginLogIn(hub, folder, keys);
  await keepUpTo(opened.archive, 5);
  await publishSeal(opened);
  const forged = forgedNote(keys, 2);
  const line = await memberCosignature(hub.broker, 'europol', forged);
  return { hub, keys, folder, opened, forged, line };
}

test('a thief of the log key cannot stop the log with a checkpoint of the next life that no counted witness cosigned', async () => {
  const { hub, keys, opened, forged } = await confirmed();
  const other = await memberCosignature(hub.broker, 'europol', forgedNote(keys, 1));
  for (const [line, code] of [
    ['', 'signature-invalid'],
    [other, 'cosignature-replayed'],
  ])
    await expect(opened.sealer.witnessed(forged + line)).rejects.toMatchObject({ code });
  await keepUpTo(opened.archive, 6);
  expect((await publishSeal(opened)).size).toBe(6);
});

test('a checkpoint of a life after the next one is refused, also with the cosignature of a witness', async () => {
  const { hub, keys, opened } = await confirmed();
  const forged = forgedNote(keys, 999_999);
  const line = await memberCosignature(hub.broker, 'europol', forged);
  await expect(opened.sealer.witnessed(forged + line)).rejects.toMatchObject({ code: 'issuer-mismatch' });
});

test.each([
  ['', false],
  [', also if the auditor was stopped meanwhile', true],
])(
  'a next life that a single witness shows stops the log until the key is revoked, and no order can name it%s',
  async (_, isStopped) => {
    const { hub, keys, folder, opened, forged, line } = await confirmed();
    await opened.sealer.witnessed(forged + line);
    await opened.sealer.seal();
    expect([opened.alarms(), opened.sealer.lacking()]).toEqual([['ledger-rolled-back'], undefined]);
    if (isStopped) await opened.sealer.stop();
    Object.assign(keys, await withNextLogKey(hub));
    const { archive, bus, sealer, alarms } = isStopped ? await openLogIn(hub, folder, { keys }) : opened;
    const seal = await publishSeal({ bus, sealer });
    expect([alarms(), seal.size]).toEqual([[], 5]);
    await cosignByAll(hub, sealer, seal);
    await keepUpTo(archive, 6);
    expect((await publishSeal({ bus, sealer })).size).toBe(6);
  },
);
