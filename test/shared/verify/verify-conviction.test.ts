import { frames } from '../../../services/shared/wire/frames.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { digest } from '../../../services/shared/trust/digest.js';
import { decodeBase64url, encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { treeOf } from '../../../services/shared/trust/merkle.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { leafData } from '../../../services/shared/trust/signed-set.js';
import type { PackLeaf } from '../../../services/shared/verify/pack.js';
import type { Conviction } from '../../../services/shared/verify/conviction.js';
import { type Verification, verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { NOW } from '../trust/federation.js';
import { craftConviction, craftOwed } from './craft-convictions.js';
import { craftEvidence, type Evidence, INTERPOL } from './craft-evidence.js';
import { altered, isNamed, textsIn } from './texts-in.js';

let evidence: Evidence;
beforeAll(async () => {
  evidence = await craftEvidence();
});

const OTHER = digest('another root');
const LIES = {
  'the hub, which delivered other sections than it recorded and got a receipt for them': {
    what: 'delivery-differs',
    accused: 'hub',
    hub: { root: OTHER },
  },
  'the hub, which delivered fewer notices than it recorded': {
    what: 'delivery-contradicts-record',
    accused: 'hub',
    hub: { size: 0 },
  },
  'the hub, which handed over an action without a record': {
    what: 'delivery-contradicts-record',
    accused: 'hub',
    hub: { actions: [OTHER] },
  },
  'a recipient, whose receipt has another root than the delivery that it answers': {
    what: 'delivery-differs',
    accused: 'interpol',
    root: OTHER,
  },
  'a recipient, which signed a root that the hub delivered against its records': {
    what: 'delivery-differs',
    accused: 'interpol',
    hub: { root: OTHER },
  },
} as const;

const HUB = 'the hub, which delivered other sections than it recorded and got a receipt for them';
const RECIPIENT = 'a recipient, whose receipt has another root than the delivery that it answers';
const bytesOf = ({ salt, part }: PackLeaf) => ({
  salt: decodeBase64url(salt),
  part: decodeBase64url(part),
});

const verify = (file: unknown): Promise<Verification> =>
  verifyEvidence(JSON.stringify(file), { root: evidence.keys.anchor, now: NOW });
const verdictOf = ({ lines }: Verification) => lines.find(({ claim }) => claim === 'conviction');
const wrong = ({ lines }: Verification) => lines.filter(({ ok }) => ok === false);

describe('a conviction', () => {
  test.each(Object.entries(LIES))('of %s, holds by its signatures alone', async (_, lie) => {
    const verified = await verify(await craftConviction(evidence, lie));
    expect([verified.holds, wrong(verified)]).toEqual([true, []]);
    expect(verdictOf(verified)?.says).toMatch(new RegExp(`^${lie.accused} is convicted \\(${lie.what}\\): `));
  });

  test.each(Object.entries(LIES))('of %s, gives no verdict when it accuses another party', async (_, lie) => {
    const conviction = await craftConviction(evidence, lie);
    const accused = 'root' in lie && lie.what === 'delivery-differs' ? 'hub' : 'europol';
    const verified = await verify({ ...conviction, accused });
    expect([verified.holds, verdictOf(verified)?.ok]).toEqual([false, false]);
  });

  test.each([
    ['delivery-differs', 'hub'],
    ['delivery-differs', 'interpol'],
    ['delivery-contradicts-record', 'hub'],
  ] as const)('of %s without a contradiction gives no verdict', async (what, accused) => {
    const verified = await verify(await craftConviction(evidence, { what, accused }));
    expect([verified.holds, verdictOf(verified)?.ok]).toEqual([false, false]);
  });

  test('needs every record, and the statement of the accused: without them there is no verdict', async () => {
    const hub = await craftConviction(evidence, LIES[HUB]);
    const recipient = await craftConviction(evidence, LIES[RECIPIENT]);
    for (const one of [
      { ...hub, records: [] },
      { ...hub, statement: null },
      { ...recipient, records: [] },
      { ...recipient, receipt: null },
    ]) {
      const verified = await verify(one);
      expect([verified.holds, wrong(verified).map(({ where }) => where)]).toEqual([false, ['accused']]);
    }
  });

  test('shows no content: one with a copy of a notice is refused', async () => {
    const conviction = await craftConviction(evidence, LIES[HUB]);
    const copies = [redact(evidence.notice, evidence.given.interpol).text];
    expect(wrong(await verify({ ...conviction, copies }))).toMatchObject([
      { claim: 'form', where: 'copies' },
    ]);
  });

  test('of the true delivery, with some own parts of its recipient hidden in the path, gives no verdict', async () => {
    const conviction = await craftConviction(evidence, { what: 'delivery-differs', accused: 'interpol' });
    const [record] = conviction.records;
    const half = treeOf(record!.own.slice(1).map(bytesOf).map(leafData)).root;
    const path = [encodeBase64url(half), ...record!.path];
    const hidden = { ...record!, own: record!.own.slice(0, 1), index: 2 * record!.index, path };
    for (const accused of ['hub', 'interpol']) {
      const verified = await verify({ ...conviction, accused, records: [hidden] });
      expect(wrong(verified).map(({ where }) => where)).toEqual(['records[0]', 'accused']);
    }
  });

  test.each(Object.entries(LIES))(
    'of %s: one altered character in any text is named by a line that does not hold',
    async (_, lie) => {
      const conviction: Conviction = await craftConviction(evidence, lie);
      const texts = textsIn(conviction).filter(({ path }) => path[0] !== 'kind');
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...texts), fc.nat(), async (text, at) => {
          const verified = await verify(altered(conviction, text, at));
          expect(verdictOf(verified)?.ok).not.toBe(true);
          const lines = wrong(verified);
          const places = lines.map(({ where }) => where);
          // Who is involved is named by the statements that are not about it.
          const isParty = ['originator', 'recipient'].includes(String(text.path[0]));
          expect(isParty ? places : places.filter((where) => isNamed(text, where))).not.toEqual([]);
        }),
        { numRuns: texts.length + 5, examples: texts.map((one) => [one, 5] as [typeof one, number]) },
      );
    },
    120_000,
  );
});

