import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCommandId, parseEntryId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signCommand, verifyCommand } from '../../../services/shared/ledger/command.js';
import {
  COMMAND_TYP,
  type CommandContent,
  commandClaims,
} from '../../../services/shared/ledger/command-content.js';
import type { Directory, DirectoryKey } from '../../../services/shared/trust/directory.js';
import type { PrivateJwk } from '../../../services/shared/trust/jwk.js';
import { generateKey, importSigner, importVerifier, publicJwk } from '../../../services/shared/trust/keys.js';
import { importOperatorKey, signCompact } from '../../../services/shared/trust/web-key.js';

let jwk: PrivateJwk;
let other: PrivateJwk;
beforeAll(async () => {
  [jwk, other] = await Promise.all([generateKey('hub:operator:1'), generateKey('hub:operator:2')]);
});

const contents: readonly CommandContent[] = (['dry-run', 'replay', 'discard'] as const).map((verb) => ({
  id: parseCommandId(uuidv7()),
  verb,
  org: parseOrgId('europol'),
  entry: parseEntryId('ab'.repeat(32)),
  ...(verb === 'discard' ? { note: 'Straße “3” \\ 警察 🚓' } : {}),
}));

const without = (good: PrivateJwk, name: string): unknown =>
  Object.fromEntries(Object.entries(good).filter(([member]) => member !== name));

describe('an operator key in a browser', () => {
  test.each(contents)('signs `$verb` with the very bytes that `signCommand` makes', async (content) => {
    const by = { federation: 'demo', now: new Date() };
    const claims = JSON.stringify(commandClaims(content, by));
    const token = await signCompact(await importOperatorKey(JSON.stringify(jwk)), COMMAND_TYP, claims);
    expect(token).toBe(await signCommand(content, { ...by, signer: await importSigner(jwk) }));
  });

  test.each(contents)('signs `$verb` so that `verifyCommand` accepts it', async (content) => {
    const by = { federation: 'demo', now: new Date() };
    const claims = JSON.stringify(commandClaims(content, by));
    const token = await signCompact(await importOperatorKey(JSON.stringify(jwk)), COMMAND_TYP, claims);
    const dates = { notBefore: new Date(0), notAfter: new Date(8.64e15) };
    const verifier = await importVerifier(publicJwk(jwk));
    const name = { kid: jwk.kid, owner: 'hub', use: 'operator', person: 'Nobody' } as const;
    const key: DirectoryKey = { ...name, x: jwk.x, verifier, ...dates };
    const directory = { federation: 'demo', key: () => key } as unknown as Directory;
    const verified = await verifyCommand(token, { directory, now: by.now });
    expect(verified).toMatchObject({ ...content, person: 'Nobody' });
  });

  test('cannot be extracted', async () => {
    const { key } = await importOperatorKey(JSON.stringify(jwk));
    expect([key.extractable, key.usages]).toEqual([false, ['sign']]);
    await expect(crypto.subtle.exportKey('jwk', key)).rejects.toThrow('not extractable');
    await expect(crypto.subtle.exportKey('pkcs8', key)).rejects.toThrow('not extractable');
  });

  test.each<readonly [string, (good: PrivateJwk) => unknown, string]>([
    ['no JSON', () => undefined, 'not a key'],
    ['a list', () => [], 'not a key id'],
    ['no `kid`', (good) => without(good, 'kid'), 'not a key id'],
    ['another use', (good) => ({ ...good, kid: 'europol:notice:1' }), 'for `notice`'],
    ['another curve', (good) => ({ ...good, crv: 'X25519' }), 'not on the curve Ed25519'],
    ['another type', (good) => ({ ...good, kty: 'EC', crv: 'P-256' }), 'not on the curve Ed25519'],
    ['the public key alone', (good) => without(good, 'd'), 'no private part'],
    ['no public part', (good) => without(good, 'x'), 'no public part'],
    ['the parts of two keys', (good) => ({ ...good, x: other.x }), 'key'],
  ])(
    'is refused for %s when it is loaded, and the message does not contain the private part',
    async (_, change, words) => {
      const text = JSON.stringify(change(jwk)) ?? 'BEGIN';
      const importing = importOperatorKey(text);
      await expect(importing).rejects.toMatchObject({ code: 'key-invalid' });
      await expect(importing).rejects.toThrow(words);
      await expect(importing).rejects.not.toThrow(jwk.d);
    },
  );
});
