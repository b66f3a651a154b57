import { expect, test } from 'vitest';
import { openDirectory, signDirectory } from '../../../../services/shared/trust/directory.js';
import { generateKey, importSigner } from '../../../../services/shared/trust/keys.js';
import { signReview, verifyReview } from '../../../../services/shared/trust/signers/break-glass-review.js';
import { entryOf, makeFederation, NOW, refused } from '../federation.js';
import { EUROPOL } from '../notices.js';

test('a review by a key that expired before it was recorded is refused, whatever date it has', async () => {
  const [signedAt, valid] = [new Date('2026-06-01T10:00:00Z'), new Date('2026-06-01T10:30:00Z')];
  const { source, root, anchor } = await makeFederation();
  const key = await generateKey('europol:approver:1');
  const listed = entryOf(key, { person: 'Ada Example', notAfter: '2026-06-01T11:00:00Z' });
  const europol = source.organisations['europol'] ?? expect.fail('no europol');
  const organisations = { ...source.organisations, europol: { ...europol, keys: [...europol.keys, listed] } };
  const directory = await openDirectory(await signDirectory({ ...source, organisations }, root), anchor);
  const jti = '01900000-0000-7000-8000-000000000001.5';
  const signing = { signer: await importSigner(key), federation: 'demo', now: signedAt };
  const review = await signReview({ jti, finding: 'justified' }, signing);
  const by = { key: directory.key, issuer: EUROPOL, audience: 'demo' };
  const opened = { jti, finding: 'justified', person: 'ada example' };
  expect(await verifyReview(review, { ...by, now: valid })).toEqual(opened);
  expect(await verifyReview(review, { ...by, now: NOW, recorded: valid })).toEqual(opened);
  await refused(verifyReview(review, { ...by, now: NOW }), 'key-expired');
});
