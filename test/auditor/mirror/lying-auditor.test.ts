import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { parseCommandId, parseEntryId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signCommand } from '../../../services/shared/ledger/command.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import type { Entry } from '../../../services/shared/store/append/archived-entry.js';
import { readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { type Hub, noticePart, startHub, waitUntil } from '../hub.js';
import { newFolder } from '../log/opened-log.js';
import { type PatchedAuditor, startPatchedAuditor } from './patched-auditor.js';
import { type RunningMirror, runMirror } from './run-mirror.js';

let hub: Hub;
let entries: readonly Entry[];
beforeAll(async () => {
  hub = await startHub();
  entries = await Promise.all(
    Array.from({ length: 600 }, async (_, at) => entryOf(at + 1, await reportOf(at + 1))),
  );
});
afterAll(() => hub.close());

const entryOf = (seq: number, bytes: Uint8Array): Entry => {
  return { epoch: 'e', seq, subject: 'ledger.interpol', bytes };
};
const reportOf = (number: number) => hub.report('interpol', [noticePart(number)]);
const honest = (count: number) => ({ listed: entries.slice(0, count), logged: entries.slice(0, count) });

/** A mirror that has followed an honest auditor for 300 records. */
async function followed(): Promise<{ readonly auditor: PatchedAuditor; readonly mirror: RunningMirror }> {
  const auditor = await startPatchedAuditor(hub, honest(300));
  onTestFinished(() => auditor.close());
  const mirror = await runMirror(hub, { folder: newFolder(), url: auditor.url });
  await waitUntil(() => mirror.reasons().length === 0);
  expect(mirror.archive.count()).toBe(300);
  return { auditor, mirror };
}

type Lie = Parameters<PatchedAuditor['serve']>[0];

/** Serves a lie until the mirror says what is wrong, then the truth; the mirror must have taken nothing of the lie. */
async function shown(lie: Lie, alarm: string, code: string) {
  const { auditor, mirror } = await followed();
  await auditor.serve(lie);
  await waitUntil(() => mirror.alarms().includes(`${alarm} ${code}`));
  expect(mirror.reasons()).toEqual([code]);
  const taken = mirror.archive.count();
  const said = mirror.logged();
  await auditor.serve(honest(600));
  await waitUntil(() => mirror.reasons().length === 0);
  expect(mirror.archive.count()).toBe(600);
  expect(mirror.alarms()).toEqual(alarm === 'log-forked' ? [`${alarm} ${code}`] : []);
  return { taken, said, mirror };
}

describe('a mirror that is shown another log', () => {
  test('another root for the size that it has is kept as a conviction, which verifies without the mirror', async () => {
    const root = Buffer.alloc(32, 7);
    const { taken, mirror } = await shown({ ...honest(300), root }, 'log-forked', 'log-forked');
    expect(taken).toBe(300);
    const folder = join(mirror.folder, 'log', 'forks');
    const [file = '', ...more] = readdirSync(folder);
    expect(more).toEqual([]);
    const anchor = readAnchor(hub.broker.home);
    const verified = await verifyEvidence(readFileSync(join(folder, file)), {
      root: anchor,
      now: new Date(),
    });
    expect(verified).toMatchObject({ kind: 'conviction', holds: true });
    expect(verified.lines.at(-1)?.says).toContain('signed two roots of demo/liaison/1 at 300 entries');
  });

  test('a longer log that does not begin with the entries that it has raises the alarm, and nothing of it is taken', async () => {
    const other = entries.toSpliced(10, 2, entries[11]!, entries[10]!);
    const { taken, said, mirror } = await shown({ listed: other, logged: other }, 'log-forked', 'log-forked');
    expect(taken).toBe(300);
    expect(said).toContain('forks');
    expect(readdirSync(join(mirror.folder, 'log', 'forks'))).toHaveLength(1);
  });

  test('a shorter log is named with both sizes', async () => {
    const { taken, said } = await shown(honest(290), 'ledger-rolled-back', 'ledger-rolled-back');
    expect(taken).toBe(300);
    expect(said).toContain('has 290 entries, an earlier one had 300');
  });
});

describe('a mirror that is given other records than those of the log', () => {
  test('another record in the place of one is named by its number', async () => {
    const other = entries.with(309, entryOf(310, await reportOf(9_310)));
    const { taken, said } = await shown(
      { listed: other, logged: entries },
      'log-not-followed',
      'record-flipped',
    );
    expect(taken).toBe(300);
    expect(said).toContain('record 310 of the auditor is not entry 309 of its log');
  });

  test('a record that is left out is named by the first that moved into its place', async () => {
    const lie = { listed: entries.toSpliced(309, 1), logged: entries };
    const { taken, said } = await shown(lie, 'log-not-followed', 'record-dropped');
    expect(taken).toBe(300);
    expect(said).toContain('record 310 of the auditor');
  });

  test('records that end before the log does are missed', async () => {
    const lie = { listed: entries.slice(0, 300), logged: entries };
    const { said } = await shown(lie, 'log-not-followed', 'log-truncated');
    expect(said).toContain('no record with entry 300');
  });

  test('changed parts beside an unchanged statement do not verify, and the record is named', async () => {
    const record = frames.record.decode(entries[309]!.bytes);
    const leaves = record.statement!.leaves.slice(1);
    const statement = { statement: record.statement!.statement, leaves };
    const other = entries.with(309, entryOf(310, frames.record.encode(Object.assign(record, { statement }))));
    const { taken, said } = await shown(
      { listed: other, logged: entries },
      'log-not-followed',
      'digest-mismatch',
    );
    expect(taken).toBe(300);
    expect(said).toContain('record 310 of the auditor: ');
  });

  test('a record on the log that no router signed is not taken', async () => {
    const bytes = await hub.report('interpol', [noticePart(7)], { signer: hub.signers.notice });
    const other = entries.with(309, entryOf(310, bytes));
    const { taken, said } = await shown({ listed: other, logged: other }, 'log-not-followed', 'key-invalid');
    expect(taken).toBe(300);
    expect(said).toContain('record 310 of the auditor: ');
  });

  test('a record that is called ruled out without the command of an operator is not taken', async () => {
    const other = entries.toSpliced(309, 0, { ...entries[309]!, ruledOut: 'c'.repeat(64) });
    const { taken, said } = await shown(
      { listed: other, logged: entries },
      'log-not-followed',
      'token-malformed',
    );
    expect(taken).toBe(300);
    expect(said).toContain('record 310 of the auditor: ');
  });
});

describe('a record that an operator ruled out', () => {
  const id = parseCommandId(uuidv7());
  const ruledOutAt = async (seq: number): Promise<Entry> => {
    const signer = await readSigner(hub.broker.home.operatorKey);
    const about = { id, verb: 'rule-out', org: LEDGER_OWNER, entry: parseEntryId('e'.repeat(64)) } as const;
    const content = { ...about, note: 'a test', place: { epoch: 'e', sequence: 9_000 } };
    const token = await signCommand(content, { signer, federation: 'demo', now: new Date() });
    return { ...entryOf(seq, Buffer.from(token)), ruledOut: id };
  };

  test('is kept in its place with the command, and has no entry in the log', async () => {
    const { auditor, mirror } = await followed();
    const listed = entries.toSpliced(309, 0, await ruledOutAt(9_000));
    await auditor.serve({ listed, logged: entries });
    await waitUntil(() => mirror.archive.count() === 601 && mirror.reasons().length === 0);
    expect(mirror.archive.ruledOut(2)).toEqual([310]);
  });

  test('is not taken where the command is about another one', async () => {
    const lie = { listed: entries.toSpliced(309, 0, await ruledOutAt(9_001)), logged: entries };
    const { taken, said } = await shown(lie, 'log-not-followed', 'record-foreign');
    expect(taken).toBe(300);
    expect(said).toContain('record 310 of the auditor: ');
  });
});

describe('a mirror that is given other tiles', () => {
  test('a tile of other bytes does not lead to the checkpoint', async () => {
    const tile: Lie['tile'] = ({ level }, bytes) => (level === 0 ? bytes.fill(1, 0, 32) : bytes);
    const { said } = await shown({ ...honest(600), tile }, 'log-not-followed', 'digest-mismatch');
    expect(said).toContain('the tiles of the auditor do not lead to its checkpoint of 600 entries');
  });

  test('a tile that is cut off is malformed', async () => {
    const tile: Lie['tile'] = (_, bytes) => bytes.subarray(0, bytes.length - 1);
    await shown({ ...honest(600), tile }, 'log-not-followed', 'note-malformed');
  });
});

test('a checkpoint that another key signed is not followed', async () => {
  const { auditor, mirror } = await followed();
  const key = await readByteSigner(hub.broker.home.org(parseOrgId('europol'), 'witness.jwk'));
  await auditor.serve({ ...honest(600), key });
  await waitUntil(() => mirror.reasons().includes('key-unknown'));
  expect(mirror.archive.count()).toBe(300);
});
