import type { Typ } from '../../../services/shared/trust/jws.js';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type FrameId,
  type OrgId,
  parseFrameId,
  parseJti,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import { signDelivery, verifyDelivery } from '../../../services/shared/ledger/delivery.js';
import { signReceipt, verifyReceipt } from '../../../services/shared/ledger/receipt.js';
import { readRecord, verifyReport } from '../../../services/shared/ledger/record.js';
import type { ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { signReceipts, signReport } from '../../../services/shared/ledger/record-sign.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Directory, DirectoryKey } from '../../../services/shared/trust/directory.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  publicJwk,
  type Signer,
} from '../../../services/shared/trust/keys.js';
import { signSet } from '../../../services/shared/trust/signed-set.js';
import { frames } from '../../../services/shared/wire/frames.js';

const now = new Date('2026-06-01T12:00:00Z');
const europol = parseOrgId('europol');
const interpol = parseOrgId('interpol');
const frame: FrameId = parseFrameId('a'.repeat(64));
const jti = parseJti('01900000-0000-7000-8000-000000000001.1');
const sum = digest('a notice');
const attributes = { originator: europol, kind: 'red' };
const parts = [
  { type: 'notice', jti, digest: sum, number: 1, exp: 2_000_000_000, attributes, sections: ['identity'] },
  {
    type: 'decision',
    jti,
    to: interpol,
    outcome: 'redacted',
    sections: [],
    withheld: ['identity'],
    advertised: [],
    obligations: [],
    rules: [{ layer: 'export', id: 'eur-export-01' }],
  },
  { type: 'refusal', index: 1, jti: null, digest: sum, code: 'expired' },
] as unknown as readonly ReportPart[];

let hub: Signer;
let recipient: Signer;
let directory: Directory;
beforeAll(async () => {
  const keys = new Map<string, DirectoryKey>();
  const make = async (kid: string, more: object = {}): Promise<Signer> => {
    const jwk = await generateKey(kid);
    const [owner = '', use = ''] = kid.split(':');
    const entry = {
      kid,
      owner,
      use,
      x: jwk.x,
      verifier: await importVerifier(publicJwk(jwk)),
      notBefore: new Date(0),
      notAfter: new Date(8.64e15),
      ...more,
    };
    keys.set(kid, entry as DirectoryKey);
    return importSigner(jwk);
  };
  hub = await make('hub:hub:1');
  recipient = await make('interpol:receipt:1');
  await make('europol:receipt:1');
  directory = { federation: 'demo', key: (kid: string) => keys.get(kid) } as unknown as Directory;
});

const recording = (signer = hub) => ({ signer, federation: 'demo', now });
const content = (more: object = {}) => ({
  reason: 'routing' as const,
  org: europol,
  frame,
  directory: 3,
  policies: { federation: sum },
  submission: { number: 7, digest: sum },
  parts,
  ...more,
});
const receiptOf = (org: OrgId) =>
  signReceipt(
    {
      recipient: org,
      federation: 'demo',
      originator: europol,
      delivery: frame,
      parts: [{ jti, digest: sum, type: 'held', held: sum }],
    },
    { signer: recipient, now },
  );

