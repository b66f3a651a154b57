import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { grantRequest } from '../../../services/cli/key/grant-request.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import {
  askForApproverKey,
  askForNextKey,
  askForRevocation,
  readHeldKey,
} from '../../../services/shared/trust/directory/ask-for-keys.js';
import { openKeyRequest } from '../../../services/shared/trust/directory/key-request.js';
import { readMadeKeys } from '../../../services/shared/trust/directory/made-keys.js';
import { parsePrivateJwk } from '../../../services/shared/trust/jwk.js';
import type { KeyUse } from '../../../services/shared/trust/kid.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { federationOf } from '../../support/broker.js';

const EUROPOL = parseOrgId('europol');
let home: Home;
beforeEach(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-request-')));
  await initDemo(home, { facts: federationOf(['europol', 'afripol']) });
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

const asking = async () => ({
  folder: home.org(EUROPOL),
  org: EUROPOL,
  directory: await readDirectory(home),
  now: new Date(),
  approvers: [],
});
const askNext = async (use: KeyUse): Promise<string> => askForNextKey(use, await asking());
const grant = async (text: string) => {
  const [directory, now] = [await readDirectory(home), new Date()];
  return grantRequest(home, await openKeyRequest(text, { directory, now }), { now, say: () => undefined });
};
const kidAt = (path: string): string => parsePrivateJwk(JSON.parse(readFileSync(path, 'utf8'))).kid;

describe('the next key of a site', () => {
  test('is made beside the present one, noted as made here, and listed with the key that asked for it', async () => {
    const after = await grant(await askNext('receipt'));
    const path = home.org(EUROPOL, 'receipt.jwk');
    expect([kidAt(path), kidAt(`${path}.next`)]).toEqual(['europol:receipt:1', 'europol:receipt:2']);
    const listed = after.key('europol:receipt:2');
    expect(listed).toMatchObject({ askedBy: 'europol:receipt:1' });
    expect(readMadeKeys(home.org(EUROPOL)).has(listed?.x ?? '')).toBe(true);
  });

  test('is the same in a repeated request, so that an earlier one can still be granted', async () => {
    const first = await askNext('receipt');
    await askNext('receipt');
    const listed = (await grant(first)).key('europol:receipt:2');
    const held = parsePrivateJwk(JSON.parse(readFileSync(home.org(EUROPOL, 'receipt.jwk.next'), 'utf8')));
    expect(listed?.x).toBe(held.x);
  });

  test('is not replaced while the change to a listed one is under way', async () => {
    await grant(await askNext('receipt'));
    await expect(askNext('receipt')).rejects.toMatchObject({ code: 'busy' });
    // A clock that is behind that of the hub.
    const behind = { ...(await asking()), now: new Date(Date.now() - 5_000) };
    await expect(askForNextKey('receipt', behind)).rejects.toMatchObject({ code: 'busy' });
    expect(existsSync(home.org(EUROPOL, 'receipt.jwk.next'))).toBe(true);
  });
});

describe('a revocation that a site asks for', () => {
  test('reaches the directory with what the key asked for since, and is granted once', async () => {
    await grant(await askNext('notice'));
    const revoking = {
      kid: 'europol:notice:1',
      use: 'notice',
      since: new Date(Date.now() - 60_000),
    } as const;
    const text = await askForRevocation(revoking, await asking());
    const after = await grant(text);
    const revoked = ['notice:1', 'notice:2', 'receipt:1'].map(
      (name) => after.key(`europol:${name}`)?.revokedAt !== undefined,
    );
    expect(revoked).toEqual([true, true, false]);
    await expect(grant(text)).rejects.toMatchObject({ code: 'key-revoked' });
  });
});

describe('the next approver key of a site', () => {
  const path = (): string => join(home.root, '..', `${basename(home.root)}-carla.jwk`);
  afterEach(() => rmSync(path(), { force: true }));

  test('is granted with the signatures of two approvers, and its file is not overwritten', async () => {
    const approvers = [1, 2].flatMap((number) => readHeldKey(home.approver(EUROPOL, number)) ?? []);
    const carla = { person: 'C. Carla', path: path() };
    const alone = await askForApproverKey(carla, { ...(await asking()), approvers: approvers.slice(1) });
    await expect(grant(alone)).rejects.toMatchObject({ code: 'second-person-needed' });
    const held = kidAt(path());
    const after = await grant(await askForApproverKey(carla, { ...(await asking()), approvers }));
    expect(after.key(held)).toMatchObject({
      use: 'approver',
      person: 'C. Carla',
      askedBy: 'europol:approver:1',
    });
    const again = askForApproverKey(carla, { ...(await asking()), approvers });
    await expect(again).rejects.toMatchObject({ code: 'usage' });
  });
});
