import { expect, test } from 'vitest';
import { provedStatements } from '../../../services/gateway/holding/own-statements.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signReceiptsStatement } from '../../../services/shared/ledger/receipt/receipts-statement.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { makeFederation, NOW } from '../../shared/trust/federation.js';

const europol = parseOrgId('europol');

test('the newest own statement proves a restore although the key that signed it was revoked since', async () => {
  const revokedAt = '2026-06-01T11:00:00Z';
  const { directory, signer } = await makeFederation((source) => {
    const entry = source.organisations['europol']!;
    const keys = entry.keys.map((key) => (key.kid === 'europol:receipt:1' ? { ...key, revokedAt } : key));
    return { ...source, organisations: { ...source.organisations, europol: { ...entry, keys } } };
  });
  const about = {
    recipient: europol,
    federation: directory.federation,
    now: new Date(NOW.getTime() - 7_200_000),
  };
  const sign = (kid: string) =>
    signReceiptsStatement(
      { number: 9, previous: null },
      { receipts: [], changes: [] },
      { ...about, signer: signer(kid) },
    );
  const proved = async (signed: string) => {
    const identity = { clock: () => NOW, directory: { current: () => directory }, org: europol };
    const receipts = { number: 9, digests: [], signed };
    return provedStatements(identity, { submission: null, receipts });
  };
  const own = await sign('europol:receipt:1');
  expect(await proved(own)).toMatchObject([{ number: 9, digest: digest(own) }]);
  expect(await proved(await sign('afripol:receipt:1'))).toEqual([]);
});