describe('a record', () => {
  test('of a routing report is read with its decisions as signed, in order', async () => {
    const { bytes, digest: name } = await signReport(content(), recording());
    const read = await readRecord(bytes, { directory, now, org: europol });
    expect(read).toMatchObject({
      type: 'report',
      reason: 'routing',
      digest: name,
      org: 'europol',
      frame,
      directory: 3,
      policies: { federation: sum },
      submission: { number: 7, digest: sum },
      notices: [parts[0]],
      decisions: [parts[1]],
      refusals: [parts[2]],
    });
  });

  test('of a routing report names the adopted bundle of policies; one of an older hub names none, and no other word is accepted', async () => {
    const bundles = [];
    for (const more of [{ bundle: sum }, {}]) {
      const { bytes } = await signReport(content(more), recording());
      bundles.push(
        (await readRecord(bytes, { directory, now, org: europol })) as { readonly bundle?: string },
      );
    }
    expect(bundles.map(({ bundle }) => bundle)).toEqual([sum, undefined]);
    const { bytes } = await signReport(content({ bundle: 'the newest' }), recording());
    await expect(readRecord(bytes, { directory, now, org: europol })).rejects.toMatchObject({
      code: 'contract-unknown',
    });
  });

  test('holds recipients denied for one reason in one part, or in one decision each as older routers wrote', async () => {
    const [, one] = parts;
    const denied = {
      ...one,
      to: parseOrgId('afripol'),
      outcome: 'denied',
      withheld: [],
    } as unknown as ReportPart;
    const denial: ReportPart = {
      type: 'denial',
      jti,
      to: [interpol, parseOrgId('gccpol')],
      rules: [],
      because: 'not-addressed',
    };
    const { bytes } = await signReport(content({ parts: [denied, denial] }), recording());
    const read = await readRecord(bytes, { directory, now, org: europol });
    expect(read).toMatchObject({ decisions: [denied], denials: [denial] });
  });

  test.each([
    ['nobody', []],
    ['somebody twice', ['interpol', 'interpol']],
    ['an invalid organisation id', ['*']],
  ])('that denies %s is refused', async (_, to) => {
    const wrong = [{ type: 'denial', jti, to, rules: [] }] as unknown as readonly ReportPart[];
    const { bytes } = await signReport(content({ parts: wrong }), recording());
    await expect(readRecord(bytes, { directory, now, org: europol })).rejects.toMatchObject({
      code: 'contract-unknown',
    });
  });

  test('of receipts keeps each as its recipient signed it', async () => {
    const set = await receiptOf(interpol);
    const receipts = [{ set, originator: europol, delivery: frame, recovered: true }];
    const { bytes } = await signReceipts({ org: interpol, frame, receipts }, recording());
    const read = await readRecord(bytes, { directory, now, org: interpol });
    expect(read).toMatchObject({ type: 'receipts', org: 'interpol' });
    if (read.type !== 'receipts') throw new Error('no receipts');
    expect(read.receipts).toMatchObject([{ originator: 'europol', delivery: frame, recovered: true, set }]);
    const by = { directory, recipient: interpol, now };
    expect(await verifyReceipt(set, by)).toMatchObject({ originator: 'europol', parts: [{ type: 'held' }] });
  });

  test('is accepted only with the signature of a router: another key, use or organisation is refused', async () => {
    const { bytes } = await signReport(content(), recording(recipient));
    await expect(readRecord(bytes, { directory, now })).rejects.toMatchObject({ code: 'key-invalid' });
    const own = await signReport(content(), recording());
    await expect(readRecord(own.bytes, { directory, now, org: interpol })).rejects.toMatchObject({
      code: 'issuer-mismatch',
    });
    const elsewhere = await signReport(content(), { ...recording(), federation: 'other' });
    await expect(readRecord(elsewhere.bytes, { directory, now })).rejects.toMatchObject({
      code: 'audience-mismatch',
    });
  });

  test('with a part changed, left out or added is refused', async () => {
    const { bytes } = await signReport(content(), recording());
    const { statement } = frames.record.decode(bytes);
    if (!statement) throw new Error('no statement');
    const leaves = statement.leaves;
    const [first] = leaves;
    const others = [
      leaves.slice(1),
      leaves.toReversed(),
      [...leaves, first ?? leaves[0]].flatMap((leaf) => (leaf ? [leaf] : [])),
      leaves.map(({ salt }) => ({ salt, part: Buffer.from('{}') })),
    ];
    for (const changed of others) {
      const forged = frames.record.encode({ statement: { ...statement, leaves: changed }, receipts: [] });
      await expect(readRecord(forged, { directory, now })).rejects.toMatchObject({ code: 'digest-mismatch' });
    }
  });

  test('with receipts that its statement does not name is refused', async () => {
    const receipts = [
      { set: await receiptOf(interpol), originator: europol, delivery: frame, recovered: false },
    ];
    const { bytes } = await signReceipts({ org: interpol, frame, receipts }, recording());
    const record = frames.record.decode(bytes);
    const other = frames.record.encode({ ...record, receipts: [await receiptOf(interpol)] });
    await expect(readRecord(other, { directory, now })).rejects.toMatchObject({ code: 'token-malformed' });
    const none = frames.record.encode({ ...record, receipts: [] });
    await expect(readRecord(none, { directory, now })).rejects.toMatchObject({ code: 'token-malformed' });
  });

  test('signed by the hub in a form that this version does not know is `contract-unknown`', async () => {
    const claims = { iss: 'hub', iat: 1_780_000_000, aud: 'demo', org: 'europol', frame };
    const whole = { ...claims, type: 'routing', directory: 1, policies: {}, submission: null };
    const cases = [
      [{ ...whole, type: 'rumour' }, []],
      [{ ...whole, submission: 7 }, []],
      [{ ...whole, org: 'Europol' }, []],
      [whole, [{ type: 'notice' }]],
      [whole, [{ ...parts[0], extra: 1 }]],
      [whole, [{ ...parts[0], attributes: {} }]],
      [whole, [{ ...parts[0], attributes: { kind: 7 } }]],
      [whole, [{ ...parts[1], to: 'not an org' }]],
      [whole, [{ type: 'gossip' }]],
      [whole, [], 'policy-record+jws' as Typ],
    ] as const;
    const code = 'contract-unknown';
    for (const [said, leaves, typ = 'report+jws'] of cases) {
      const statement = await signSet({ typ, claims: said, parts: leaves, signer: hub });
      const bytes = frames.record.encode({ statement, receipts: [] });
      await expect(readRecord(bytes, { directory, now })).rejects.toMatchObject({ code });
    }
  });

  test('of receipts is refused as a report, and bytes in another form are refused as a record', async () => {
    const receipts = [
      { set: await receiptOf(interpol), originator: europol, delivery: frame, recovered: false },
    ];
    const { bytes } = await signReceipts({ org: interpol, frame, receipts }, recording());
    const reading = { directory, now };
    await expect(verifyReport(frames.record.decode(bytes), reading)).rejects.toMatchObject({
      code: 'token-malformed',
    });
    for (const broken of [new Uint8Array(0), Buffer.from('x'), Buffer.concat([bytes, Buffer.of(0)])]) {
      await expect(readRecord(broken, reading)).rejects.toMatchObject({ code: 'frame-unreadable' });
    }
  });
});

describe('a delivery statement', () => {
  const about = { recipient: interpol, originator: europol, frame, policies: {} };
  const part = { jti, digest: sum, disclosed: sum, sections: [], advertised: [], obligations: [] };

  test('proves a delivery to the recipient that it names, and to no other', async () => {
    const set = await signDelivery({ ...about, parts: [part] }, { signer: hub, now });
    const said = await verifyDelivery(set, { directory, recipient: interpol, now });
    expect(said).toMatchObject({ originator: 'europol', frame, parts: [part] });
    await expect(verifyDelivery(set, { directory, recipient: europol, now })).rejects.toMatchObject({
      code: 'audience-mismatch',
    });
  });

  test('that the recipient signed itself proves nothing', async () => {
    const set = await signDelivery({ ...about, parts: [part] }, { signer: recipient, now });
    await expect(verifyDelivery(set, { directory, recipient: interpol, now })).rejects.toMatchObject({
      code: 'key-invalid',
    });
  });
});

describe('a receipt', () => {
  test('counts for the organisation whose key signed it alone', async () => {
    const set = await receiptOf(interpol);
    await expect(verifyReceipt(set, { directory, recipient: europol, now })).rejects.toMatchObject({
      code: 'issuer-mismatch',
    });
  });
});
