import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseFrameId } from '../../../services/shared/kernel/ids.js';
import { digest, hexDigest } from '../../../services/shared/trust/digest.js';
import { redact } from '../../../services/shared/trust/redact.js';
import type { Claim } from '../../../services/shared/verify/claims.js';
import { type Pack, parsePack } from '../../../services/shared/verify/pack.js';
import { wholeRecordOf } from '../../../services/shared/verify/pack-parts.js';
import { verifyPack } from '../../../services/shared/verify/verify-pack.js';
import { craftReport } from '../../gateway/craft-delivery.js';
import { NOW } from '../trust/federation.js';
import {
  AFRIPOL,
  answer,
  craftEvidence,
  EUROPOL,
  type Evidence,
  INTERPOL,
  partsOf,
} from './craft-evidence.js';
import { statementBut } from './craft-convictions.js';
import { heldPack, shownTo, wholePack } from './craft-packs.js';
import { altered, isNamed, textsIn } from './texts-in.js';

let evidence: Evidence;
beforeAll(async () => {
  evidence = await craftEvidence();
});

const PACKS = { 'an originator': wholePack, 'a recipient': heldPack } as const;

/** A pack as another process reads it, with what a test changes of it. */
const copyOf = (pack: Pack, change: object = {}): Pack =>
  JSON.parse(JSON.stringify({ ...pack, ...change })) as Pack;

async function verify(pack: unknown, more: object = {}): Promise<readonly Claim[]> {
  try {
    return await verifyPack(parsePack(pack), { root: evidence.keys.anchor, now: NOW, ...more });
  } catch (thrown) {
    const { code, details } = errorFrom(thrown);
    return [{ claim: 'form', ok: false, says: 'the form', where: details[0]?.path ?? '', code }];
  }
}

/** The disclosure of this name in the notice as it was submitted. */
const textOf = (name: string): string =>
  [...evidence.notice.disclosures].find(([one]) => one === name)?.[1] ?? '';

const sentIn = (first: Pack['deliveries'][number] | undefined) => ({
  recipient: AFRIPOL,
  statement: first?.statement ?? '',
});

const wrong = (lines: readonly Claim[]): readonly Claim[] => lines.filter(({ ok }) => ok === false);
/** What the pack does not prove, besides its place on the log and later revocations. */
const open = (lines: readonly Claim[]): readonly Claim[] =>
  lines.filter(({ ok, claim }) => ok === null && claim !== 'log' && claim !== 'directory');
const proved = (lines: readonly Claim[]): readonly string[] =>
  lines.flatMap(({ ok, says }) => (ok === true ? [says] : []));

