import { describe, expect, test } from 'vitest';
import { generateApprovers } from '../../../services/cli/org/approvers.js';
import {
  MAX_FIRST_RELEASE_BYTES,
  type RequestedRelease,
  signFirstRelease,
} from '../../../services/cli/org/first-release/first-release.js';
import {
  type JoinClaims,
  MEMBER_USES,
  openJoinRequest,
  signJoinRequest,
} from '../../../services/cli/org/join-request.js';
import { newSeed } from '../../../services/shared/bus/nkeys.js';
import { decodeBase64url, encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signRelease } from '../../../services/shared/ledger/release/release.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';

const NOW = new Date('2026-11-25T10:00:00Z');
const ID = parseOrgId('caricompol');
const CLAIMS: Omit<JoinClaims, 'keys' | 'approvers' | 'nkeys'> = {
  id: ID,
  name: 'Caribbean Police',
  federation: 'demo',
  hub: 'nats://10.0.0.1:4222',
  contract: 1,
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  iat: NOW.getTime() / 1000,
  csr: 'AAAA',
};
const FILES = new Map([
  ['export.cedar', '// export'],
  ['import.cedar', '// import'],
]);
const keys = await Promise.all(MEMBER_USES.map((use) => generateKey(`${ID}:${use}:1`)));
const [notice, , policy] = keys;
if (notice === undefined || policy === undefined) throw new Error('a use has no key');
const approvers = await generateApprovers(ID, ['A. Example', 'B. Example']);
const approverKeys = approvers.map(({ key }) => key);
const seeds = { gateway: newSeed(), tail: newSeed() };
const SIGNING = { org: ID, federation: 'demo', files: FILES, policyKey: policy, approverKeys, now: NOW };

/** Reads a request with this release, which all its keys sign. */
const open = async (release: RequestedRelease) =>
  openJoinRequest(Buffer.from(await signJoinRequest({ ...CLAIMS, release }, { keys, approvers, seeds })));
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => errorFrom(error).code,
  );
const signedBy = async (kid: string) => signFirstRelease({ ...SIGNING, policyKey: await generateKey(kid) });

describe('the first release of a request to join', () => {
  test('is read as it was signed, and both approvers approve the whole of it', async () => {
    const { release } = await open(await signFirstRelease(SIGNING));
    expect(release).toMatchObject({ version: 1, files: FILES, isApproved: true });
    expect(release?.wire.statement.split('.')).toHaveLength(3);
  });

  test('is not approved by one of the two approvers, or by none', async () => {
    for (const by of [approverKeys.slice(1), []]) {
      const { release } = await open(await signFirstRelease({ ...SIGNING, approverKeys: by }));
      expect(release?.isApproved).toBe(false);
    }
  });

  test('a release whose files were changed after the policy key signed it is refused', async () => {
    const [{ statement }, { files }] = await Promise.all([
      signFirstRelease(SIGNING),
      signFirstRelease({ ...SIGNING, files: new Map([...FILES, ['import.cedar', '// another']]) }),
    ]);
    expect(await codeOf(open({ statement, files }))).toBe('digest-mismatch');
  });

  test('a release that was replaced after the keys signed the request is refused', async () => {
    const text = await signJoinRequest(
      { ...CLAIMS, release: await signFirstRelease(SIGNING) },
      { keys, approvers, seeds },
    );
    const file = JSON.parse(text) as { readonly payload: string };
    const claims = JSON.parse(Buffer.from(file.payload, 'base64url').toString()) as object;
    const release = await signFirstRelease({ ...SIGNING, approverKeys: [] });
    const payload = encodeBase64url(Buffer.from(JSON.stringify({ ...claims, release })));
    const replaced = Buffer.from(JSON.stringify({ ...file, payload }));
    expect(await codeOf(openJoinRequest(replaced))).toBe('signature-invalid');
  });

  test.each([
    ['a key of another use', 'key-invalid', () => signFirstRelease({ ...SIGNING, policyKey: notice })],
    ['the policy key of another organisation', 'key-unknown', () => signedBy('europol:policy:1')],
    ['another key under the same name', 'signature-invalid', () => signedBy(`${ID}:policy:1`)],
  ])('a release that another key signed is refused: %s', async (_, code, sign) => {
    expect(await codeOf(open(await sign()))).toBe(code);
  });

  test('a release for another federation is refused', async () => {
    expect(await codeOf(open(await signFirstRelease({ ...SIGNING, federation: 'other' })))).toBe(
      'audience-mismatch',
    );
  });

  test('a release that is not the first is refused', async () => {
    const signer = await importSigner(policy);
    const wire = await signRelease(
      { files: FILES, approvals: [], version: 2, previous: null },
      { signer, federation: 'demo', now: NOW },
    );
    const second = { statement: wire.statement, files: encodeBase64url(wire.files) };
    expect(await codeOf(open(second))).toBe('token-malformed');
  });

  test('a request at a time after the year 9999, which no key can begin at, is refused', async () => {
    const release = await signFirstRelease(SIGNING);
    const claims = { ...CLAIMS, iat: Number.MAX_SAFE_INTEGER, release };
    const text = await signJoinRequest(claims, { keys, approvers, seeds });
    expect(await codeOf(openJoinRequest(Buffer.from(text)))).toBe('schema-invalid');
  });

  test('a release of more bytes than a request holds is refused at the site and at the hub', async () => {
    const noise = encodeBase64url(crypto.getRandomValues(new Uint8Array(MAX_FIRST_RELEASE_BYTES)));
    const files = new Map([...FILES, ['cases.yaml', noise]]);
    expect(await codeOf(signFirstRelease({ ...SIGNING, files }))).toBe('oversize');
    const { statement } = await signFirstRelease(SIGNING);
    const large = encodeBase64url(new Uint8Array(MAX_FIRST_RELEASE_BYTES + 1));
    expect(await codeOf(open({ statement, files: large }))).toBe('schema-invalid');
  });

  test('the largest release fits into a request', async () => {
    const least = MAX_FIRST_RELEASE_BYTES - 1_000;
    const noise = encodeBase64url(crypto.getRandomValues(new Uint8Array(least)));
    const large = await signFirstRelease({ ...SIGNING, files: new Map([...FILES, ['cases.yaml', noise]]) });
    expect(decodeBase64url(large.files).length).toBeGreaterThan(least);
    expect((await open(large)).release?.files.size).toBe(3);
  });
});
