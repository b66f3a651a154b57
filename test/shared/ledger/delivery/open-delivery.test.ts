import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeBase64url } from '../../../../services/shared/kernel/base64url.js';
import {
  jtiOf,
  type OrgId,
  parseFrameId,
  parseNoticeId,
  parseOrgId,
} from '../../../../services/shared/kernel/ids.js';
import { contradictionOf } from '../../../../services/shared/ledger/delivery/contradiction.js';
import { signDelivery, verifyDelivery } from '../../../../services/shared/ledger/delivery/delivery.js';
import { deliveryRoot } from '../../../../services/shared/ledger/delivery/delivery-root.js';
import { openDelivery } from '../../../../services/shared/ledger/delivery/open-delivery.js';
import {
  createRecordProver,
  verifyRecordProof,
} from '../../../../services/shared/ledger/delivery/record-proof.js';
import { showPart, verifyShownPart } from '../../../../services/shared/ledger/delivery/shown-part.js';
import { recordedOf, type RecipientDecision } from '../../../../services/shared/ledger/denials.js';
import type { ReportPart } from '../../../../services/shared/ledger/record-parts.js';
import { signReport } from '../../../../services/shared/ledger/record-sign.js';
import type { Section } from '../../../../services/shared/notice/kinds.js';
import { hashCopy } from '../../../../services/shared/trust/copy-digests.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { treeOf } from '../../../../services/shared/trust/merkle.js';
import { leafData } from '../../../../services/shared/trust/signed-set.js';
import { type DeliveryFrame, frames, type SignedSet } from '../../../../services/shared/wire/frames.js';
import { makeSigners, type Signers } from '../signers.js';
import { noDisclosures } from '../../../support/no-disclosures.js';

const now = new Date('2026-06-01T12:00:00Z');
const [europol, interpol] = [parseOrgId('europol'), parseOrgId('interpol')];
const others = ['afripol', 'ameripol', 'aseanapol', 'gccpol', 'zz'].map(parseOrgId);
const members = [europol, interpol, ...others];
const frame = parseFrameId('a'.repeat(64));

let signers: Signers;
beforeAll(async () => {
  signers = await makeSigners();
});
const reading = (recipient: OrgId = interpol) => ({ directory: signers.directory, recipient, now });
const recording = () => ({ signer: signers.hub, federation: 'demo', now });

/** The sections that each recipient gets of one notice; a recipient without an entry is denied. */
type Plan = Readonly<Partial<Record<string, readonly Section[]>>>;

const jtiAt = (index: number) =>
  jtiOf(parseNoticeId(`01890a5d-ac96-774b-bcce-b302099a80${String(index).padStart(2, '0')}`), 1);
/** The jwt of an invented notice, unsigned, with the digests of no sections. */
const textAt = (index: number): string => {
  const claims = Buffer.from(JSON.stringify({ jti: jtiAt(index), _sd: [] })).toString('base64url');
  return `e30.${claims}.c2ln~`;
};
const digestsAt = (index: number) => hashCopy(textAt(index)) ?? { digest: '', disclosed: '' };

function partsOf(plans: readonly Plan[]): readonly ReportPart[] {
  return plans.flatMap((plan, index): readonly ReportPart[] => {
    const jti = jtiAt(index);
    const said = [interpol, ...others].map((recipient): RecipientDecision => {
      const sections = plan[recipient];
      const nothing = { sections: [], withheld: [], advertised: [], obligations: [], rules: [] };
      return sections === undefined
        ? { ...nothing, recipient, outcome: 'denied', because: 'not-addressed' }
        : { ...nothing, recipient, outcome: 'delivered', sections };
    });
    const { decisions, denials } = recordedOf(jti, said);
    const attributes = { kind: 'red' } as never;
    const notice = {
      type: 'notice',
      jti,
      digest: digestsAt(index).digest,
      number: 1,
      exp: 1,
      attributes,
    } as const;
    return [{ ...notice, sections: [] }, ...decisions, ...denials];
  });
}

