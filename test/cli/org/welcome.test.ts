import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHub } from '../../../services/cli/hub/prepare-hub.js';
import { readFederation, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { entriesOf, requireAdmissible } from '../../../services/cli/org/admit-member.js';
import { createSite } from '../../../services/cli/org/create-site.js';
import type { JoinRequest } from '../../../services/cli/org/join-request.js';
import { openWelcome, signWelcome } from '../../../services/cli/org/welcome.js';
import { issueCertificate, requireOwnCertificate } from '../../../services/cli/tls/site-certificate.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { runLine } from '../policy/run-line.js';

const HUB_URL = 'nats://127.0.0.1:4222';
const folder = mkdtempSync(join(tmpdir(), 'liaison-welcome-'));
const home = (name: string): Home => homeAt(join(folder, name));
const now = new Date();

const hubOf = (name: string): Promise<Directory> =>
  createHub(home(name), {
    members: 2,
    routers: 1,
    operator: 'A. Example',
    policies: shippedPolicies,
    force: false,
    now,
    say: () => undefined,
  });
const requestOf = (name: string, id: string, more: object = {}): Promise<JoinRequest> =>
  createSite(home(name), {
    id: parseOrgId(id),
    name: id,
    federation: 'demo',
    hub: HUB_URL,
    approvers: ['A', 'B'].map((person) => ({ person, path: join(folder, `${name}-${person}.jwk`) })),
    now,
    ...more,
  });

/** Lists the keys of a request in the next directory of a hub, as `org admit` does. */
async function listed(hub: string, request: JoinRequest): Promise<Directory> {
  const { federation, organisations } = readFederation();
  const facts = organisations[request.id];
  return signHomeDirectory(home(hub), {
    facts: { federation, organisations: facts === undefined ? {} : { [request.id]: facts } },
    now,
    joined: { org: request.id, contract: request.contract, joinRequest: request.digest },
    added: entriesOf(request, now),
  });
}
async function welcomeOf(hub: string, request: JoinRequest, directory: Directory): Promise<string> {
  const tls = await issueCertificate(home(hub), request, now);
  const answer = { request, directory, tls, root: readAnchor(home(hub)), now };
  return signWelcome(answer, await readSigner(home(hub).rootKey));
}

let request: JoinRequest;
let other: JoinRequest;
let before: Directory;
let directory: Directory;
let welcome: string;
beforeAll(async () => {
  before = await hubOf('hub');
  request = await requestOf('site', 'europol');
  other = await requestOf('other', 'interpol');
  directory = await listed('hub', request);
  welcome = await welcomeOf('hub', request, directory);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (text: string, of = request): Promise<string> =>
  openWelcome(Buffer.from(text), of, now).then(
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
    const opened = await openWelcome(Buffer.from(welcome), request, now);
    expect(opened).toMatchObject({ federation: 'demo', hub: HUB_URL, root: readAnchor(home('hub')) });
    expect(opened.directory.organisations.get(parseOrgId('europol'))?.joinRequest).toBe(request.digest);
  });

  test('the answer to the request of another site is foreign', async () => {
    expect(await codeOf(welcome, other)).toBe('welcome-foreign');
    expect(await codeOf(welcome, { ...request, digest: other.digest })).toBe('welcome-foreign');
  });

  test('a directory without exactly the keys of the request is foreign', async () => {
    expect(await codeOf(await welcomeOf('hub', request, before))).toBe('welcome-foreign');
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
    await hubOf('second');
    expect(await codeOf(changed({ root: readAnchor(home('second')) }))).toBe('signature-invalid');
    const frame = Buffer.from(before.frame).toString('base64url');
    expect(await codeOf(changed({ directory: frame }))).toBe('digest-mismatch');
  });

  test('a certificate of another key or of another authority is foreign', async () => {
    const { certificate } = await issueCertificate(home('hub'), other, now);
    const { certificate: second, authority } = await issueCertificate(home('second'), request, now);
    const own = await issueCertificate(home('hub'), request, now);
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
      requireAdmissible(home('hub'), asked, { directory, policies: shippedPolicies, now, ...more }),
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
    expect(codeFor(other, { now: new Date(now.getTime() + 8 * 86_400_000) })).toBe('expired');
  });
});
