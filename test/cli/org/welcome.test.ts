import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireAdmissible } from '../../../services/cli/org/admit-member.js';
import { createSite } from '../../../services/cli/org/create-site.js';
import type { JoinRequest } from '../../../services/cli/org/join-request.js';
import { openWelcome } from '../../../services/cli/org/welcome.js';
import { issueCertificate, requireOwnCertificate } from '../../../services/cli/tls/site-certificate.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { runLine } from '../policy/run-line.js';
import { listSite, makeSmallHub, NOW, welcomeSite } from './admit-site.js';

const HUB_URL = 'nats://127.0.0.1:4222';
const folder = mkdtempSync(join(tmpdir(), 'liaison-welcome-'));
const home = (name: string): Home => homeAt(join(folder, name));

const requestOf = (name: string, id: string, more: object = {}): Promise<JoinRequest> =>
  createSite(home(name), {
    id: parseOrgId(id),
    name: id,
    federation: 'demo',
    hub: HUB_URL,
    approvers: ['A', 'B'].map((person) => ({ person, path: join(folder, `${name}-${person}.jwk`) })),
    now: NOW,
    ...more,
  });

let request: JoinRequest;
let other: JoinRequest;
let before: Directory;
let directory: Directory;
let welcome: string;
beforeAll(async () => {
  before = await makeSmallHub(home('hub'));
  request = await requestOf('site', 'europol');
  other = await requestOf('other', 'interpol');
  directory = await listSite(home('hub'), request);
  welcome = await welcomeSite(home('hub'), request, directory);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (text: string, of = request): Promise<string> =>
  openWelcome(Buffer.from(text), of, NOW).then(
    () => 'none',
    (error: unknown) => errorFrom(error).code,
  );
const codeIn = (check: () => void): string => {
  try {
    check();
    return 'none';
  } catch (error) {
    return errorFrom(error).code;
  }
};
const changed = (more: object): string => JSON.stringify({ ...(JSON.parse(welcome) as object), ...more });

describe('welcome', () => {
  test('the site that asked reads federation, hub and directory from it', async () => {
    const opened = await openWelcome(Buffer.from(welcome), request, NOW);
    expect(opened).toMatchObject({ federation: 'demo', hub: HUB_URL, root: readAnchor(home('hub')) });
    expect(opened.directory.organisations.get(parseOrgId('europol'))?.joinRequest).toBe(request.digest);
  });

  test('the answer to the request of another site is foreign', async () => {
    expect(await codeOf(welcome, other)).toBe('welcome-foreign');
    expect(await codeOf(welcome, { ...request, digest: other.digest })).toBe('welcome-foreign');
  });

  test('a directory without exactly the keys of the request is foreign', async () => {
    expect(await codeOf(await welcomeSite(home('hub'), request, before))).toBe('welcome-foreign');
    const [first, ...rest] = request.keys;
    const fewer = { ...request, keys: first === undefined ? [] : [first] };
    expect(rest.length).toBe(3);
    expect(await codeOf(welcome, fewer)).toBe('welcome-foreign');
  });

  test('a directory that lists an approver of the request under another name, or not at all, is foreign', async () => {
    const [first, ...others] = request.approvers;
    const renamed = first === undefined ? [] : [{ ...first, person: 'Hub operator' }];
    expect(await codeOf(welcome, { ...request, approvers: [...renamed, ...others] })).toBe('welcome-foreign');
    expect(await codeOf(welcome, { ...request, approvers: others })).toBe('welcome-foreign');
    expect(await codeOf(welcome)).toBe('none');
  });

  test('another hub or federation than the site asked for is foreign', async () => {
    expect(await codeOf(welcome, { ...request, hub: 'nats://127.0.0.1:4223' })).toBe('welcome-foreign');
    expect(await codeOf(welcome, { ...request, federation: 'other' })).toBe('welcome-foreign');
  });

  test('a root key that did not sign it, and another directory than the signed one, are refused', async () => {
    await makeSmallHub(home('second'));
    expect(await codeOf(changed({ root: readAnchor(home('second')) }))).toBe('signature-invalid');
    const frame = Buffer.from(before.frame).toString('base64url');
    expect(await codeOf(changed({ directory: frame }))).toBe('digest-mismatch');
  });

  test('a certificate of another key or of another authority is foreign', async () => {
    const { certificate } = await issueCertificate(home('hub'), other, NOW);
    const { certificate: second, authority } = await issueCertificate(home('second'), request, NOW);
    const own = await issueCertificate(home('hub'), request, NOW);
    const folder = home('site').org(request.id, 'tls');
    for (const tls of [
      { ...own, certificate },
      { ...own, authority },
      { ...own, certificate: second },
    ])
      expect(codeIn(() => requireOwnCertificate(folder, tls))).toBe('welcome-foreign');
    expect(codeIn(() => requireOwnCertificate(folder, { ...own, certificate: '' }))).toBe('key-invalid');
    expect(codeIn(() => requireOwnCertificate(folder, own))).toBe('none');
  });

  test('a member that the file should not have is refused', async () => {
    expect(await codeOf(changed({ more: 1 }))).toBe('schema-invalid');
  });
});

describe('`org accept`', () => {
  test('writes nothing if the words differ from those that were read out, or at another site', async () => {
    const file = join(folder, 'welcome.json');
    writeFileSync(file, welcome);
    const accept = (name: string, ...words: readonly string[]) =>
      runLine(['org', 'accept', file, ...words], { home: home(name) });
    expect((await accept('site', '--words', 'abandon '.repeat(8))).stderr).toContain('digest-mismatch');
    expect((await accept('other', '--yes')).stderr).toContain('welcome-foreign');
    for (const name of ['site', 'other']) expect(() => readFileSync(home(name).anchor)).toThrow('ENOENT');
    expect((await accept('site', '--yes')).code).toBe(0);
    expect(readFileSync(home('site').anchor, 'utf8')).toContain(readAnchor(home('hub')).x);
    expect((await accept('site', '--yes')).stderr).toContain('has accepted a welcome');
  });
});

describe('`org admit`', () => {
  const codeFor = (asked: JoinRequest, more: object = {}): string =>
    codeIn(() =>
      requireAdmissible(home('hub'), asked, { directory, policies: shippedPolicies, now: NOW, ...more }),
    );

  test('a request can be used once', () => {
    expect(codeFor(request)).toBe('request-used');
    expect(codeFor({ ...other, digest: request.digest })).toBe('request-used');
    expect(codeFor(other)).toBe('none');
  });

  test('a request for a taken id, another federation, an older contract or an unnamed member is refused', () => {
    expect(codeFor({ ...request, digest: other.digest })).toBe('id-taken');
    expect(codeFor({ ...other, federation: 'other' })).toBe('audience-mismatch');
    expect(codeFor({ ...other, contract: 0 })).toBe('contract-unknown');
    expect(codeFor({ ...other, id: parseOrgId('caricompol') })).toBe('organisation-unknown');
    expect(codeFor(other, { now: new Date(NOW.getTime() + 8 * 86_400_000) })).toBe('expired');
  });
});
