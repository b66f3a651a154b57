import { beforeAll, describe, expect, test } from 'vitest';
import { parseFrameId, parseJti, parseNoticeId, parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { signChange, verifyChange } from '../../../../services/shared/ledger/receipt/change.js';
import { outcomesOf } from '../../../../services/shared/ledger/receipt/outcomes.js';
import { signReceipt, verifyReceipt } from '../../../../services/shared/ledger/receipt/receipt.js';
import {
  digestsIn,
  signReceiptsStatement,
  verifyReceiptsStatement,
} from '../../../../services/shared/ledger/receipt/receipts-statement.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { makeSigners, type Signers } from '../signers.js';

const now = new Date('2026-06-01T12:00:00Z');
const [europol, interpol] = [parseOrgId('europol'), parseOrgId('interpol')];
const [sum, other] = [digest('a notice'), digest('another notice')];
const id = parseNoticeId('01900000-0000-7000-8000-000000000001');
const jtiAt = (index: number) => parseJti(`${id}.${index + 1}`);
const delivery = parseFrameId('a'.repeat(64));

let signers: Signers;
beforeAll(async () => {
  signers = await makeSigners();
});

const receiptOf = (more: object): Promise<string> => {
  const content = { recipient: interpol, federation: 'demo', originator: europol, delivery };
  const said = { records: [sum], root: sum, size: 64, except: [], actions: [], ...more };
  return signReceipt({ ...content, ...said } as Parameters<typeof signReceipt>[0], {
    signer: signers.interpol,
    now,
  });
};
const reading = () => ({ directory: signers.directory, recipient: interpol, now });
const read = async (more: object) => verifyReceipt(await receiptOf(more), reading());
const exception = (index: number, more: object = {}) => ({
  index,
  jti: jtiAt(index),
  type: 'not-held',
  ...more,
});
const action = { digest: sum, id, type: 'destroyed', before: other, after: null };

describe('a receipt', () => {
  test('is about a whole delivery: what it does not list is held as delivered', async () => {
    const except = [
      exception(1, { type: 'rejected', code: 'expired' }),
      exception(2, { type: 'held', held: other }),
    ];
    const receipt = await read({ size: 3, except, actions: [action] });
    const notices = [0, 1, 2].map((index) => ({ jti: jtiAt(index), digest: sum }));
    expect(receipt).toMatchObject({
      originator: europol,
      delivery,
      records: [sum],
      root: sum,
      actions: [action],
    });
    expect(outcomesOf(receipt, notices)?.map(({ type, isAsDelivered }) => [type, isAsDelivered])).toEqual([
      ['held', true],
      ['rejected', false],
      ['held', false],
    ]);
    expect(outcomesOf(receipt, notices.slice(1))).toBeUndefined();
    expect(outcomesOf(receipt, notices.toReversed())).toBeUndefined();
  });

  const wrong: readonly (readonly [string, object])[] = [
    ['without a record', { records: [] }],
    ['with a record named twice', { records: [sum, sum] }],
    [
      'of more records than a delivery names',
      { records: Array.from({ length: 257 }, (_, at) => digest(`${at}`)) },
    ],
    ['of more notices than a delivery has', { size: 65 }],
    ['with an exception beyond its notices', { size: 1, except: [exception(1)] }],
    ['with more exceptions than notices', { size: 1, except: [exception(0), exception(1)] }],
    ['with exceptions in another order', { except: [exception(1), exception(0)] }],
    ['that names a place twice', { except: [exception(1), exception(1)] }],
    ['that names a notice twice', { except: [exception(0), { ...exception(1), jti: jtiAt(0) }] }],
    ['of an unknown type', { except: [exception(0, { type: 'lost' })] }],
    ['of a notice held otherwise, without its digest', { except: [exception(0, { type: 'held' })] }],
    ['of a notice not held, with a digest of what is held', { except: [exception(0, { held: sum })] }],
    ['with a reason that is no code', { except: [exception(0, { code: 'Because I say so' })] }],
    ['with an unknown member of an exception', { except: [exception(0, { note: '' })] }],
    ['with an action named twice', { actions: [action, action] }],
    ['with an action without `before`', { actions: [{ ...action, before: undefined }] }],
    ['with an unknown member of an action', { actions: [{ ...action, note: '' }] }],
  ];
  test.each(wrong)('%s is no receipt', async (_, more) => {
    await expect(read(more)).rejects.toMatchObject({ code: 'token-malformed' });
  });

  test('counts only for the organisation whose key signed it', async () => {
    const by = { ...reading(), recipient: europol };
    await expect(verifyReceipt(await receiptOf({}), by)).rejects.toMatchObject({ code: 'issuer-mismatch' });
  });
});

describe('the statement of a frame of receipts', () => {
  const frameOf = async (receipts: readonly string[], changes: readonly string[]) => {
    const content = { receipts: receipts.map((statement) => ({ statement })), changes };
    const by = { recipient: interpol, federation: 'demo', signer: signers.interpol, now };
    return { ...content, statement: await signReceiptsStatement({ number: 7, previous: sum }, content, by) };
  };

  test('numbers the frame, and lists exactly the receipts and changes in it', async () => {
    const frame = await frameOf(['a', 'b'], ['c']);
    expect(await verifyReceiptsStatement(frame.statement, digestsIn(frame), reading())).toMatchObject({
      number: 7,
      previous: sum,
    });
    const others = [
      { ...frame, receipts: frame.receipts.slice(1) },
      { ...frame, receipts: frame.receipts.toReversed() },
      { ...frame, changes: [] },
      { ...frame, changes: ['d'] },
      { ...frame, receipts: [...frame.receipts, { statement: 'c' }], changes: [] },
    ];
    for (const one of others)
      await expect(verifyReceiptsStatement(one.statement, digestsIn(one), reading())).rejects.toMatchObject({
        code: 'digest-mismatch',
      });
  });
});

describe('a change of receipts', () => {
  const changed = {
    frame: delivery,
    index: 0,
    jti: jtiAt(0),
    type: 'destroyed',
    code: 'expired',
    before: sum,
  };
  const changeOf = (changes: readonly object[]) =>
    signChange(
      { recipient: interpol, federation: 'demo', originator: europol, changes } as Parameters<
        typeof signChange
      >[0],
      { signer: signers.interpol, now },
    );

  test('has 1 to 512 entries, each in the known form', async () => {
    const all = Array.from({ length: 512 }, () => changed);
    expect((await verifyChange(await changeOf(all), reading())).changes).toEqual(all);
    for (const wrong of [[], [...all, changed], [{ ...changed, index: 64 }], [{ ...changed, extra: 1 }]])
      await expect(verifyChange(await changeOf(wrong), reading())).rejects.toMatchObject({
        code: 'token-malformed',
      });
  });
});
