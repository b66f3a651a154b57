import type { Typ } from '../../../services/shared/trust/jws.js';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type FrameId,
  type OrgId,
  parseFrameId,
  parseJti,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import { signDelivery, verifyDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { signReceipt, verifyReceipt } from '../../../services/shared/ledger/receipt/receipt.js';
import { readRecord, verifyReport } from '../../../services/shared/ledger/record.js';
import type { ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { signReceipts } from '../../../services/shared/ledger/receipt/receipts-record.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { signSet } from '../../../services/shared/trust/signed-set.js';
import { frames, type Leaf } from '../../../services/shared/wire/frames.js';
import type { TreePart } from '../../../services/shared/ledger/record-own-parts.js';
import { membersTree } from '../../../services/shared/ledger/record-tree.js';
import { makeSigners } from './signers.js';
import { noDisclosures } from '../../support/no-disclosures.js';

const NOTICE = '01900000-0000-7000-8000-000000000001';

const now = new Date('2026-06-01T12:00:00Z');
const NOTHING = { sections: [], advertised: [], obligations: [] };
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
  ({ hub, interpol: recipient, directory } = await makeSigners());
});

const recording = (signer = hub) => ({ signer, federation: 'demo', now, read: { epoch: 'e', sequence: 12 } });
const content = (more: object = {}) => ({
  reason: 'routing' as const,
  org: europol,
  frame,
  directory: 3,
  members: [interpol, europol],
  policies: { federation: sum },
  submission: { number: 7, digest: sum },
  parts,
  disclosedOf: noDisclosures,
  ...more,
});
const receiptOf = (org: OrgId, size = 1) =>
  signReceipt(
    {
      recipient: org,
      federation: 'demo',
      originator: europol,
      delivery: frame,
      records: [sum],
      root: sum,
      size,
      except: [],
      actions: [],
    },
    { signer: recipient, now },
  );
