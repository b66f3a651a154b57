import { expect, test } from 'vitest';
import { parseManifest } from '../../../../services/shared/verify/ledger-export/layout.js';
import { digest } from '../../../../services/shared/trust/digest.js';

test('the manifest of an export may list ten thousand bundles of policies', () => {
  const bundles = Array.from({ length: 10_000 }, (_, n) => digest(`bundle ${n}`)).toSorted();
  const manifest = {
    kind: 'ledger-export',
    origin: 'demo/liaison/1',
    size: 20_000,
    shown: 'federation',
    bundles,
  };
  expect(parseManifest(Buffer.from(JSON.stringify(manifest)))).toEqual(manifest);
});
