import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderReader } from '../../../services/cli/ledger/export/read-export.js';
import { exportProofs } from '../../../services/cli/ledger/prove/export-proofs.js';
import { proveRecord } from '../../../services/cli/ledger/prove/proof-source.js';
import { parseFrameId } from '../../../services/shared/kernel/ids.js';
import { recordedOf } from '../../../services/shared/ledger/denials.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { formatReceipt } from '../../../services/shared/tlog/cose-receipt.js';
import { formatTlogProof } from '../../../services/shared/tlog/tlog-proof.js';
import { digest, hexDigest, sha256 } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { craftReport, decide, noticePartOf } from '../../gateway/craft-delivery.js';
import { NOW, refused } from '../../shared/trust/federation.js';
import { AFRIPOL, EUROPOL, INTERPOL } from '../../shared/verify/craft-evidence.js';
import { answers, describeWhere } from '../../support/needs.js';
import { type CraftedLedger, craftLedger } from './crafted-ledger.js';

let ledger: CraftedLedger;
let folder: string;
beforeAll(async () => {
  ledger = await craftLedger(600);
  folder = await ledger.exportOf(ledger.records);
});

const prove = async (name: string, from = folder) =>
  proveRecord(await exportProofs(folderReader(from)), name);

describe('the proof of a record from an export', () => {
  test('is of the record with this digest, or of the routing report on a notice', async () => {
    const { routing, restricting, id } = ledger.evidence;
    expect(await prove(restricting.digest)).toMatchObject({
      record: restricting.digest,
      statement: restricting.statement.statement,
      origin: 'demo/liaison/1',
      size: 600,
      index: 1,
    });
    expect(await prove(id)).toMatchObject({ record: routing.digest, index: 0 });
    const own = await ledger.exportOf(ledger.records, { shown: EUROPOL });
    expect(await prove(id, own)).toMatchObject({ record: routing.digest, index: 0 });
  });

  test('is refused for a record or notice that the export does not show, and for another name', async () => {
    await refused(prove(digest('no record')), 'not-found');
    await refused(prove('01977000-0000-7000-8000-0000000000ff'), 'not-found');
    await refused(prove('a notice'), 'usage');
    const held = await ledger.exportOf(ledger.records, { shown: INTERPOL });
    await refused(prove(ledger.evidence.restricting.digest, held), 'not-found');
  });

  test('named by a notice is that of its newest routing report, not of a later narrowing', async () => {
    const { notice, keys, id, routing } = ledger.evidence;
    const hub = { signer: keys.signer('hub:hub:1'), directory: keys.directory, now: () => NOW };
    const about = { originator: EUROPOL, frame: parseFrameId(hexDigest('frame 3')) };
    const reason = 'narrowing';
    const parts = [
      noticePartOf(notice),
      ...recordedOf(notice.jti, [decide(AFRIPOL, notice.sections, [])]).decisions,
    ];
    const narrowing = await craftReport(hub, { ...about, reason, parts });
    const from = await ledger.exportOf([...ledger.records.slice(0, 2), narrowing.bytes]);
    expect(await prove(narrowing.digest, from)).toMatchObject({ index: 2 });
    expect(await prove(id, from)).toMatchObject({ record: routing.digest });
  });

  test('is refused for a record that the newest cosigned checkpoint does not have yet', async () => {
    const source = await exportProofs(folderReader(folder));
    const note = await ledger.note(ledger.records.slice(0, 1));
    const { restricting } = ledger.evidence;
    const earlier = { ...source, checkpoint: () => Promise.resolve({ note }) };
    await refused(proveRecord(earlier, restricting.digest), 'not-ready');
  });

  test('by a notice is refused for a report with parts of another one, under which it would be found', async () => {
    const { restricting, routing } = ledger.evidence;
    const other = frames.record.decode(restricting.bytes).statement!;
    const { leaves } = frames.record.decode(routing.bytes).statement!;
    const forged = frames.record.encode({ statement: { statement: other.statement, leaves } });
    const from = await ledger.exportOf([routing.bytes, forged]);
    await refused(prove(ledger.evidence.id, from), 'salt-changed');
  });

  test('is refused where the root for COSE receipts is signed by no key of the log, or is another one', async () => {
    const { routing } = ledger.evidence;
    const signedRoot = async (of: readonly Uint8Array[]) => join(await ledger.exportOf(of), 'cose.json');
    const from = await ledger.exportOf(ledger.records.slice(0, 3));
    expect(await prove(routing.digest, from)).toMatchObject({ index: 0 });
    cpSync(await signedRoot(ledger.records.slice(0, 2)), join(from, 'cose.json'));
    await refused(prove(routing.digest, from), 'signature-invalid');
    const other = await craftLedger(5);
    cpSync(join(await other.exportOf(ledger.records.slice(0, 3)), 'cose.json'), join(from, 'cose.json'));
    await refused(prove(routing.digest, from), 'signature-invalid');
  });

  test('is refused if the tiles do not lead to the checkpoint', async () => {
    const damaged = join(mkdtempSync(join(tmpdir(), 'export-')), 'ledger');
    cpSync(folder, damaged, { recursive: true });
    writeFileSync(join(damaged, 'tile/0/000'), Buffer.alloc(8_192));
    await refused(prove(ledger.evidence.routing.digest, damaged), 'ledger-damaged');
  });
});

const describePython = describeWhere(
  answers('python3', ['--version']) && answers('openssl', ['version']),
  'install python3 and openssl',
);

describePython('a verifier in Python that knows only the specifications', () => {
  test('believes an export as a log, and the proof of a record in it', async () => {
    const copy = join(mkdtempSync(join(tmpdir(), 'export-')), 'ledger');
    cpSync(folder, copy, { recursive: true });
    const { index, path, note, statement } = await prove(ledger.evidence.id);
    writeFileSync(join(copy, 'proof.tlog-proof'), formatTlogProof({ index, path, note }));
    writeFileSync(join(copy, 'entry'), sha256(statement));
    const [log = '', witness = ''] = ledger.policy.split('\n').map((line) => line.split(' ').at(-1) ?? '');
    const script = join(projectRoot, 'test/shared/tlog/verify_tlog.py');
    const words = execFileSync('python3', [script, copy, log, witness], { encoding: 'utf8' });
    expect(words.trim().split('\n')).toHaveLength(6);
    expect(words).toContain('ok: the proof leads to the checkpoint');
    expect(words).not.toContain('WRONG');
  });

  test('believes the COSE receipt of a record of an export', async () => {
    const { root, statement, ...proof } = await prove(ledger.evidence.restricting.digest);
    const place = mkdtempSync(join(tmpdir(), 'receipt-'));
    const [receipt, signed] = [join(place, 'record.cose'), join(place, 'record.jws')];
    writeFileSync(receipt, formatReceipt(root!, proof));
    writeFileSync(signed, statement);
    const [log = ''] = ledger.policy.split('\n').map((line) => line.split(' ').at(-1) ?? '');
    const script = join(projectRoot, 'test/shared/tlog/verify_cose_receipt.py');
    const words = execFileSync('python3', [script, receipt, signed, log], { encoding: 'utf8' });
    expect(words.trim().split('\n').at(-1)).toBe('ok: the log signed this root');
  });
});