/** The content of the record for a frame with one receipt and one change. */
const named = (token: string) => ({ token, digest: digest(token) });
const receiptsOf = async (token: string) => ({
  org: interpol,
  frame,
  receipts: [{ ...named(token), recovered: true }],
  changes: [named('a change')],
  statement: { ...named('a statement'), number: 3 },
});
/** The two parts that every report begins with, in the order in which routers write them. */
const framing = [
  { type: 'tree', orgs: ['europol', 'interpol'], decoys: 'A'.repeat(22) },
  { type: 'basis', submission: null, policies: {}, rules: { federation: [], export: [], import: [] } },
];
/** A notice as records hold it. */
const { number: _number, ...about } = parts[0] as unknown as Record<string, unknown>;
const heldNotice = { ...about, decisions: [], denials: [] };

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
      members: ['europol', 'interpol'],
      read: { epoch: 'e', sequence: 12 },
      policies: { federation: sum },
      submission: { number: 7, digest: sum },
      seeds: [{ type: 'seed', to: interpol }],
      notices: [parts[0]],
      decisions: [parts[1]],
      refusals: [parts[2]],
    });
  });

  test('of a routing report names the adopted bundle by its digest, or no bundle; any other text is refused', async () => {
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

  test('holds recipients denied for one reason in one part, and keeps a decision that denies one recipient', async () => {
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
    const { bytes } = await signReport(content({ parts: [parts[0], denied, denial] }), recording());
    const read = await readRecord(bytes, { directory, now, org: europol });
    expect(read).toMatchObject({ decisions: [{ ...denied, ...NOTHING }], denials: [denial] });
  });

  test.each([
    ['no recipient', []],
    ['one recipient twice', ['interpol', 'interpol']],
    ['an invalid organisation id', ['*']],
  ])('that denies %s is refused', async (_, to) => {
    const wrong = [parts[0], { type: 'denial', jti, to, rules: [] }] as unknown as readonly ReportPart[];
    const { bytes } = await signReport(content({ parts: wrong }), recording());
    await expect(readRecord(bytes, { directory, now, org: europol })).rejects.toMatchObject({
      code: 'contract-unknown',
    });
  });

  test('of receipts keeps each as its recipient signed it', async () => {
    const token = await receiptOf(interpol);
    const { bytes } = await signReceipts(await receiptsOf(token), recording());
    const read = await readRecord(bytes, { directory, now, org: interpol });
    expect(read).toMatchObject({
      type: 'receipts',
      org: 'interpol',
      receipts: [{ recovered: true, token }],
      changes: [{ token: 'a change' }],
      statementOf: { number: 3, token: 'a statement' },
    });
    const by = { directory, recipient: interpol, now };
    expect(await verifyReceipt(token, by)).toMatchObject({ originator: 'europol', size: 1, except: [] });
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
      const forged = frames.record.encode({ statement: { ...statement, leaves: changed } });
      await expect(readRecord(forged, { directory, now })).rejects.toMatchObject({ code: 'digest-mismatch' });
    }
  });

  test('is refused with `digest-mismatch` when a token beside it is replaced by another one of the same signer', async () => {
    const asked = { type: 'ask', to: europol, digest: digest('a request'), id: NOTICE, section: 'identity' };
    const acted = { type: 'action', digest: digest('an action'), id: NOTICE, number: 7, verb: 'withdraw' };
    const named = [
      ...parts,
      { ...acted, scope: 'all', unnamed: [] },
      asked,
      { type: 'key-request', digest: digest('a key request'), kid: 'europol:receipt:2' },
    ] as unknown as readonly ReportPart[];
    const actionOf = (statement: string) => ({ statement, leaves: [], disclosures: [] });
    const beside = {
      actions: [actionOf('an action')],
      requests: ['a request'],
      keyRequests: ['a key request'],
    };
    const report = await signReport(content({ parts: named, beside }), recording());
    const receipts = await signReceipts(await receiptsOf(await receiptOf(interpol)), recording());
    await readRecord(report.bytes, { directory, now });
    const another = await receiptOf(interpol, 2);
    const cases: readonly (readonly [{ readonly bytes: Uint8Array }, object])[] = [
      [report, { actions: [actionOf('another')] }],
      [report, { actions: [] }],
      [report, { requests: ['another'] }],
      [report, { keyRequests: ['another'] }],
      [report, { keyRequests: [] }],
      [receipts, { receipts: [another] }],
      [receipts, { changes: ['another'] }],
      [receipts, { receiptsStatement: 'another' }],
    ];
    for (const [{ bytes }, more] of cases) {
      const changed = frames.record.encode({ ...frames.record.decode(bytes), ...more });
      await expect(readRecord(changed, { directory, now })).rejects.toMatchObject({
        code: 'digest-mismatch',
      });
    }
  });

  test('is refused with a token beside it that no part of its type can name', async () => {
    const { bytes } = await signReport(content(), recording());
    const extras = [{ receipts: ['a'] }, { command: 'a' }, { changes: ['a'] }, { receiptsStatement: 'a' }];
    for (const more of extras) {
      const changed = frames.record.encode({ ...frames.record.decode(bytes), ...more });
      await expect(readRecord(changed, { directory, now })).rejects.toMatchObject({
        code: 'token-malformed',
      });
    }
  });

  test('is refused with `digest-mismatch` with a release beside it that none of its parts names', async () => {
    const { bytes } = await signReport(content(), recording());
    const releases = [{ statement: 'a', files: new Uint8Array(1) }];
    const changed = frames.record.encode({ ...frames.record.decode(bytes), releases });
    await expect(readRecord(changed, { directory, now })).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test('is refused with `digest-mismatch` when its tree of members is not over its parts', async () => {
    const claims = { iss: 'hub', iat: 1_780_000_000, aud: 'demo', org: 'europol', frame };
    const said = { ...claims, type: 'routing', contract: 1, directory: 1, releases: null, read: null };
    const content = { typ: 'report+jws', parts: framing, signer: hub } as const;
    const statement = await signSet({ ...content, claims: { ...said, members: sum } });
    await expect(readRecord(frames.record.encode({ statement }), { directory, now })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
  });

  test('signed by the hub in a form that this version does not know is `contract-unknown`', async () => {
    const claims = { iss: 'hub', iat: 1_780_000_000, aud: 'demo', org: 'europol', frame };
    const whole = { ...claims, type: 'routing', directory: 1, read: null };
    const [tree, basis] = framing;
    const secret = 'A'.repeat(22);
    const cases = [
      [{ ...whole, type: 'rumour' }, framing],
      [{ ...whole, read: 7 }, framing],
      [{ ...whole, org: 'Europol' }, framing],
      [whole, []],
      [whole, [basis, tree]],
      [whole, [...framing, tree]],
      [whole, [tree, { ...basis, submission: 7 }]],
      [whole, [{ ...tree, orgs: ['Europol'] }, basis]],
      [whole, [...framing, { type: 'notice' }]],
      [whole, [...framing, { ...heldNotice, extra: 1 }]],
      [whole, [...framing, { ...heldNotice, attributes: {} }]],
      [whole, [...framing, { ...heldNotice, attributes: { kind: 7 } }]],
      [whole, [...framing, { ...heldNotice, decisions: [{ to: 'not an org', rules: [] }] }]],
      [whole, [...framing, { ...heldNotice, denials: [{ to: ['not an org'], rules: [] }] }]],
      [whole, [...framing, { type: 'gossip' }]],
      [
        whole,
        [...framing, ...Array.from({ length: 2 }, () => ({ type: 'seed', to: interpol, seed: secret }))],
      ],
      [whole, [], 'policy-record+jws' as Typ],
    ] as const;
    const code = 'contract-unknown';
    for (const [said, held, typ = 'report+jws'] of cases) {
      const parts = held as readonly { readonly type: string }[];
      const first = parts[0] as unknown as TreePart;
      const over = (leaves: readonly Leaf[]) =>
        first?.type === 'tree' ? { members: membersTree(first, { parts, leaves }).root } : {};
      const statement = await signSet({ typ, claims: said, parts, signer: hub, over });
      const bytes = frames.record.encode({ statement });
      await expect(readRecord(bytes, { directory, now })).rejects.toMatchObject({ code });
    }
  });

  test('of receipts is refused as a report, and bytes in another form are refused as a record', async () => {
    const { bytes } = await signReceipts(await receiptsOf(await receiptOf(interpol)), recording());
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
  const about = { recipient: interpol, originator: europol, frame, records: [sum], root: sum, size: 1 };
  const said = { ...about, actions: [], requests: [] };

  test('proves a delivery to the recipient that it names, and to no other', async () => {
    const token = await signDelivery(said, { signer: hub, now });
    expect(await verifyDelivery(token, { directory, recipient: interpol, now })).toMatchObject(said);
    await expect(verifyDelivery(token, { directory, recipient: europol, now })).rejects.toMatchObject({
      code: 'audience-mismatch',
    });
  });

  test('that the recipient signed itself proves nothing', async () => {
    const token = await signDelivery(said, { signer: recipient, now });
    await expect(verifyDelivery(token, { directory, recipient: interpol, now })).rejects.toMatchObject({
      code: 'key-invalid',
    });
  });
});
