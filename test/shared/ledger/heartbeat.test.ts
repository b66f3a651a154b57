import { describe, expect, test } from 'vitest';
import { signHeartbeat, verifyHeartbeat } from '../../../services/shared/ledger/heartbeat.js';
import { type Directory, openDirectory, signDirectory } from '../../../services/shared/trust/directory.js';
import { listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { generateKey, importSigner, publicJwk, type Signer } from '../../../services/shared/trust/keys.js';

const NOW = new Date('2030-01-02T03:04:05.678Z');
const BEAT = { epoch: '2030-01-01T00:00:00.123456789Z', seq: 41, count: 99, size: 8, time: NOW };

interface Hub {
  readonly directory: Directory;
  readonly audit: Signer;
  readonly hub: Signer;
}

async function makeHub(revokedAt?: string): Promise<Hub> {
  const [root, audit, hub] = await Promise.all(['root:root:1', 'hub:audit:1', 'hub:hub:1'].map(generateKey));
  const window = { notBefore: '2029-01-01T00:00:00Z', notAfter: '2031-01-01T00:00:00Z' };
  const entries = [
    {
      kid: 'hub:audit:1',
      ...listedKeyOf(audit!),
      ...window,
      ...(revokedAt ? { revokedAt } : {}),
    },
    { kid: 'hub:hub:1', ...listedKeyOf(hub!), ...window },
  ];
  const source = {
    federation: 'demo',
    version: 1,
    previous: null,
    issuedAt: '2030-01-01T00:00:00Z',
    nextUpdate: '2030-01-08T00:00:00Z',
    hub: { contract: 1, serves: [], keys: entries },
    organisations: {},
  };
  const frame = await signDirectory(source, await importSigner(root!));
  return {
    directory: await openDirectory(frame, publicJwk(root!)),
    audit: await importSigner(audit!),
    hub: await importSigner(hub!),
  };
}

describe('heartbeat', () => {
  test('is read exactly as the auditor signed it, to the millisecond', async () => {
    const { directory, audit } = await makeHub();
    const token = await signHeartbeat(BEAT, { federation: 'demo', signer: audit });
    expect(await verifyHeartbeat(token, directory, NOW)).toEqual(BEAT);
  });

  test('a hub key, which signs records, signs no heartbeat', async () => {
    const { directory, hub } = await makeHub();
    const token = await signHeartbeat(BEAT, { federation: 'demo', signer: hub });
    await expect(verifyHeartbeat(token, directory, NOW)).rejects.toMatchObject({ code: 'key-invalid' });
  });

  test('a heartbeat of another federation is refused', async () => {
    const { directory, audit } = await makeHub();
    const token = await signHeartbeat(BEAT, { federation: 'other', signer: audit });
    await expect(verifyHeartbeat(token, directory, NOW)).rejects.toMatchObject({ code: 'audience-mismatch' });
  });

  test('a heartbeat from the future or by a revoked key is refused', async () => {
    const { directory, audit } = await makeHub();
    const token = await signHeartbeat(BEAT, { federation: 'demo', signer: audit });
    const early = new Date(NOW.getTime() - 180_000);
    await expect(verifyHeartbeat(token, directory, early)).rejects.toMatchObject({
      code: 'issued-in-future',
    });
    const revoked = await makeHub('2030-01-02T00:00:00Z');
    const late = await signHeartbeat(BEAT, { federation: 'demo', signer: revoked.audit });
    await expect(verifyHeartbeat(late, revoked.directory, NOW)).rejects.toMatchObject({
      code: 'key-revoked',
    });
  });

  test.each([
    { epoch: 7 },
    { seq: -1 },
    { seq: 1.5 },
    { count: '9' },
    { size: -1 },
    { size: undefined },
    { time: 'yesterday' },
    { time: '2030-01-02' },
    { time: '2030-01-02T03:04:06.678Z' },
    { time: '9999-01-01T00:00:00.000Z' },
  ])('a signed heartbeat with %o is malformed', async (wrong) => {
    const { directory, audit } = await makeHub();
    const claims = {
      iss: 'auditor',
      iat: 1_893_553_445,
      aud: 'demo',
      ...BEAT,
      time: NOW.toISOString(),
      ...wrong,
    };
    const token = await signJws('heartbeat+jws', claims, audit);
    await expect(verifyHeartbeat(token, directory, NOW)).rejects.toMatchObject({ code: 'token-malformed' });
  });
});
