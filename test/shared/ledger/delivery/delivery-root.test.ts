import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64url, encodeBase64url } from '../../../../services/shared/kernel/base64url.js';
import { type Jti, parseJti } from '../../../../services/shared/kernel/ids.js';
import {
  deliveredLeafData,
  type DeliveredLeaf,
  deliveryRoot,
  deliveryTree,
  saltAt,
} from '../../../../services/shared/ledger/delivery/delivery-root.js';
import { digestOfDisclosures } from '../../../../services/shared/trust/copy-digests.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { leafHash, rootFrom } from '../../../../services/shared/trust/merkle.js';

interface Vector {
  readonly seed: string;
  readonly notices: readonly {
    readonly jti: string;
    readonly digest: string;
    readonly disclosures: readonly string[];
    readonly disclosed: string;
    readonly salt: string;
  }[];
  readonly roots: readonly string[];
}

const file = new URL('../../../../proto/vectors/delivery-root.json', import.meta.url);
const vector = JSON.parse(readFileSync(file, 'utf8')) as Vector;
const seed = Buffer.from(vector.seed, 'hex');
const published = vector.notices.map((one) => ({ ...one, jti: parseJti(one.jti) }));

describe('the root of a delivery', () => {
  test('equals the published vector for each number of notices', () => {
    for (const [size, root] of vector.roots.entries())
      expect(deliveryRoot(seed, published.slice(0, size))).toEqual({ root, size });
  });

  test('is computed from salts and digests of disclosures that equal the published vector', () => {
    for (const [index, { salt, disclosures, disclosed }] of vector.notices.entries()) {
      expect(Buffer.from(saltAt(seed, index)).toString('hex')).toBe(salt);
      expect(digestOfDisclosures(disclosures)).toBe(disclosed);
    }
  });

  const leaf: fc.Arbitrary<DeliveredLeaf> = fc.record({
    jti: fc.nat(999).map((revision): Jti => parseJti(`01890a5d-ac96-774b-bcce-b302099a8057.${revision + 1}`)),
    digest: fc.string().map(digest),
    disclosed: fc.string().map(digest),
  });

  test('property: changes with every notice, digest and seed, and each notice is proved by its own salt and path', () => {
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 1, maxLength: 64 }), fc.nat(), (leaves, pick) => {
        const index = pick % leaves.length;
        const is = deliveryRoot(seed, leaves);
        const swapped = leaves.with(index, {
          ...leaves[index]!,
          disclosed: digest('other'),
          digest: digest('x'),
        });
        expect(deliveryRoot(seed, swapped).root).not.toBe(is.root);
        expect(deliveryRoot(seed, leaves.toSpliced(index, 1)).root).not.toBe(is.root);
        expect(
          deliveryRoot(
            seed.map((byte) => byte ^ 1),
            leaves,
          ).root,
        ).not.toBe(is.root);
        const data = deliveredLeafData(saltAt(seed, index), leaves[index]!);
        const path = deliveryTree(seed, leaves).path(index);
        const found = rootFrom(leafHash(data), { index, size: leaves.length }, path);
        expect(found && encodeBase64url(found)).toBe(is.root);
      }),
      { numRuns: 100 },
    );
  });

  test('property: different lists of disclosures have different digests', () => {
    const lists = fc.array(fc.base64String({ maxLength: 6 }), { maxLength: 4 });
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        expect(digestOfDisclosures(a) === digestOfDisclosures(b)).toBe(
          JSON.stringify(a) === JSON.stringify(b),
        );
      }),
    );
    expect(decodeBase64url(digestOfDisclosures([]))).toHaveLength(32);
  });
});