describe('a pack', () => {
  test('of an originator proves what was signed, recorded, delivered, answered and recalled, for each recipient', async () => {
    const lines = await verify(copyOf(wholePack(evidence)));
    expect(wrong(lines)).toEqual([]);
    const jti = `${evidence.id}.1`;
    const text = proved(lines).join('\n');
    for (const said of [
      /^the root signed version 1 of the directory of demo/m,
      new RegExp(`^europol signed ${jti} \\(red\\), with .*judicial`, 'm'),
      new RegExp(`^europol submitted ${jti} in its submission 7`, 'm'),
      new RegExp(`^the hub recorded that afripol gets (?!.*judicial).* of ${jti}`, 'm'),
      new RegExp(`^the hub recorded that interpol gets .*judicial.* of ${jti}`, 'm'),
      new RegExp(`^exactly what the records leave of ${jti} is in the delivery to afripol`, 'm'),
      new RegExp(`^exactly what the records leave of ${jti} is in the delivery to interpol`, 'm'),
      new RegExp(`^afripol signed held for ${jti}`, 'm'),
      new RegExp(`^interpol signed held for ${jti}`, 'm'),
      /^europol signed restrict \d+ at .*: by-originator, narrative from afripol/m,
      /^afripol signed destroyed in answer to restrict/m,
      new RegExp(`^two operators of the hub recalled ${evidence.id}`, 'm'),
      /^afripol signed destroyed in answer to cancel/m,
      new RegExp(`^afripol signed destroyed for ${jti} at`, 'm'),
    ])
      expect(text).toMatch(said);
  });

  test('of a recipient proves the same of that recipient, and names no other one and no section that was withheld', async () => {
    const pack = copyOf(heldPack(evidence));
    const lines = await verify(pack);
    expect(wrong(lines)).toEqual([]);
    expect(proved(lines).join('\n')).toMatch(/the copy of .* has no section that afripol was not given/);
    const everything = textsIn(pack)
      .map(({ text }) => `${text}\n${decoded(text)}`)
      .join('\n');
    const withheld = ['biometrics', 'judicial', 'routing'].map((name) => textOf(name));
    const found = ['interpol', 'contact":', ...withheld].filter((word) => everything.includes(word));
    expect(found).toEqual([]);
    // The search finds what the pack does have.
    expect(['afripol', textOf('identity')].every((word) => everything.includes(word))).toBe(true);
  });

  test.each(Object.entries(PACKS))(
    'of %s: one altered character in any text is named by a line that does not hold',
    async (_, make) => {
      const texts = textsIn(make(evidence));
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...texts), fc.nat(), async (text, at) => {
          const lines = wrong(await verify(altered(make(evidence), text, at)));
          expect(lines.filter(({ where }) => isNamed(text, where)).map(({ where }) => where)).not.toEqual([]);
        }),
        { numRuns: texts.length + 10, examples: texts.map((one) => [one, 7] as [typeof one, number]) },
      );
    },
    120_000,
  );

  test('of a recipient with a section that it was not given does not hold', async () => {
    const pack = heldPack(evidence);
    const [held] = pack.notices;
    const notices = [{ ...held, sdJwt: `${held?.sdJwt}${textOf('judicial')}~` }];
    expect(wrong(await verify(copyOf(pack, { notices })))).toMatchObject([
      { claim: 'copy', where: 'notices[0]', code: 'section-unexpected' },
    ]);
  });

  test('without a record that a delivery names does not prove that exactly what the records leave was delivered', async () => {
    const pack = heldPack(evidence);
    const [first, ...others] = pack.deliveries;
    const records = [evidence.routing.digest, digest('a narrowing')];
    const statement = await statementBut(evidence, evidence.deliveries.afripol, { records });
    const receipt = await answer(evidence.keys, { recipient: AFRIPOL, statement }, {});
    const lines = await verify(copyOf(pack, { deliveries: [{ ...first!, statement, receipt }, ...others] }));
    expect(wrong(lines)).toEqual([]);
    expect(proved(lines).join()).not.toMatch(/exactly what the records leave/);
    expect(open(lines)).toMatchObject([
      { claim: 'delivery', where: 'deliveries[0]', detail: expect.stringMatching(/not in the pack/) },
    ]);
  });

  test.each([
    ['this revision', true],
    ['another revision', false],
  ])('of a recipient is accepted with a section that an action unsealed for %s: %s', async (_, isOwn) => {
    const pack = heldPack(evidence);
    const [held] = pack.notices;
    const part = { to: AFRIPOL, section: 'judicial', digest: isOwn ? held!.digest : digest('another') };
    const bytes = encodeBase64url(Buffer.from(JSON.stringify(part)));
    const [action] = pack.actions;
    const actions = [...pack.actions, { ...action!, leaf: { ...action!.leaf!, part: bytes } }];
    const notices = [{ ...held, sdJwt: `${held?.sdJwt}${textOf('judicial')}~` }];
    const lines = wrong(await verify(copyOf(pack, { notices, actions })));
    expect(lines.filter(({ claim }) => claim === 'copy')).toHaveLength(isOwn ? 0 : 1);
  });

  test('with the receipt for another delivery names that receipt', async () => {
    const pack = heldPack(evidence);
    const [first, ...more] = pack.deliveries;
    const root = evidence.deliveries.interpol.places[0]!.disclosed;
    const receipt = await answer(evidence.keys, sentIn(first), { root });
    expect(wrong(await verify(copyOf(pack, { deliveries: [{ ...first, receipt }, ...more] })))).toMatchObject(
      [{ claim: 'receipt', where: 'deliveries[0].receipt', code: 'delivery-differs' }],
    );
  });

  describe('of an originator whose hub recorded the digest of other sections than it named', () => {
    /** A pack with one report, on which the shares have the digest of all named sections but the first. */
    const misreported = async (change: Partial<Parameters<typeof craftReport>[1]> = {}): Promise<Pack> => {
      const { keys, notice, given, submission } = evidence;
      const by = { signer: keys.signer('hub:hub:1'), directory: keys.directory, now: () => NOW };
      const { bytes } = await craftReport(by, {
        originator: EUROPOL,
        frame: parseFrameId(hexDigest('frame 1')),
        submission: { number: 7, digest: digest(submission) },
        parts: partsOf(notice, given),
        disclosedOf: (_, sections) => redact(notice, sections.slice(1)).disclosed,
        ...change,
      });
      const empty = { deliveries: [], changes: [], recalls: [] };
      return copyOf(wholePack(evidence), { ...empty, records: [wholeRecordOf(bytes)] });
    };

    test('convicts the hub', async () => {
      expect(wrong(await verify(await misreported()))).toMatchObject([
        {
          claim: 'share',
          where: 'records[0]',
          detail:
            'hub is convicted (report-contradicts-notice): the digest for afripol, interpol is of other sections',
        },
      ]);
    });

    test('does not convict the hub where the originator may have submitted another text of a section', async () => {
      const { notice, given, text } = evidence;
      const twice = {
        type: 'refusal',
        index: 2,
        jti: notice.jti,
        digest: notice.digest,
        code: 'superseded',
      } as const;
      const other = { number: 8, digest: digest('another submission') };
      for (const change of [{ submission: other }, { parts: [...partsOf(notice, given), twice] }])
        expect(wrong(await verify(await misreported(change)))).toEqual([]);
      const [whole] = wholePack(evidence).notices;
      const less = { ...whole, sdJwt: text.replace(`${textOf('narrative')}~`, '') };
      const claims = wrong(await verify(copyOf(await misreported(), { notices: [less] })));
      expect(claims.map(({ claim }) => claim)).toEqual(['notice', 'submission']);
    });
  });

  test('whose receipt rejects the notice says so', async () => {
    const pack = heldPack(evidence);
    const [first, ...more] = pack.deliveries;
    const except = [{ index: 1, jti: evidence.notice.jti, type: 'rejected', code: 'expired' }] as const;
    const receipt = await answer(evidence.keys, sentIn(first), { except });
    const lines = await verify(copyOf(pack, { deliveries: [{ ...first, receipt }, ...more] }));
    expect(wrong(lines)).toEqual([]);
    expect(proved(lines)).toContain(`afripol signed rejected (expired) for ${evidence.notice.jti}`);
  });

  test('without a receipt says that it is awaited, and without the content that the originator’s signature is not shown', async () => {
    const pack = wholePack(evidence);
    const deliveries = pack.deliveries.map((one) =>
      one.recipient === INTERPOL ? { ...one, statement: null, receipt: null } : one,
    );
    const notices = pack.notices.map((one) => ({ ...one, sdJwt: null }));
    const lines = await verify(copyOf(pack, { deliveries, notices }));
    expect(wrong(lines)).toEqual([]);
    expect(open(lines).map(({ says }) => says)).toEqual([
      `europol signed ${evidence.notice.jti}`,
      'interpol signed a receipt',
    ]);
  });

  test('says that keys may be revoked since, and does not hold by a key that a later directory revokes', async () => {
    const pack = copyOf(heldPack(evidence));
    const { directory, revoking } = evidence.keys;
    expect((await verify(pack))[1]).toMatchObject({ ok: null, says: 'no key was revoked after version 1' });
    expect(wrong(await verify(pack, { directory }))).toEqual([]);
    const later = await revoking('hub:hub:1');
    const codes = wrong(await verify(pack, { directory: later })).map(({ claim, code }) => [claim, code]);
    expect(codes).toContainEqual(['record', 'key-revoked']);
    expect(codes).toContainEqual(['delivery', 'key-revoked']);
  });

  test('holds by a later directory in which its originator and its recipients have left', async () => {
    const left = await evidence.keys.leaving();
    expect(left.organisations.get(AFRIPOL)?.leftAt).toBeDefined();
    for (const make of Object.values(PACKS)) {
      const lines = await verify(copyOf(make(evidence)), { directory: left });
      expect(wrong(lines)).toEqual([]);
      expect(proved(lines).join('\n')).toContain(`afripol signed held for ${evidence.id}.1`);
    }
  });

  test('is not verified with an older directory than its own', async () => {
    const older = { ...(await evidence.keys.revoking('hub:hub:1')), version: 0 };
    expect(wrong(await verify(copyOf(heldPack(evidence)), { directory: older }))).toMatchObject([
      { where: 'directory', code: 'directory-older' },
    ]);
  });

  test('without proofs of its records from the log does not hold where they are required', async () => {
    const pack = heldPack(evidence);
    const lines = wrong(await verify(copyOf(pack), { requireLog: true }));
    expect(lines.map(({ where }) => where)).toEqual(['records[0].proof', 'records[1].proof']);
  });

  test('of which nothing names the notice, or which lacks the directory’s part of a signer, does not hold', async () => {
    const pack = heldPack(evidence);
    const nothing = { notices: [], records: [], deliveries: [], changes: [], actions: [], recalls: [] };
    expect(wrong(await verify(copyOf(pack, nothing)))).toMatchObject([{ where: 'notice' }]);
    const directory = shownTo(evidence, [AFRIPOL]);
    expect(wrong(await verify(copyOf(pack, { directory })))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ where: 'originator', code: 'organisation-unknown' }),
        expect.objectContaining({ where: 'notices[0]', code: 'key-unknown' }),
      ]),
    );
  });

  test('of one recipient with a whole record, or of all with a shown one, is refused at that record', async () => {
    const whole = wholeRecordOf(evidence.routing.bytes);
    const held = heldPack(evidence);
    const lines = await verify(copyOf(held, { records: [...held.records, whole] }));
    expect(lines).toMatchObject([{ where: 'records[2]', code: 'schema-invalid' }]);
    const records = held.records;
    expect(await verify(copyOf(wholePack(evidence), { records }))).toMatchObject([{ where: 'records[0]' }]);
  });

  test.each([
    ['more', { more: 1 }],
    [
      'notices[0].number',
      { notices: [{ number: 0, digest: 'a'.repeat(43), sdJwt: null, submission: null }] },
    ],
    ['deliveries', { deliveries: Array.from({ length: 5_000 }, () => 1) }],
    ['records[0].shown[0].salt', { records: [{ statement: 'a', shown: [{}], whole: null, proof: null }] }],
  ])('that does not have its form is refused at `%s`', async (where, change) => {
    expect(await verify(copyOf(heldPack(evidence), change))).toMatchObject([
      { where, code: 'schema-invalid' },
    ]);
  });
});

/** What is inside a token or in base64url. */
function decoded(text: string): string {
  return text
    .split(/[.~]/)
    .map((one) => Buffer.from(one, 'base64url').toString('latin1'))
    .join('\n');
}