const sign = (parts: readonly ReportPart[], reason: 'routing' | 'narrowing' = 'routing') =>
  signReport(
    {
      reason,
      org: europol,
      frame,
      directory: 3,
      members,
      policies: {},
      submission: null,
      disclosedOf: noDisclosures,
      parts,
    },
    recording(),
  );
const proofIn = (set: SignedSet, org: OrgId = interpol) => {
  const shown = createRecordProver(set)(org);
  if (shown === undefined) throw new Error('no place');
  return shown.proof;
};
const seedIn = ({ own }: ReturnType<typeof proofIn>): Uint8Array =>
  Buffer.from((JSON.parse(Buffer.from(own[0]?.part ?? []).toString()) as { seed: string }).seed, 'base64url');

/** The delivery of these notices under these records, as the router makes it. */
async function deliver(
  sets: readonly SignedSet[],
  indexes: readonly number[],
  more: {
    readonly seed?: Uint8Array;
    readonly said?: object;
    readonly records?: readonly ReturnType<typeof proofIn>[];
  } = {},
): Promise<DeliveryFrame> {
  const records = more.records ?? sets.map((set) => proofIn(set));
  const seed = more.seed ?? seedIn(records[0]!);
  const leaves = indexes.map((index) => ({ jti: jtiAt(index), ...digestsAt(index) }));
  const about = { recipient: interpol, originator: europol, frame, actions: [], requests: [] };
  const named = { records: records.map(({ statement }) => digest(statement)), ...deliveryRoot(seed, leaves) };
  const statement = await signDelivery({ ...about, ...named, ...more.said }, recording());
  return { statement, records, seed, items: indexes.map((index) => ({ notice: textAt(index) })) };
}

