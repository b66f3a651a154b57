import { expect, test } from 'vitest';
import { owedEvidence, readOwed } from '../../../services/gateway/inclusion/kept-claim.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { startOffline } from '../start-offline.js';

test('gateway: the inclusion of a record is owed since it arrived, or since the hub signed it if that is later, and never since a time to come', async () => {
  await using offline = await startOffline();
  const { gateway } = offline;
  const now = Math.floor(Date.now() / 1_000);
  const about = { statement: 'of the hub', originator: 'europol', frame: 'a frame' };
  const signed = { ...about, issuedAt: (now - 100) * 1_000 };
  const claimedFor = async (arrived: number): Promise<unknown> => {
    const record = { digest: 'of the record', at: arrived * 1_000, frame: 1, delivery: null, missing: 0 };
    const { statement } = readOwed(await owedEvidence(gateway.identity, record, signed));
    expect(claimsIn(statement)).toMatchObject({ what: 'inclusion' });
    return (claimsIn(statement) as { readonly since: number }).since - now;
  };
  expect(await claimedFor(now - 50)).toBe(-50);
  expect(await claimedFor(now - 1_000)).toBe(-100);
  expect(await claimedFor(now + 86_400)).toBeLessThan(60);
});
