import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVerifyRecord } from '../../services/auditor/verify-record.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { type Hub, noticePart, startHub } from './hub.js';

const REVOKED = new Date('2026-06-01T12:00:00Z');
const before = new Date(REVOKED.getTime() - 1_000);

describe('auditor: the key of a record is judged as of when the broker stored the record', () => {
  let hub: Hub;
  let bytes: Uint8Array;
  beforeAll(async () => {
    hub = await startHub();
    bytes = await hub.report('interpol', [noticePart(1)]);
  });
  afterAll(() => hub.close());

  const verifyAt = (storedAt: Date) => {
    const directory: Directory = {
      ...hub.directory,
      key: (kid) => {
        const key = hub.directory.key(kid);
        return key && { ...key, revokedAt: REVOKED };
      },
    };
    const verify = createVerifyRecord({ directory: () => directory });
    return verify({ seq: 1, subject: 'ledger.interpol', bytes, storedAt });
  };

  test('a record stored before its key was revoked is archived, however late it is read', async () => {
    await expect(verifyAt(before)).resolves.toMatchObject({ type: 'report', org: 'interpol' });
  });

  test('a record stored after its key was revoked is refused', async () => {
    await expect(verifyAt(REVOKED)).rejects.toMatchObject({ code: 'key-revoked' });
  });
});
