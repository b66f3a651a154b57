import { beforeAll, describe, expect, test } from 'vitest';
import { type HeldNotice, verifyHeldNotice } from '../../../services/cli/inbox/held-notice.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { openSubmission } from '../../../services/shared/trust/open-notice.js';
import { createProver } from '../../../services/shared/trust/proof.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { issueNotice } from '../../../services/shared/trust/sd-jwt.js';
import { signSet } from '../../../services/shared/trust/signed-set.js';
import { IAT, makeFederation, NOW, type TestFederation } from '../../shared/trust/federation.js';
import { EUROPOL, exampleNotice } from '../../shared/trust/notices.js';

const AFRIPOL = parseOrgId('afripol');
let federation: TestFederation;
let held: HeldNotice;
let whole: string;

/** Returns a held notice as afripol's gateway does, issued by europol and redacted by the hub. */
async function holdWith(change: {
  readonly audience?: string;
  readonly originator?: string;
  readonly use?: string;
}): Promise<HeldNotice> {
  whole = await issueNotice(exampleNotice(), {
    federation: 'demo',
    signer: federation.signer('europol:notice:1'),
  });
  const notice = await openSubmission(whole, {
    directory: federation.directory,
    originator: EUROPOL,
    now: NOW,
  });
  const copy = redact(notice, ['identity', 'description']);
  const set = await signSet({
    typ: 'delivery+jws',
    claims: {
      iss: 'hub',
      iat: IAT,
      aud: change.audience ?? 'afripol',
      originator: change.originator ?? 'europol',
      frame: 'f'.repeat(64),
    },
    parts: [
      {
        jti: notice.jti,
        digest: notice.digest,
        disclosed: copy.disclosed,
        advertised: ['judicial'],
        obligations: ['ask-first'],
      },
      { jti: 'another' },
    ],
    signer: federation.signer(change.use ?? 'hub:hub:1'),
  });
  const { id, number } = notice;
  return {
    id,
    number,
    kind: 'red',
    originator: 'europol',
    receivedAt: NOW.toISOString(),
    life: { expiresAt: NOW.toISOString(), reviewAt: null, change: { name: 'notice', reason: null } },
    raw: { sdJwt: copy.text, statement: set.statement, proof: createProver(set)(0)! },
  };
}

const verify = (notice: HeldNotice) =>
  verifyHeldNotice(notice, { directory: federation.directory, holder: AFRIPOL, now: NOW });

beforeAll(async () => {
  federation = await makeFederation();
  held = await holdWith({});
});

describe('a held notice', () => {
  test('verifies from the raw bytes and the directory only', async () => {
    const verified = await verify(held);
    expect(verified.verified).toEqual({ originator: true, statement: true });
    expect(Object.keys(Object(verified.sections))).toEqual(
      expect.arrayContaining(['identity', 'description']),
    );
    expect(verified).toMatchObject({ withheld: ['judicial'], obligations: ['ask-first'] });
  });

  test('with an additional section fails the statement of the hub, not the signature of the originator', async () => {
    const [jwt = '', ...disclosures] = whole.split('~').slice(0, -1);
    const more = disclosures.filter(
      (text) => !Buffer.from(text, 'base64url').toString().includes('"routing"'),
    );
    const verified = await verify({ ...held, raw: { ...held.raw, sdJwt: `${[jwt, ...more].join('~')}~` } });
    expect(verified.verified).toEqual({ originator: true, statement: false });
    expect(verified.codes).toEqual(['digest-mismatch']);
    expect(verified.withheld).toBeNull();
  });

  test('with a changed byte fails the signature of the originator, and returns no content', async () => {
    const [header = '', payload = '', rest = ''] = held.raw.sdJwt.split('.');
    const forged = `${header}.${payload.slice(0, 40)}${payload[40] === 'A' ? 'B' : 'A'}${payload.slice(41)}.${rest}`;
    const verified = await verify({ ...held, raw: { ...held.raw, sdJwt: forged } });
    expect(verified.verified).toEqual({ originator: false, statement: false });
    expect(verified.codes).toContain('signature-invalid');
    expect(verified.header).toBeNull();
    expect(verified.sections).toBeNull();
  });

  test.each([
    ['meant for another recipient', { audience: 'europol' }, 'audience-mismatch'],
    ['signed with a key that is not a hub key', { use: 'hub:audit:1' }, 'key-invalid'],
    ['about another originator', { originator: 'afripol' }, 'digest-mismatch'],
  ])('fails with a statement %s', async (_what, change, code) => {
    const verified = await verify(await holdWith(change));
    expect(verified.verified).toEqual({ originator: true, statement: false });
    expect(verified.codes).toEqual([code]);
  });

  test("fails with the proof of another notice's leaf", async () => {
    const proof = { ...held.raw.proof, index: 1 };
    const verified = await verify({ ...held, raw: { ...held.raw, proof } });
    expect(verified.verified.statement).toBe(false);
    expect(verified.codes).toEqual(['digest-mismatch']);
  });
});
