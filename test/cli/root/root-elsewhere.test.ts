import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHub, prepareHub } from '../../../services/cli/hub/prepare-hub.js';
import {
  newestDirectory,
  readFederation,
  signHomeDirectory,
} from '../../../services/cli/init/home-directory.js';
import { newEntry } from '../../../services/cli/init/key-entry.js';
import { askToAdmit } from '../../../services/cli/org/admit-member.js';
import { createSite } from '../../../services/cli/org/create-site.js';
import type { JoinRequest } from '../../../services/cli/org/join-request.js';
import { spokenWords } from '../../../services/cli/org/spoken-words.js';
import { openWelcome, welcomeText } from '../../../services/cli/org/welcome.js';
import { requireAsked } from '../../../services/cli/root/ask-root.js';
import { openRootAnswer } from '../../../services/cli/root/root-answer.js';
import { openRootRequest } from '../../../services/cli/root/root-request.js';
import { examineRootRequest, readRootKey, signRootRequest } from '../../../services/cli/root/sign-request.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { generateKey, publicJwk } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { refused } from '../../shared/trust/federation.js';
import { filesBelow } from '../../support/files-below.js';
import { runLine } from '../policy/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-root-'));
const hub = homeAt(join(folder, 'hub'));
const rootFile = join(folder, 'root.jwk');
const now = new Date();
const say = (): void => undefined;
const params = {
  members: 4,
  routers: 1,
  operator: 'A. Example',
  policies: shippedPolicies,
  force: false,
  now,
  say,
};

let request: JoinRequest;
let asked: string;
beforeAll(async () => {
  await createHub(hub, { ...params, rootElsewhere: rootFile });
  const { federation } = readFederation();
  const site = { id: parseOrgId('europol'), name: 'Europol', federation, hub: 'tls://127.0.0.1:4222', now };
  request = await createSite(homeAt(join(folder, 'site')), site);
  const directory = await newestDirectory(hub);
  asked = await askToAdmit(hub, request, { directory, policies: shippedPolicies, now, say });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const publicKey = async () => publicJwk(await generateKey('europol:notice:1'));
const signed = async (text = asked) => {
  const root = await readRootKey(rootFile);
  return signRootRequest(await examineRootRequest(openRootRequest(Buffer.from(text)), root, now), root, now);
};

/** Opens the welcome of an answer, as the site does with the file that the hub makes of it. */
async function welcomeIn(answer: string) {
  const root = readAnchor(hub);
  const { directory, welcome = '' } = await openRootAnswer(Buffer.from(answer), {
    request: digest(asked),
    root,
    now,
  });
  return openWelcome(Buffer.from(welcomeText(welcome, directory, root)), request, now);
}

describe('a hub whose root key is elsewhere', () => {
  test('has that key in no file of its home, and never overwrites one', async () => {
    const { d } = JSON.parse(readFileSync(rootFile, 'utf8')) as { readonly d: string };
    expect(statSync(rootFile).mode & 0o777).toBe(0o600);
    expect(filesBelow(hub.root).filter((path) => readFileSync(path, 'utf8').includes(d))).toEqual([]);
    const another = homeAt(join(folder, 'another'));
    await refused(createHub(another, { ...params, rootElsewhere: rootFile }), 'usage');
    await refused(createHub(another, { ...params, rootElsewhere: join(another.root, 'r.jwk') }), 'usage');
    expect(existsSync(another.root)).toBe(false);
  });

  test('renews its directory at a start with the directory key', async () => {
    expect(await prepareHub(hub, { policies: shippedPolicies, say })).toMatchObject({
      signedBy: 'hub:directory:1',
      base: { version: 1 },
    });
  });

  test('asks for a version whose holder sees each difference, and lists no member by itself', async () => {
    const { changes } = await examineRootRequest(
      openRootRequest(Buffer.from(asked)),
      await readRootKey(rootFile),
      now,
    );
    expect(changes[0]).toBe('europol: NEW MEMBER');
    const keys = changes.filter((line) => line.startsWith('europol: key '));
    expect(keys).toHaveLength(request.keys.length);
    const { groups } = readFederation().organisations['europol']!;
    expect(changes).toContain(`europol: groups: ${JSON.stringify(groups)}`);
    const facts = {
      ...readFederation(),
      organisations: { europol: readFederation().organisations['europol']! },
    };
    const added = [newEntry(await publicKey(), { notBefore: now })];
    await refused(signHomeDirectory(hub, { facts, now, added }), 'forbidden');
    expect((await newestDirectory(hub)).organisations.size).toBe(0);
  });

  test('gets a welcome that the site accepts, in a version above those that the root signed before and the hub since', async () => {
    const first = await signed();
    const second = await signed();
    expect(second.directory.version).toBe(first.directory.version + 1_000);
    expect(first.directory).toMatchObject({ signedBy: 'root:root:1' });
    const welcome = await welcomeIn(first.answer);
    expect(welcome.directory.digest).toBe(first.directory.digest);
  });

  test('takes a signed version only if it holds what the hub would ask for now', async () => {
    const later = { directory: await newestDirectory(hub), policies: shippedPolicies, now: new Date(), say };
    const { wanted } = openRootRequest(Buffer.from(await askToAdmit(hub, request, later)));
    const { directory } = await signed();
    expect(() => requireAsked(directory, wanted)).not.toThrow();
    const hubKeys = wanted.hub.keys.map((entry) => ({ ...entry, revokedAt: '2031-01-01T00:00:00Z' }));
    expect(() => requireAsked(directory, { ...wanted, hub: { ...wanted.hub, keys: hubKeys } })).toThrow(
      'make the request again',
    );
  });

  test('gets no signature for a directory of another root, with another key, or without the root key', async () => {
    const other = join(folder, 'other.jwk');
    writeFileSync(other, JSON.stringify(await generateKey('root:root:1')), { mode: 0o600 });
    await refused(
      examineRootRequest(openRootRequest(Buffer.from(asked)), await readRootKey(other), now),
      'signature-invalid',
    );
    writeFileSync(other, JSON.stringify(await generateKey('hub:directory:1')), { mode: 0o600 });
    await refused(readRootKey(other), 'key-invalid');
  });

  test('shows the holder what the directory key amended since the version of the root, and that a later one was signed', async () => {
    const before = await newestDirectory(hub);
    const [operator] = before.hub.keys.filter(({ use }) => use === 'operator');
    await signHomeDirectory(hub, { now: new Date(), revoked: [operator!.kid] });
    const directory = await newestDirectory(hub);
    const text = await askToAdmit(hub, request, { directory, policies: shippedPolicies, now, say });
    const root = await readRootKey(rootFile);
    const { changes } = await examineRootRequest(openRootRequest(Buffer.from(text)), root, now);
    expect(changes.find((line) => line.startsWith(`hub: key ${operator!.kid}: `))).toContain('"revokedAt"');
    expect(changes.at(-1)).toMatch(/^NOT IN IT: what version [0-9]+ changed, .* after version 1$/);
  });

  test('`root sign` compares the words that the hub read out, and writes the answer only then', async () => {
    const [file, out] = [join(folder, 'root-request.json'), join(folder, 'root-answer.json')];
    writeFileSync(file, asked);
    const run = (words: string) =>
      runLine(['root', 'sign', file, '--root', rootFile, '--words', words, '--out', out], { home: hub });
    expect((await run('abandon '.repeat(8))).stderr).toContain('digest-mismatch');
    expect(existsSync(out)).toBe(false);
    expect((await run(spokenWords(digest(asked)))).code).toBe(0);
    expect((await welcomeIn(readFileSync(out, 'utf8'))).federation).toBe('demo');
  });
});
