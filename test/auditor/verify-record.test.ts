import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastTime, timeAfter } from '../../services/auditor/ledger-time.js';
import { createVerifyRecord, keyFault } from '../../services/auditor/verify-record.js';
import type { VerifiedRecord } from '../../services/shared/ledger/record.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { makeAlteredActions } from '../shared/ledger/altered-actions.js';
import { type Hub, noticePart, type RunningAuditor, startHub, waitUntil } from './hub.js';

const HOUR = 3_600_000;

describe('auditor: the key of a record is judged by the times stated in records, in the order of the ledger', () => {
  let hub: Hub;
  let auditor: RunningAuditor | undefined;
  let record: VerifiedRecord;
  let bytes: Uint8Array;
  beforeAll(async () => {
    hub = await startHub();
    bytes = await hub.report('interpol', [noticePart(1)]);
    const verify = createVerifyRecord({ directory: () => hub.directory, clock: () => new Date() });
    record = await verify({ subject: 'ledger.interpol', bytes });
  });
  afterAll(async () => {
    await auditor?.stop();
    await hub.close();
  });

  const revokedAt = (time: Date): Directory => ({
    ...hub.directory,
    key: (kid) => {
      const key = hub.directory.key(kid);
      return key?.use === 'hub' ? { ...key, revokedAt: time } : key;
    },
  });
  const after = (ms: number): Date => new Date(record.issuedAt.getTime() + ms);
  const codeOf = (newest: Date, revoked: Date): string | undefined => {
    const recorded = timeAfter(newest, record.issuedAt, () => new Date());
    return keyFault(record, { directory: revokedAt(revoked), recorded })?.code;
  };

  test('a record is judged by its own time, however late it is read', () => {
    expect(codeOf(new Date(0), after(1))).toBeUndefined();
    expect(codeOf(new Date(0), after(0))).toBe('key-revoked');
  });

  test('a record with an earlier time than the record before it is judged by the time of that record', () => {
    expect(codeOf(after(HOUR), after(HOUR))).toBe('key-revoked');
    expect(codeOf(after(HOUR), after(HOUR + 1))).toBeUndefined();
  });

  test('a record ahead of the clock of the auditor advances the time of the ledger only up to that clock', () => {
    const now = after(-HOUR);
    expect(timeAfter(new Date(0), record.issuedAt, () => now)).toEqual(now);
  });

  test('a thief of a revoked key who signs an earlier time is refused, whatever time the broker states', async () => {
    await hub.publish('interpol', bytes);
    await waitUntil(() => Date.now() > record.issuedAt.getTime() + 2_000);
    await hub.publish('europol', await hub.report('europol', [noticePart(2)]));
    // Both state a time before the revocation; the second record shows that the revocation has passed.
    await hub.publish('interpol', await hub.report('interpol', [noticePart(3)], { at: record.issuedAt }));
    const directory = revokedAt(after(HOUR));
    let current = directory;
    auditor = await hub.audit({ directory: () => current });
    await waitUntil(() => auditor?.archive.count() === 3);
    expect(await lastTime(auditor.archive)).toEqual(record.issuedAt);
    current = revokedAt(after(1_500));
    await hub.publish('interpol', await hub.report('interpol', [noticePart(4)], { at: record.issuedAt }));
    await waitUntil(() => auditor?.alarms().includes('foreign-record key-revoked') ?? false);
    expect(auditor.archive.count()).toBe(3);
  });
});

test('auditor: a record whose action is not the one that its originator signed is refused', async () => {
  const { directory, now, sound, altered } = await makeAlteredActions();
  const verify = createVerifyRecord({ directory: () => directory, clock: () => now });
  await verify({ subject: 'ledger.europol', bytes: sound });
  for (const [how, bytes] of Object.entries(altered)) {
    const verified = verify({ subject: 'ledger.europol', bytes });
    await expect(verified, how).rejects.toMatchObject({ code: 'digest-mismatch' });
  }
});
