import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { answerKeyRequests } from '../../../services/cli/key/answer-requests.js';
import { grantRequest } from '../../../services/cli/key/grant-request.js';
import { pendingRequestsOf } from '../../../services/cli/key/local-keys.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import {
  askForNextKey,
  askForRevocation,
  readHeldKey,
} from '../../../services/shared/trust/directory/ask-for-keys.js';
import { openKeyRequest } from '../../../services/shared/trust/directory/key-request.js';
import {
  openPendingRequests,
  requestsIn,
} from '../../../services/shared/trust/directory/pending-requests.js';
import { takeNextKey } from '../../../services/shared/trust/signers/own-signer.js';
import type { KeyUse } from '../../../services/shared/trust/kid.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { federationOf } from '../../support/broker.js';
import { refused } from '../../shared/trust/federation.js';
import { until } from '../../support/until.js';

const ORGS = ['europol', 'afripol', 'interpol'];
let home: Home;
let ending: AbortController;
let answering: Promise<void>;
const said: string[] = [];
beforeEach(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-answer-')));
  await initDemo(home, { facts: federationOf(ORGS), routers: 2 });
  ending = new AbortController();
  said.length = 0;
  answering = answerKeyRequests(home, {
    env: process.env,
    say: (words) => said.push(words),
    stopping: ending.signal,
  });
});
afterEach(async () => {
  ending.abort();
  await answering;
  rmSync(home.root, { recursive: true, force: true });
});

const askingOf = async (name: string, approvers: readonly number[] = []) => {
  const org = parseOrgId(name);
  const keys = approvers.flatMap((number) => readHeldKey(home.approver(org, number)) ?? []);
  return {
    folder: home.org(org),
    org,
    directory: await readDirectory(home),
    now: new Date(),
    approvers: keys,
  };
};
const keep = async (text: string): Promise<string> => {
  const opened = await openKeyRequest(text, { directory: await readDirectory(home), now: new Date() });
  pendingRequestsOf(home).put(opened);
  return text;
};
const asks = async (name: string, use: KeyUse, approvers?: readonly number[]): Promise<string> =>
  keep(await askForNextKey(use, await askingOf(name, approvers)));
const isListed = async (kid: string): Promise<boolean> => (await readDirectory(home)).key(kid) !== undefined;
const waiting = (): readonly string[] => pendingRequestsOf(home).list();

describe('the hub answers key requests', () => {
  test('for a receipt key by itself: the next version lists it, and the request is gone', async () => {
    await asks('europol', 'receipt');
    await until('the version', () => isListed('europol:receipt:2'));
    await until('the removal', async () => waiting().length === 0);
    expect(said).toEqual(['listed europol:receipt:2, as `europol` asked']);
    expect((await readDirectory(home)).signedBy).toBe('root:root:1');
  });

  test('once, and refuses none, where two routers keep one request', async () => {
    const asking = await askingOf('europol');
    const request = await openKeyRequest(await askForNextKey('receipt', asking), asking);
    for (const router of [2, 1]) openPendingRequests(requestsIn(home.router(router))).put(request);
    await until('the removal', async () => waiting().length === 0);
    expect([said, await isListed('europol:receipt:2')]).toEqual([
      ['listed europol:receipt:2, as `europol` asked'],
      true,
    ]);
  });

  test('for a policy key never by itself: the request stays for a person', async () => {
    const text = await asks('europol', 'policy', [1]);
    await asks('europol', 'notice');
    await until('the version', () => isListed('europol:notice:2'));
    await until('the removal', () => waiting().length === 1);
    expect([waiting(), await isListed('europol:policy:2')]).toEqual([[text], false]);
  });

  test('by a key that was revoked meanwhile with a refusal that removes them', async () => {
    const text = await askForNextKey('receipt', await askingOf('europol'));
    const revoking = { kid: 'europol:receipt:1', use: 'receipt', since: new Date() } as const;
    await keep(await askForRevocation(revoking, await askingOf('europol')));
    await until('the revocation', async () => {
      const { key } = await readDirectory(home);
      return key('europol:receipt:1')?.revokedAt !== undefined;
    });
    pendingRequestsOf(home).put({
      iss: parseOrgId('europol'),
      use: 'receipt',
      wish: { type: 'next' },
      text,
    } as never);
    await until('the refusal', async () => said.some((words) => words.includes('key-revoked')));
    await until('the removal', async () => waiting().length === 0);
    expect(await isListed('europol:receipt:2')).toBe(false);
  });

  test('for witness keys one at a time of three members: the others wait until gateways have proved it', async () => {
    await asks('europol', 'witness');
    await until('the version', () => isListed('europol:witness:2'));
    const text = await asks('afripol', 'witness');
    await asks('afripol', 'notice');
    await until('the version', () => isListed('afripol:notice:2'));
    await until('the removal', () => waiting().length === 1);
    expect([waiting(), await isListed('afripol:witness:2')]).toEqual([[text], false]);
  });

  test('for a receipt key also without the root key, and after it the key that this one asks for', async () => {
    rmSync(home.rootKey);
    await asks('europol', 'receipt');
    await until('the version', () => isListed('europol:receipt:2'));
    const { signedBy, key } = await readDirectory(home);
    expect(signedBy).toBe('hub:directory:1');
    expect(key('europol:receipt:2')).toMatchObject({ askedBy: 'europol:receipt:1' });
    takeNextKey(home.org(parseOrgId('europol'), 'receipt.jwk'));
    await asks('europol', 'receipt');
    await until('the version', () => isListed('europol:receipt:3'));
    expect(await isListed('europol:receipt:2')).toBe(true);
  });

  test('for a policy key never without the root key: the request waits, and a person cannot grant it either', async () => {
    rmSync(home.rootKey);
    const text = await asks('europol', 'policy', [1]);
    const [directory, now] = [await readDirectory(home), new Date()];
    const request = await openKeyRequest(text, { directory, now });
    await refused(grantRequest(home, request, { now, say: () => undefined }), 'forbidden');
    await asks('europol', 'notice');
    await until('the version', () => isListed('europol:notice:2'));
    await until('the removal', () => waiting().length === 1);
    expect([waiting(), await isListed('europol:policy:2')]).toEqual([[text], false]);
  });
});
