import { describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { type Amendment, amendmentParts } from '../../../../services/shared/trust/directory/amendment.js';
import { judgeContract, newContract } from '../../../../services/shared/trust/directory/judge-key-request.js';
import { askedKid } from '../../../../services/shared/trust/directory/key-request-claims.js';
import { openKeyRequest, signKeyRequest } from '../../../../services/shared/trust/directory/key-request.js';
import { signAmendment } from '../../../../services/shared/trust/directory/sign-amendment.js';
import type { StatedContract } from '../../../../services/shared/trust/directory/stated-contract.js';
import { checkSuccession } from '../../../../services/shared/trust/directory/succession.js';
import { sourceIn } from '../../../../services/shared/trust/directory/version-source.js';
import {
  type Directory,
  openDirectory,
  signDirectory,
  signedVersionIn,
} from '../../../../services/shared/trust/directory.js';
import { signSet } from '../../../../services/shared/trust/signed-set.js';
import { frames } from '../../../../services/shared/wire/frames.js';
import { IAT, makeFederation, NOW, refused } from '../federation.js';

const EUROPOL = parseOrgId('europol');
const federation = await makeFederation();
const { source, root, anchor, directory: base } = federation;

/** A request of europol to be listed with a contract, by default signed by its notice key. */
const stated = (contract: number, signer = 'europol:notice:1', claims: object = {}): Promise<string> => {
  const wish = { type: 'contract', contract } as const;
  return signKeyRequest({ iss: EUROPOL, aud: 'demo', iat: IAT, wish, ...claims }, [federation.jwk(signer)]);
};

describe('a gateway that speaks a newer contract than the directory lists', () => {
  /** What a hub that speaks `spoken` does with a request. */
  const judged = async (text: Promise<string>, spoken: number, directory = base) => {
    const request = await openKeyRequest(await text, { directory, now: NOW });
    if (request.wish.type !== 'contract') throw new Error('another wish');
    const { granting } = judgeContract(request, request.wish, { directory, spoken });
    return { granting, kid: askedKid(request), contract: newContract(request.wish, spoken) };
  };

  test('is listed with it without a person, but with none that the hub does not speak', async () => {
    const listed = { granting: 'automatic', kid: 'europol:contract' };
    expect(await judged(stated(2), 2)).toEqual({ ...listed, contract: 2 });
    expect(await judged(stated(7), 3)).toEqual({ ...listed, contract: 3 });
    await refused(judged(stated(2), 1), 'not-yet');
  });

  test('is never listed with an older one, nor with the same again', async () => {
    const { europol } = source.organisations;
    const organisations = { ...source.organisations, europol: { ...europol!, contract: 3 } };
    const raised = await openDirectory(await signDirectory({ ...source, organisations }, root), anchor);
    for (const contract of [2, 3]) await refused(judged(stated(contract), 9, raised), 'request-used');
  });

  test.each<[string, string, () => Promise<string>]>([
    ['a receipt key', 'key-invalid', () => stated(2, 'europol:receipt:1')],
    ['a key of another member', 'issuer-mismatch', () => stated(2, 'afripol:notice:1')],
    ['its notice key more than 7 days ago', 'expired', () => stated(2, undefined, { iat: IAT - 7 * 86_400 })],
    [
      'its notice key for another federation',
      'audience-mismatch',
      () => stated(2, undefined, { aud: 'other' }),
    ],
    ['its notice key without a number', 'schema-invalid', () => stated(0)],
  ])('is not listed with one that is signed by %s', async (_, code, text) => {
    await refused(judged(text(), 9), code);
  });
});

describe('a directory key', () => {
  const [SINCE, ISSUED] = ['2026-06-02T00:00:00Z', '2026-06-03T00:00:00Z'];
  const signer = federation.signer('hub:directory:1');
  const listing = (before: Directory, contract: number, issuedAt = ISSUED) => {
    const now = sourceIn(before.frame);
    const { europol } = now.organisations;
    return {
      ...now,
      version: before.version + 1,
      previous: before.digest,
      issuedAt,
      nextUpdate: '2026-06-10T00:00:00Z',
      organisations: { ...now.organisations, europol: { ...europol!, contract } },
    };
  };
  const contractIn = ({ organisations }: Directory): number | undefined =>
    organisations.get(EUROPOL)?.contract;

  test('lists the contract that the gateway stated, in this version and those after it', async () => {
    const frame = await signAmendment(base.frame, listing(base, 2), { signer, request: await stated(3) });
    const second = await openDirectory(frame!, anchor);
    checkSuccession(base, second);
    const again = await signAmendment(second.frame, listing(second, 2, '2026-06-12T00:00:00Z'), { signer });
    const third = await openDirectory(again!, anchor);
    checkSuccession(second, third);
    expect([second, third].map(contractIn)).toEqual([2, 2]);
    expect(third.signedBy).toBe('hub:directory:1');
  });

  test('that leaves out what it listed is not followed: only the root may lower the contract of a member', async () => {
    const frame = await signAmendment(base.frame, listing(base, 2), { signer, request: await stated(2) });
    const second = await openDirectory(frame!, anchor);
    const lowered = listing(second, 1);
    const third = await openDirectory((await signAmendment(base.frame, lowered, { signer }))!, anchor);
    expect(() => checkSuccession(second, third)).toThrow('the contract of `europol` was lowered to 1');
    const byRoot = await openDirectory(await signDirectory(lowered, root), anchor);
    expect(() => checkSuccession(second, byRoot)).not.toThrow();
  });

  test('lists no contract without the request of that member: the root must', async () => {
    const wanted = listing(base, 2);
    const requests = [undefined, await stated(2, 'afripol:notice:1', { iss: 'afripol' })];
    for (const request of requests)
      expect(await signAmendment(base.frame, wanted, { signer, request })).toBeUndefined();
  });

  /** Signs an amendment as a thief of the directory key would, and opens it. */
  async function forged(contract: Partial<StatedContract>, id = 'europol'): Promise<Directory> {
    const ids = ['europol', 'afripol'];
    const amendment = {
      head: {
        version: 2,
        previous: base.digest,
        issuedAt: ISSUED,
        nextUpdate: '2026-06-10T00:00:00Z',
        base: base.digest,
      },
      hub: { contract: 1, serves: ['delivery'], revoked: [] },
      organisations: ids.map((one) => ({ id: one, revoked: [], ...(one === id && { contract }) })),
    } as unknown as Amendment;
    const claims = { iss: 'hub', iat: Date.parse(ISSUED) / 1000 };
    const parts = amendmentParts(amendment);
    const signed = await signSet({ typ: 'directory-amendment+jws', claims, parts, signer });
    const { directory } = signedVersionIn(base.frame);
    return openDirectory(frames.directory.encode({ directory, amendment: signed }), anchor);
  }

  test.each<[string, string, () => Promise<Directory>]>([
    [
      'above the stated one',
      'key-invalid',
      async () => forged({ request: await stated(2), contract: 3, since: SINCE }),
    ],
    [
      'that is not newer than that of the root',
      'directory-older',
      async () => forged({ request: await stated(2), contract: 1, since: SINCE }),
    ],
    [
      'that a receipt key stated',
      'key-invalid',
      async () => forged({ request: await stated(2, 'europol:receipt:1'), contract: 2, since: SINCE }),
    ],
    [
      'for another member than the one that stated it',
      'issuer-mismatch',
      async () => forged({ request: await stated(2), contract: 2, since: SINCE }, 'afripol'),
    ],
    [
      'after the amended version',
      'key-invalid',
      async () => forged({ request: await stated(2), contract: 2, since: '2026-06-03T00:00:01Z' }),
    ],
    [
      'by a request to revoke a key',
      'key-invalid',
      async () => {
        const wish = { type: 'revoke', kid: 'europol:notice:1', since: IAT } as const;
        return forged({ request: await stated(2, undefined, { wish }), contract: 2, since: SINCE });
      },
    ],
  ])('that was stolen lists no contract %s', async (_, code, opened) => {
    await refused(opened(), code);
  });
});
