import { beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { signRecordings, verifyRecordings } from '../../../../services/shared/ledger/receipt/recording.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { signJws } from '../../../../services/shared/trust/jws.js';
import { IAT, makeFederation, NOW, refused, type TestFederation } from '../../trust/federation.js';

const EUROPOL = parseOrgId('europol');
const AT = new Date(NOW.getTime() - 60_000);
const RECORDINGS = new Map([[digest('a receipt'), AT]]);

describe('a statement about when receipts were recorded', () => {
  let federation: TestFederation;
  beforeAll(async () => {
    federation = await makeFederation();
  });
  const read = (token: string) =>
    verifyRecordings(token, { directory: federation.directory, originator: EUROPOL, now: NOW });
  const signed = (originator: string, kid = 'hub:hub:1') =>
    signRecordings(RECORDINGS, {
      originator: parseOrgId(originator),
      signer: federation.signer(kid),
      now: NOW,
    });

  test('is read back as the router signed it', async () => {
    expect(await read(await signed('europol'))).toEqual(RECORDINGS);
  });

  test('is refused when it is for another originator, or not signed by the hub', async () => {
    await refused(read(await signed('afripol')), 'audience-mismatch');
    await refused(read(await signed('europol', 'afripol:receipt:1')), 'key-invalid');
  });

  test.each<readonly [string, unknown]>([
    ['no list', { at: IAT }],
    ['more receipts than a frame', Array.from({ length: 1_000 }, () => ({ digest: digest(''), at: IAT }))],
    ['a time after its own', [{ digest: digest(''), at: IAT + 1 }]],
    ['a time that is no number', [{ digest: digest(''), at: '1' }]],
    ['a text that is no digest', [{ digest: 'x', at: IAT }]],
  ])('is refused with %s', async (_, receipts) => {
    const claims = { iss: 'hub', iat: IAT, aud: 'europol', receipts };
    await refused(
      read(await signJws('recording+jws', claims, federation.signer('hub:hub:1'))),
      'token-malformed',
    );
  });
});
