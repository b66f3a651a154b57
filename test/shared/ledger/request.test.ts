import { beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId, parseOrgId, parseRequestId } from '../../../services/shared/kernel/ids.js';
import { signRequest, verifyRequest } from '../../../services/shared/ledger/request.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { createKeyRing } from './signers.js';

const now = new Date('2026-06-01T12:00:00Z');
const [europol, interpol] = [parseOrgId('europol'), parseOrgId('interpol')];
const content = {
  jti: parseRequestId('01900000-0000-7000-8000-000000000002'),
  to: europol,
  id: parseNoticeId('01900000-0000-7000-8000-000000000001'),
  revision: digest('a notice'),
  section: 'judicial',
  purpose: 'arrest',
} as const;

const { directory, make } = createKeyRing();
let signer: Signer;
beforeAll(async () => {
  signer = await make('interpol:notice:1');
});

const verify = (token: string) => verifyRequest(token, { directory, holder: interpol, now });
const CLAIMS = {
  iss: 'interpol',
  aud: 'demo',
  iat: now.getTime() / 1000,
  jti: content.jti,
  to: 'europol',
  id: content.id,
  digest: content.revision,
  section: 'judicial',
  purpose: 'arrest',
};

describe('a request for a section', () => {
  test('verifies with exactly what its holder signed, and is named by its digest', async () => {
    const token = await signRequest(content, { signer, federation: 'demo', now });
    expect(await verify(token)).toEqual({
      ...content,
      holder: interpol,
      issuedAt: now,
      kid: 'interpol:notice:1',
      digest: digest(token),
    });
  });

  const bad: readonly (readonly [string, object, string])[] = [
    ['addressed to the holder that signed it', { to: 'interpol' }, 'token-malformed'],
    ['for an unknown section', { section: 'routing' }, 'token-malformed'],
    ['for an unknown purpose', { purpose: 'curiosity' }, 'token-malformed'],
    ['without the digest of a revision', { digest: 'x' }, 'token-malformed'],
    ['with an unknown claim', { reason: 'x' }, 'token-malformed'],
    ['without an id of its own', { jti: 'x' }, 'id-invalid'],
    ['with an `id` that names no notice', { id: 'x' }, 'id-invalid'],
    ['signed for another holder', { iss: 'europol' }, 'issuer-mismatch'],
  ];
  test.each(bad)('is refused when it is %s', async (_what, claims, code) => {
    const token = await signJws('request+jws', { ...CLAIMS, ...claims }, signer);
    await expect(verify(token)).rejects.toMatchObject({ code });
  });
});
