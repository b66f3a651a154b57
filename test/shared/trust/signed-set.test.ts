import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Expected } from '../../../services/shared/trust/jws.js';
import { createProver, verifyProof } from '../../../services/shared/trust/proof.js';
import { signSet, verifySet } from '../../../services/shared/trust/signed-set.js';
import { IAT, makeFederation, NOW, refused, type TestFederation } from './federation.js';

let federation: TestFederation;
let expected: Expected;

beforeAll(async () => {
  federation = await makeFederation();
  const { directory } = federation;
  expected = { typ: 'report+jws', use: 'hub', key: directory.key, now: NOW, issuer: 'hub', audience: 'demo' };
});

const sign = (parts: readonly unknown[]) =>
  signSet({
    typ: 'report+jws',
    claims: { iss: 'hub', iat: IAT, aud: 'demo', org: 'europol' },
    parts,
    signer: federation.signer('hub:hub:1'),
  });

const PARTS = [{ type: 'a' }, { type: 'b', n: 2 }, { type: 'c' }, { type: 'd' }, { type: 'e' }];

describe('a signed set', () => {
  test('returns its claims and parts in order', async () => {
    const { claims, parts, key } = await verifySet(await sign(PARTS), expected);
    expect(parts).toEqual(PARTS);
    expect(claims).toMatchObject({ iss: 'hub', org: 'europol', size: PARTS.length });
    expect(key.kid).toBe('hub:hub:1');
  });

  test('may be empty', async () => {
    const { parts } = await verifySet(await sign([]), expected);
    expect(parts).toEqual([]);
  });

  test('claims of the caller never override root and size', async () => {
    const forged = signSet({
      typ: 'report+jws',
      claims: { iss: 'hub', iat: IAT, aud: 'demo', root: 'x', size: 99 },
      parts: PARTS,
      signer: federation.signer('hub:hub:1'),
    });
    expect((await verifySet(await forged, expected)).parts).toEqual(PARTS);
  });

  test('equal parts have unequal leaves', async () => {
    const [first, second] = (await sign([1, 1])).leaves;
    expect(first!.part).toEqual(second!.part);
    expect(first!.salt).not.toEqual(second!.salt);
  });

  test('with a leaf removed, added or moved, or with a short salt, does not verify', async () => {
    const { statement, leaves } = await sign(PARTS);
    const [first, second, ...rest] = leaves;
    const short = { ...first!, salt: first!.salt.slice(1) };
    const variants = [
      leaves.slice(1),
      [...leaves, first!],
      [second!, first!, ...rest],
      [short, second!, ...rest],
      [],
    ];
    for (const variant of variants) {
      await refused(verifySet({ statement, leaves: variant }, expected), 'digest-mismatch');
    }
  });

  test('bytes moved between salt and part do not verify', async () => {
    const { statement, leaves } = await sign(['x']);
    const { salt, part } = leaves[0]!;
    const moved = { salt: Buffer.concat([salt, part.subarray(0, 1)]), part: part.subarray(1) };
    await refused(verifySet({ statement, leaves: [moved] }, expected), 'digest-mismatch');
  });

  test('property: every proof verifies its own part, and none once any bit of its leaf, path or index is changed', async () => {
    const set = await sign(PARTS);
    const prove = createProver(set);
    await fc.assert(
      fc.asyncProperty(fc.nat(PARTS.length - 1), fc.nat(), fc.nat(), async (index, at, bit) => {
        const proof = prove(index)!;
        expect((await verifyProof(set.statement, proof, expected)).part).toEqual(PARTS[index]);
        const flip = (text: string): string => {
          const bytes = Buffer.from(text, 'base64url');
          bytes[at % bytes.length]! ^= 1 << (bit % 8);
          return bytes.toString('base64url');
        };
        const [first, ...more] = proof.path;
        const changed = [
          { ...proof, salt: flip(proof.salt) },
          { ...proof, part: flip(proof.part) },
          { ...proof, path: [flip(first!), ...more] },
          { ...proof, path: more },
          { ...proof, index: (index + 1) % PARTS.length },
          { ...proof, size: proof.size + 1 },
        ];
        for (const one of changed)
          await refused(verifyProof(set.statement, one, expected), 'digest-mismatch');
      }),
      { numRuns: 40 },
    );
  });

  test('a proof of one statement does not verify with another', async () => {
    const [one, other] = [await sign(PARTS), await sign(PARTS)];
    await refused(verifyProof(other.statement, createProver(one)(0)!, expected), 'digest-mismatch');
  });
});
