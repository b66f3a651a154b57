import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Expected, signJws, type Typ } from '../../../services/shared/trust/jws.js';
import { signSet, verifySet } from '../../../services/shared/trust/signed-set.js';
import { IAT, makeFederation, NOW, refused, type TestFederation } from './federation.js';

let federation: TestFederation;
let expected: Expected;

beforeAll(async () => {
  federation = await makeFederation();
  const { directory } = federation;
  const hub = { use: 'hub', key: directory.key, issuer: 'hub', audience: 'demo' } as const;
  expected = { ...hub, typ: 'receipt-record+jws', now: NOW };
});

const CLAIMS = { iss: 'hub', iat: IAT, aud: 'demo', org: 'europol' };

const sign = (parts: readonly unknown[]) =>
  signSet({
    typ: 'receipt-record+jws',
    claims: CLAIMS,
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
      typ: 'receipt-record+jws',
      claims: { ...CLAIMS, root: 'x', size: 99 },
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

  test('property: is refused once any bit of a leaf is changed', async () => {
    const { statement, leaves } = await sign(PARTS);
    await fc.assert(
      fc.asyncProperty(fc.nat(PARTS.length - 1), fc.nat(), fc.nat(7), async (index, at, bit) => {
        const flip = (bytes: Uint8Array): Uint8Array => {
          const flipped = Buffer.from(bytes);
          flipped[at % flipped.length]! ^= 1 << bit;
          return flipped;
        };
        const leaf = leaves[index]!;
        for (const one of [
          { ...leaf, salt: flip(leaf.salt) },
          { ...leaf, part: flip(leaf.part) },
        ])
          await refused(
            verifySet({ statement, leaves: leaves.with(index, one) }, expected),
            'digest-mismatch',
          );
      }),
      { numRuns: 40 },
    );
  });

  test('states the number of its parts, except in a report, whose statement every recipient reads', async () => {
    const by = { claims: CLAIMS, parts: PARTS, signer: federation.signer('hub:hub:1') };
    const report = await signSet({ ...by, typ: 'report+jws' });
    const { claims } = await verifySet(report, { ...expected, typ: 'report+jws' });
    expect('size' in claims).toBe(false);
    const { root } = claims;
    const forge = async (typ: Typ, more: object) => {
      const statement = await signJws(typ, { ...CLAIMS, root, ...more }, by.signer);
      return refused(verifySet({ ...report, statement }, { ...expected, typ }), 'digest-mismatch');
    };
    await forge('report+jws', { size: PARTS.length });
    await forge('receipt-record+jws', {});
    await forge('receipt-record+jws', { size: PARTS.length - 1 });
  });
});