describe('what a recipient is shown of a record', () => {
  test('is its own parts, which also verify one by one, and which no other member can use', async () => {
    const { statement } = await sign(partsOf([{ interpol: ['identity'] }, { interpol: [], gccpol: [] }]));
    const proof = proofIn(statement);
    const { parts } = await verifyRecordProof(proof, reading());
    expect(parts.map(({ type }) => type)).toEqual(['seed', 'share', 'share']);
    await expect(verifyRecordProof(proof, reading(parseOrgId('gccpol')))).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    const shown = showPart(proof, 1)!;
    expect((await verifyShownPart(shown, reading())).part).toMatchObject({
      type: 'share',
      sections: ['identity'],
    });
    const other = showPart(proof, 2)!;
    for (const wrong of [
      { ...shown, part: other.part },
      { ...shown, index: 2 },
      { ...shown, own: other.own },
    ])
      await expect(verifyShownPart(wrong, reading())).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test('is refused with a leaf left out, reordered or exchanged, or at another place', async () => {
    const [one, two] = await Promise.all([
      sign(partsOf([{ interpol: [] }, { interpol: [] }, { gccpol: [] }])),
      sign(partsOf([{ interpol: [] }, { interpol: [] }, { gccpol: [] }])),
    ]);
    const [proof, another] = [proofIn(one.statement), proofIn(two.statement)];
    const wrong = [
      { ...proof, own: proof.own.slice(1) },
      { ...proof, own: proof.own.toReversed() },
      { ...proof, own: [] },
      { ...proof, own: another.own },
      { ...proof, path: another.path },
      { ...proof, path: proof.path.slice(1) },
      { ...proof, index: proof.index ^ 1 },
      { ...proof, statement: another.statement },
    ];
    for (const changed of wrong)
      await expect(verifyRecordProof(changed, reading())).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test('law: is refused with any of its own leaves hidden in the path to the root of members', async () => {
    const { statement } = await sign(partsOf([{ interpol: [] }, { interpol: [] }, { interpol: [] }]));
    const proof = proofIn(statement);
    const half = treeOf(proof.own.slice(2).map(leafData)).root;
    const hidden = {
      ...proof,
      own: proof.own.slice(0, 2),
      index: 2 * proof.index,
      path: [half, ...proof.path],
    };
    await expect(verifyRecordProof(hidden, reading())).rejects.toMatchObject({ code: 'digest-mismatch' });
    const short = await deliver([statement], [0], { records: [hidden] });
    await expect(openDelivery(short, reading())).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test('is refused at the place of another member', async () => {
    const { statement } = await sign(partsOf([{ interpol: [], gccpol: [] }]));
    const shown = showPart(proofIn(statement), 1)!;
    const other = showPart(proofIn(statement, parseOrgId('gccpol')), 1)!;
    const own = reading(parseOrgId('gccpol'));
    await verifyShownPart(other, own);
    const foreign = { ...other, salt: shown.salt, part: shown.part, own: shown.own };
    for (const wrong of [foreign, { ...foreign, index: shown.index, path: shown.path }])
      await expect(verifyShownPart(wrong, own)).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  const plan: fc.Arbitrary<Plan> = fc
    .uniqueArray(fc.constantFrom(...others), { maxLength: 5 })
    .map((orgs) => Object.fromEntries(orgs.map((org) => [org, []])));

  test('law: has the same content and length whatever else was recorded, salts, hashes and seeds apart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), plan, plan), { minLength: 1, maxLength: 12 }),
        async (frames) => {
          const isFirst = (at: number): boolean => at === 0 || (frames[at]?.[0] ?? false);
          const mine = (at: number): Plan => (isFirst(at) ? { interpol: ['identity'] } : {});
          // The same notices for interpol among others that it may not see, and with other recipients beside it.
          const full = frames.map(([, others], at) => ({ ...others, ...mine(at) }));
          const bare = frames.map(([, , others], at) => (isFirst(at) ? { ...others, ...mine(at) } : {}));
          const [a, b] = await Promise.all([full, bare].map(async (plans) => sign(partsOf(plans))));
          expect(shapeOf(proofIn(a!.statement))).toEqual(shapeOf(proofIn(b!.statement)));
          const left = full.flatMap((one, at) => (one['interpol'] === undefined ? [] : [at]));
          const [first, second] = await Promise.all([a, b].map((one) => deliver([one!.statement], left)));
          const lengths = [first, second].map((one) => encodedLength(one!));
          expect(lengths[0]).toBe(lengths[1]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** What of a proof does not come from chance: lengths of tokens and hashes, the place, and the parts without seed. */
function shapeOf({ statement, own, index, path }: ReturnType<typeof proofIn>): unknown {
  const parts = own.map(({ salt, part }) => [
    salt.length,
    part.length,
    Buffer.from(part)
      .toString()
      .replace(/"seed":"[^"]*"/, ''),
  ]);
  return { length: statement.length, parts, index, path: path.map(({ length }) => length) };
}

const encodedLength = (delivery: DeliveryFrame): number => frames.delivery.encode(delivery).length;

describe('a delivery', () => {
  const differs = expect.objectContaining({ code: 'delivery-differs' });
  const both = { interpol: ['identity'] } as const satisfies Plan;

  test('holds exactly what its records leave to the recipient, also after a narrowing that denies a notice', async () => {
    const routing = await sign(partsOf([both, both, both]));
    const [, kept] = partsOf([{ interpol: [] }]);
    const gone = { ...kept, jti: jtiAt(2), outcome: 'denied' } as unknown as ReportPart;
    const notices = partsOf([both, both, both]).filter(({ type }) => type === 'notice');
    const narrowing = await sign([...notices.slice(0, 1), kept!, notices[2]!, gone], 'narrowing');
    const sets = [routing.statement, narrowing.statement];
    const opened = await openDelivery(await deliver(sets, [0, 1]), reading());
    expect(opened.notices.map(({ share }) => [share.jti, share.sections])).toEqual([
      [jtiAt(0), []],
      [jtiAt(1), ['identity']],
    ]);
    expect(opened.statement.records).toEqual([routing.digest, narrowing.digest]);
    await expect(openDelivery(await deliver(sets, [0, 1, 2]), reading())).rejects.toEqual(differs);
    await expect(
      openDelivery(await deliver(sets.toReversed(), [0, 1], { seed: Buffer.alloc(16) }), reading()),
    ).rejects.toThrow();
  });

  test('that is narrower than its records, reordered, or partly exchanged is refused with `delivery-differs`', async () => {
    const { statement } = await sign(partsOf([both, both, both]));
    const other = await sign(partsOf([both, both, both]));
    const good = await deliver([statement], [0, 1, 2]);
    await openDelivery(good, reading());
    const another = await deliver([other.statement], [0, 1, 2]);
    const wrong: readonly DeliveryFrame[] = [
      await deliver([statement], [0, 1]),
      await deliver([statement], [1, 0, 2]),
      await deliver([statement], [0, 1, 2], { seed: Buffer.alloc(16) }),
      await deliver([statement], [0, 1, 2], { said: { size: 2 } }),
      await deliver([statement], [0, 1, 2], { said: { root: digest('other') } }),
      await deliver([statement], [0, 1, 2], { said: { actions: [digest('an action')] } }),
      await deliver([statement], [0, 1, 2], { said: { frame: 'b'.repeat(64) } }),
      { ...good, seed: another.seed },
      { ...good, records: another.records },
      { ...good, statement: another.statement },
      { ...good, items: good.items.slice(1) },
      { ...good, items: good.items.with(1, { notice: 'no notice' }) },
      { ...good, items: [...good.items, { request: 'a request that no record names' }] },
    ];
    for (const one of wrong) await expect(openDelivery(one, reading())).rejects.toEqual(differs);
  });

  test('law: with other disclosures than its shares name is refused before any notice is judged', async () => {
    const { statement } = await sign(partsOf([both]));
    const more = `${textAt(0)}WyJhIiwieCIsMV0~`;
    const copy = hashCopy(more)!;
    const good = await deliver([statement], [0]);
    const root = deliveryRoot(good.seed, [{ jti: jtiAt(0), digest: copy.digest, disclosed: copy.disclosed }]);
    const wrong = [
      { ...good, items: [{ notice: more }] },
      { ...(await deliver([statement], [0], { said: root })), items: [{ notice: more }] },
    ];
    for (const one of wrong) await expect(openDelivery(one, reading())).rejects.toEqual(differs);
  });

  test('of an action that a narrowing takes back, or of a request without a part, is refused', async () => {
    const [act, ask] = [digest('an action'), digest('a request')];
    const routing = await sign([
      ...partsOf([both]),
      {
        type: 'action',
        digest: act,
        id: parseNoticeId(jtiAt(0).split('.')[0] ?? ''),
        number: 1,
        verb: 'extend',
        scope: 'all',
        unnamed: [],
      },
      { type: 'act', to: interpol, digest: act },
    ]);
    const narrowing = await sign([{ type: 'unact', to: interpol, digest: act }], 'narrowing');
    const [first, second] = await Promise.all(
      [routing, narrowing].map(({ statement }) => verifyRecordProof(proofIn(statement), reading())),
    );
    const said = (sets: readonly SignedSet[], more: object) =>
      deliver(sets, [0], { said: more }).then(async (delivery) => ({
        ...(await verifyDelivery(delivery.statement, reading())),
      }));
    const one = await said([routing.statement], { actions: [act] });
    expect(contradictionOf(one, [first!])).toBeUndefined();
    const sets = [routing.statement, narrowing.statement];
    for (const wrong of [{ actions: [act] }, { requests: [ask] }])
      expect(contradictionOf(await said(sets, wrong), [first!, second!])).toBe(
        'it hands over what its records do not',
      );
  });

  test('keeps its seed and paths when it is encoded and decoded', async () => {
    const { statement } = await sign(partsOf([both]));
    const good = await deliver([statement], [0]);
    const decoded = frames.delivery.decode(frames.delivery.encode(good));
    expect((await openDelivery(decoded, reading())).notices).toHaveLength(1);
    expect(encodeBase64url(decoded.seed)).toBe(encodeBase64url(good.seed));
  });
});