test('a conviction with a salt whose last character has bits that no byte takes: a line about its record does not hold', async () => {
  const [lie] = Object.values(LIES);
  const conviction = await craftConviction(evidence, lie!);
  const [record, ...records] = conviction.records;
  const [leaf, ...leaves] = record!.own;
  const own = [{ ...leaf!, salt: `${leaf!.salt.slice(0, -1)}B` }, ...leaves];
  const verified = await verify({ ...conviction, records: [{ ...record!, own }, ...records] });
  expect(wrong(verified).map(({ where }) => where)).toContain('records[0]');
});

describe('a claim', () => {
  test('says that the hub owes the inclusion of a record that it signed, since when, and is never a verdict', async () => {
    for (const record of [evidence.routing, evidence.recall.record]) {
      const { holds, lines } = await verify(await craftOwed(evidence, { record }));
      expect(holds).toBe(false);
      expect(lines.filter(({ ok }) => ok === false)).toEqual([]);
      expect(lines.find(({ claim }) => claim === 'record')).toMatchObject({ ok: true });
      expect(lines.at(-1)).toMatchObject({
        ok: null,
        says: `europol says that the hub owes it the inclusion of the record ${record.digest} since 2026-06-01T12:00:00.000Z`,
      });
    }
  });

  test('says that a recipient owes its receipt for a delivery, and that the hub owes none', async () => {
    const { routing: record } = evidence;
    const owed = await verify(await craftOwed(evidence, { record, what: 'receipt', owes: INTERPOL }));
    expect([owed.holds, wrong(owed), owed.lines.at(-1)?.says]).toEqual([
      false,
      [],
      `europol says that interpol owes it the receipt for what is delivered by the record ${record.digest} since 2026-06-01T12:00:00.000Z`,
    ]);
    for (const change of [{ what: 'receipt' }, { owes: INTERPOL }] as const)
      expect(wrong(await verify(await craftOwed(evidence, { record, ...change })))).toMatchObject([
        { where: 'statement', code: 'token-malformed' },
      ]);
  });

  test('says that a recipient owes its answer to an action, which it names; no other claim names one', async () => {
    const { routing: record } = evidence;
    const action = digest('an action');
    const answer = { record, what: 'answer', owes: INTERPOL } as const;
    const owed = await verify(await craftOwed(evidence, { ...answer, action }));
    expect([owed.holds, wrong(owed), owed.lines.at(-1)?.says]).toEqual([
      false,
      [],
      `europol says that interpol owes it the answer to an action that is handed over by the record ${record.digest}: action ${action}, since 2026-06-01T12:00:00.000Z`,
    ]);
    for (const change of [answer, { ...answer, action: 'no digest' }, { record, action }])
      expect(wrong(await verify(await craftOwed(evidence, change)))).toMatchObject([
        { where: 'statement', code: 'token-malformed' },
      ]);
  });

  test('says that the hub owes the inclusion of a directory that the root signed, and of a directory alone', async () => {
    const { frame, digest: named } = evidence.keys.directory;
    const statement = frames.directory.decode(frame).directory!;
    const record = { digest: named, statement, bytes: frame };
    const owed = await verify(await craftOwed(evidence, { record, what: 'directory' }));
    expect([owed.holds, wrong(owed), owed.lines.at(-1)?.says]).toEqual([
      false,
      [],
      `europol says that the hub owes it the inclusion of the record about the directory ${named} since 2026-06-01T12:00:00.000Z`,
    ]);
    expect(owed.lines.map(({ says }) => says)).toContain('the root signed this directory');
    for (const change of [{ record }, { record: evidence.routing, what: 'directory' }] as const)
      expect(wrong(await verify(await craftOwed(evidence, change)))).toMatchObject([
        { where: 'statement', code: 'token-malformed' },
      ]);
  });

  test('that an inclusion is owed since before the hub signed the record, or since after the claim, does not hold', async () => {
    const { routing: record } = evidence;
    const malformed = ['statement', 'token-malformed'];
    for (const [seconds, ...faults] of [[-1, malformed], [120], [121, malformed]] as const) {
      const since = new Date(NOW.getTime() + seconds * 1000);
      const lines = wrong(await verify(await craftOwed(evidence, { record, since })));
      expect(lines.map(({ where, code }) => [where, code])).toEqual(faults);
    }
  });

  test('about another record than the file has does not hold', async () => {
    const record = evidence.restricting.statement.statement;
    const lines = wrong(await verify({ ...(await craftOwed(evidence)), record }));
    expect(lines).toMatchObject([{ where: 'statement', code: 'digest-mismatch' }]);
  });

  test('that its claimant did not sign so does not hold', async () => {
    const claim = await craftOwed(evidence);
    for (const text of textsIn(claim).filter(({ path }) => path[0] !== 'kind')) {
      const lines = wrong(await verify(altered(claim, text, 7)));
      expect(lines.filter(({ where }) => isNamed(text, where))).not.toEqual([]);
    }
  });
});

test('a file of another kind is refused at `kind`', async () => {
  await expect(verify({ kind: 'verdict' })).rejects.toMatchObject({
    code: 'schema-invalid',
    details: [{ path: 'kind' }],
  });
});
