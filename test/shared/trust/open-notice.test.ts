import { beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { KINDS } from '../../../services/shared/notice/kinds.js';
import type { Notice } from '../../../services/shared/notice/notice.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { makeDisclosure } from '../../../services/shared/trust/disclosure.js';
import { openDelivered, openSubmission, type Opening } from '../../../services/shared/trust/open-notice.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { issueNotice, splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { makeFederation, NOW, refused, type TestFederation } from './federation.js';
import { forge } from './forge.js';
import { disclosureText, EUROPOL, exampleNotice, payloadOf } from './notices.js';

const KID = 'europol:notice:1';
const HEADER = { alg: 'EdDSA', kid: KID, typ: 'notice+sd-jwt' };
const SALT = 'AAAAAAAAAAAAAAAAAAAAAA';

let federation: TestFederation;
let opening: Opening;
let notice: Notice;
let texts: readonly string[];
let sdJwt: string;

beforeAll(async () => {
  federation = await makeFederation();
  opening = { directory: federation.directory, originator: EUROPOL, now: NOW };
  notice = exampleNotice();
  texts = [...Object.entries(notice.sections), ['routing', notice.routing] as const].map(
    ([name, value]) => makeDisclosure(name as 'routing', value).text,
  );
  sdJwt = await issueNotice(notice, { federation: 'demo', signer: federation.signer(KID) });
});

/** An SD-JWT with a valid signature of europol over any payload. */
const forged = (payload: object, disclosures: readonly string[] = texts): string =>
  `${[forge(federation.jwk(KID), HEADER, payload), ...disclosures].join('~')}~`;
const payload = (change: object = {}): object => ({ ...payloadOf(notice, texts), ...change });
/** A notice with one more disclosure than a valid one, whose digest is signed too. */
const withExtra = (...extra: readonly string[]): string =>
  forged(payloadOf(notice, [...texts, ...extra]), [...texts, ...extra]);
const header = (change: object): object => payload({ notice: { ...notice.header, ...change } });

describe('a submitted notice', () => {
  test.each(KINDS)('of kind %s opens with its header, routing and every section', async (kind) => {
    const issued = exampleNotice(kind);
    const text = await issueNotice(issued, { federation: 'demo', signer: federation.signer(KID) });
    const opened = await openSubmission(text, opening);
    const names = Object.keys(issued.sections).toSorted();
    const { header, routing } = issued;
    expect(opened).toMatchObject({ header, routing, sections: names });
    const { sections } = await openDelivered(redact(opened, opened.sections).text, opening);
    expect(sections).toEqual(issued.sections);
    expect(opened).toMatchObject({ jti: `${issued.header.id}.1`, number: 1, kid: KID });
    expect(opened.digest).toBe(digest(text.slice(0, text.indexOf('~'))));
    expect([...opened.disclosures.keys()].toSorted()).toEqual([...names, 'routing'].toSorted());
  });

  test('always has 20 digests, sorted, whatever it holds', async () => {
    for (const kind of KINDS) {
      const issued = await issueNotice(exampleNotice(kind), {
        federation: 'demo',
        signer: federation.signer(KID),
      });
      const claims = JSON.parse(Buffer.from(issued.split('.')[1]!, 'base64url').toString()) as {
        _sd: string[];
      };
      expect(claims._sd).toHaveLength(20);
      expect(claims._sd).toEqual(claims._sd.toSorted());
    }
  });

  test('never repeats a salt, nor a digest, between two issues of the same notice', async () => {
    const again = await issueNotice(notice, { federation: 'demo', signer: federation.signer(KID) });
    const both = [...splitSdJwt(sdJwt).disclosures, ...splitSdJwt(again).disclosures];
    const salts = both.map((text) => (JSON.parse(Buffer.from(text, 'base64url').toString()) as string[])[0]);
    expect(new Set(salts).size).toBe(both.length);
    expect(salts.every((salt) => Buffer.from(salt!, 'base64url').length === 16)).toBe(true);
  });

  test('built by hand opens like an issued one, so that each refusal below has a single cause', async () => {
    await openSubmission(forged(payload()), opening);
  });

  type Hostile = readonly [name: string, code: string, make: () => string];
  test.each<Hostile>([
    ['without its routing', 'routing-missing', () => forged(payload(), texts.slice(0, -1))],
    ['without a required section', 'schema-invalid', () => forged(payload(), texts.slice(1))],
    [
      'of another originator than the account',
      'issuer-mismatch',
      () =>
        forge(
          federation.jwk('afripol:notice:1'),
          { ...HEADER, kid: 'afripol:notice:1' },
          payload({ iss: 'afripol' }),
        ).concat('~'),
    ],
    ['for another federation', 'audience-mismatch', () => forged(payload({ aud: 'other' }))],
    [
      'under the typ of a statement',
      'token-malformed',
      () => `${forge(federation.jwk(KID), { ...HEADER, typ: 'submission+jws' }, payload())}~`,
    ],
    [
      'signed with the receipt key',
      'key-invalid',
      () =>
        `${forge(federation.jwk('europol:receipt:1'), { ...HEADER, kid: 'europol:receipt:1' }, payload())}~`,
    ],
    ['without the last `~`', 'token-malformed', () => forged(payload()).slice(0, -1)],
    [
      'with a key binding',
      'token-malformed',
      () => `${forged(payload())}${forge(federation.jwk(KID), HEADER, {})}`,
    ],
    ['with an empty disclosure', 'json-malformed', () => forged(payload(), [...texts, ''])],
    [
      'with a disclosure that nothing refers to',
      'disclosure-invalid',
      () => forged(payload(), [...texts, disclosureText([SALT, 'assets', {}])]),
    ],
    ['with a disclosure twice', 'disclosure-invalid', () => forged(payload(), [...texts, texts[0]!])],
    [
      'with a section disclosed twice under two salts',
      'disclosure-invalid',
      () => withExtra(disclosureText([SALT, 'identity', notice.sections.identity])),
    ],
    [
      'with a disclosure of `iss`',
      'disclosure-invalid',
      () => withExtra(disclosureText([SALT, 'iss', 'afripol'])),
    ],
    [
      'with a disclosure of `notice`',
      'disclosure-invalid',
      () => withExtra(disclosureText([SALT, 'notice', { kind: 'green' }])),
    ],
    ['with a disclosure of `_sd`', 'disclosure-invalid', () => withExtra(disclosureText([SALT, '_sd', []]))],
    ['with a disclosure of `...`', 'disclosure-invalid', () => withExtra(disclosureText([SALT, '...', 'x']))],
    [
      'with a disclosure of `__proto__`',
      'disclosure-invalid',
      () => withExtra(disclosureText(`["${SALT}","__proto__",{}]`)),
    ],
    [
      'with a disclosure of an unknown name',
      'disclosure-invalid',
      () => withExtra(disclosureText([SALT, 'Identity', {}])),
    ],
    [
      'with a disclosure of an array element',
      'disclosure-invalid',
      () => withExtra(disclosureText([SALT, 'identity'])),
    ],
    [
      'with a disclosure of four members',
      'disclosure-invalid',
      () => withExtra(disclosureText([SALT, 'assets', {}, 1])),
    ],
    [
      'with a disclosure that is an object',
      'disclosure-invalid',
      () => withExtra(disclosureText({ 0: SALT, 1: 'assets', 2: {}, length: 3 })),
    ],
    ['with a short salt', 'disclosure-invalid', () => withExtra(disclosureText(['AAAA', 'assets', {}]))],
    [
      'with a salt that is a number',
      'disclosure-invalid',
      () => withExtra(disclosureText([1, 'assets', {}])),
    ],
    [
      'with duplicate keys in a section',
      'json-hostile',
      () => withExtra(disclosureText(`["${SALT}","assets",{"a":1,"a":2}]`)),
    ],
    [
      'with __proto__ in a section',
      'json-hostile',
      () => withExtra(disclosureText(`["${SALT}","assets",{"__proto__":{}}]`)),
    ],
    [
      'with a bomb in a section',
      'json-hostile',
      () => withExtra(disclosureText(`["${SALT}","assets",${'['.repeat(10_000)}`)),
    ],
    [
      'with a disclosure in padded base64url',
      'token-malformed',
      () => forged(payload(), [`${texts[0]!}=`, ...texts.slice(1)]),
    ],
    [
      'with 65 disclosures',
      'disclosure-invalid',
      () =>
        forged(
          payload(),
          Array.from({ length: 65 }, () => texts[0]!),
        ),
    ],
    [
      'with nested digests in a section',
      'schema-invalid',
      () => {
        const nested = disclosureText([
          SALT,
          'identity',
          { ...notice.sections.identity, _sd: [digest('x')] },
        ]);
        const others = texts.slice(1);
        return forged(payloadOf(notice, [nested, ...others]), [nested, ...others]);
      },
    ],
    ['with nested digests in the header', 'schema-invalid', () => forged(header({ _sd: [digest('x')] }))],
    [
      'with a section that its kind does not have',
      'schema-invalid',
      () => withExtra(disclosureText([SALT, 'assets', {}])),
    ],
    [
      'with 19 digests',
      'disclosure-invalid',
      () => forged(payload({ _sd: (payload() as { _sd: string[] })._sd.slice(1) })),
    ],
    [
      'with 21 digests',
      'disclosure-invalid',
      () => forged(payload({ _sd: [...(payload() as { _sd: string[] })._sd, digest('x')] })),
    ],
    [
      'with one digest twice',
      'disclosure-invalid',
      () => forged(payload({ _sd: Array.from({ length: 20 }, () => digest('x')) })),
    ],
    [
      'with a number among the digests',
      'disclosure-invalid',
      () => forged(payload({ _sd: [...(payload() as { _sd: string[] })._sd.slice(1), 1] })),
    ],
    ['with another digest algorithm', 'token-malformed', () => forged(payload({ _sd_alg: 'sha-512' }))],
    ['with a further claim', 'token-malformed', () => forged(payload({ sub: 'x' }))],
    ['with `cnf`', 'token-malformed', () => forged(payload({ cnf: {} }))],
    [
      'without `exp`',
      'token-malformed',
      () => {
        const { exp: _exp, ...rest } = payload() as { exp: number };
        return forged(rest);
      },
    ],
    [
      'whose `exp` differs from its header',
      'header-mismatch',
      () => forged(payload({ exp: Date.parse(notice.header.expiresAt) / 1000 + 1 })),
    ],
    [
      'whose `iat` differs from its header',
      'header-mismatch',
      () => forged(payload({ iat: Date.parse(notice.header.issuedAt) / 1000 - 1 })),
    ],
    [
      'whose `jti` differs from its header',
      'header-mismatch',
      () => forged(payload({ jti: `${notice.header.id}.2` })),
    ],
    [
      'whose header names another originator',
      'header-mismatch',
      () => forged(header({ originator: 'afripol' })),
    ],
    ['whose header is of an unknown kind', 'kind-unknown', () => forged(header({ kind: 'rde' }))],
    ['whose header has a further name', 'schema-invalid', () => forged(header({ name: 'Invented Person' }))],
    ['longer than 256 KiB', 'oversize', () => `${sdJwt}${'A'.repeat(262_144)}~`],
  ])('%s is refused with `%s`', async (_name, code, make) => {
    await refused(openSubmission(make(), opening), code);
  });

  test('is refused once it has expired', async () => {
    const now = new Date(notice.header.expiresAt);
    await openSubmission(sdJwt, { ...opening, now: new Date(now.getTime() - 1_000) });
    await refused(openSubmission(sdJwt, { ...opening, now }), 'expired');
  });

  test("is refused when it arrives in another organisation's account", async () => {
    await refused(
      openSubmission(sdJwt, { ...opening, originator: parseOrgId('afripol') }),
      'issuer-mismatch',
    );
  });

  test('signed with a key that was revoked since opens only if it was recorded before the revocation', async () => {
    const revoked = await makeFederation((source) => {
      const { europol } = source.organisations;
      const keys = europol!.keys.map((entry) => ({ ...entry, revokedAt: '2026-06-02T00:00:00Z' }));
      return { ...source, organisations: { ...source.organisations, europol: { ...europol!, keys } } };
    });
    const text = await issueNotice(notice, { federation: 'demo', signer: revoked.signer(KID) });
    const later = { ...opening, directory: revoked.directory, now: new Date('2026-06-03T00:00:00Z') };
    await refused(openSubmission(text, later), 'key-revoked');
    await openSubmission(text, { ...later, recorded: NOW });
  });
});

describe('a delivered notice', () => {
  test('opens with any of its sections, under the same digest', async () => {
    const submitted = await openSubmission(sdJwt, opening);
    const { text } = redact(submitted, ['narrative']);
    const delivered = await openDelivered(text, opening);
    expect(delivered.sections).toEqual({ narrative: notice.sections.narrative });
    expect(delivered.header).toEqual(notice.header);
    expect(delivered.digest).toBe(submitted.digest);
    expect('routing' in delivered).toBe(false);
  });

  test('is refused with its routing', async () => {
    await refused(openDelivered(sdJwt, opening), 'section-unexpected');
  });

  test('does not open as a submission', async () => {
    const { text } = redact(await openSubmission(sdJwt, opening), ['narrative']);
    await refused(openSubmission(text, opening), 'routing-missing');
  });

  test('is refused with a section that does not match its schema', async () => {
    const bad = disclosureText([SALT, 'narrative', { text: 1 }]);
    await refused(openDelivered(forged(payloadOf(notice, [bad]), [bad]), opening), 'schema-invalid');
  });
});
