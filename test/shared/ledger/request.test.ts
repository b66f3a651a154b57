import { beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId, parseOrgId, parseRequestId } from '../../../services/shared/kernel/ids.js';
import { signRequest, verifyRequest } from '../../../services/shared/ledger/request.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Directory, DirectoryKey } from '../../../services/shared/trust/directory.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  publicJwk,
  type Signer,
} from '../../../services/shared/trust/keys.js';

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

let signer: Signer;
let directory: Directory;
beforeAll(async () => {
  const jwk = await generateKey('interpol:notice:1');
  const key = {
    kid: jwk.kid,
    owner: interpol,
    use: 'notice',
    x: jwk.x,
    verifier: await importVerifier(publicJwk(jwk)),
    notBefore: new Date(0),
    notAfter: new Date(8.64e15),
  } as DirectoryKey;
  directory = {
    federation: 'demo',
    key: (kid: string) => (kid === key.kid ? key : undefined),
  } as unknown as Directory;
  signer = await importSigner(jwk);
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
    ['to its holder itself', { to: 'interpol' }, 'token-malformed'],
    ['for an unknown section', { section: 'routing' }, 'token-malformed'],
    ['for an unknown purpose', { purpose: 'curiosity' }, 'token-malformed'],
    ['without the digest of a revision', { digest: 'x' }, 'token-malformed'],
    ['with a claim too many', { reason: 'x' }, 'token-malformed'],
    ['without an id of its own', { jti: 'x' }, 'id-invalid'],
    ['about no notice', { id: 'x' }, 'id-invalid'],
    ['of another holder', { iss: 'europol' }, 'issuer-mismatch'],
  ];
  test.each(bad)('is not verified %s', async (_what, claims, code) => {
    const token = await signJws('request+jws', { ...CLAIMS, ...claims }, signer);
    await expect(verify(token)).rejects.toMatchObject({ code });
  });
});
