import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { changeOver } from '../../../services/cli/key/change-over.js';
import { keyFilesFor, kidInFile, pendingRequestsOf } from '../../../services/cli/key/local-keys.js';
import { readRootRequest } from '../../../services/cli/root/ask-root.js';
import { openRootAnswer, signRootAnswer } from '../../../services/cli/root/root-answer.js';
import { openRootRequest, type RootRequest } from '../../../services/cli/root/root-request.js';
import { examineRootRequest, readRootKey } from '../../../services/cli/root/sign-request.js';
import { readMemberLog } from '../../../services/cli/org/member-log.js';
import { spokenWords } from '../../../services/cli/org/spoken-words.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { openKeyRequest } from '../../../services/shared/trust/directory/key-request.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { refused } from '../../shared/trust/federation.js';
import { runLine } from '../policy/run-line.js';
import { type SignedElsewhere, signedElsewhere } from './signed-elsewhere.js';

let made: SignedElsewhere;
beforeAll(async () => {
  made = await signedElsewhere();
});
beforeEach(() => made.reset());
afterAll(() => made.remove());

const toSign = (): readonly string[] => ['--root-request', join(made.folder, 'root-request.json')];
/** Approves a request that came as a file; the words were compared elsewhere. */
async function approve(file: string): Promise<void> {
  const { code, stderr } = await made.run('org', 'keys', 'approve', file, '--yes', ...toSign());
  expect({ code, stderr }).toMatchObject({ code: 1 });
}
async function rotate(...words: readonly string[]): Promise<void> {
  expect((await made.run('key', 'rotate', 'hub', ...words, ...toSign())).code).toBe(1);
}
const isLocked = (): boolean => existsSync(join(made.hub.root, 'directory.lock'));
const isListed = async (kid: string): Promise<boolean> => (await made.directory()).key(kid) !== undefined;
/** Returns the last request, changed. */
function changed(change: (request: RootRequest) => unknown): Buffer {
  return Buffer.from(JSON.stringify(change(JSON.parse(made.asked().toString()) as RootRequest)));
}
async function examine(bytes: Uint8Array): Promise<readonly string[]> {
  const root = await readRootKey(made.rootFile);
  return (await examineRootRequest(openRootRequest(bytes), root, new Date())).changes;
}

describe('a key of a member that a person at the hub approved', () => {
  test('is listed once the holder of the root key signed it: `root sign` shows who asks, and `root accept` takes it in', async () => {
    await approve(await made.askNext('policy'));
    expect(await isListed('europol:policy:2')).toBe(false);
    const [file, out] = [toSign()[1]!, join(made.folder, 'root-answer.json')];
    const sign = (words: string) =>
      made.run('root', 'sign', file, '--root', made.rootFile, '--words', words, '--out', out);
    expect((await sign('abandon '.repeat(8))).stderr).toContain('digest-mismatch');
    expect(existsSync(out)).toBe(false);
    const { code, stderr } = await sign(spokenWords(digest(made.asked())));
    expect(code).toBe(0);
    expect(stderr).toContain('`europol` asks for the key europol:policy:2');
    expect(stderr).toContain('europol:approver:1 (Anna)');
    expect(stderr).toContain('root accept root-answer.json');
    const accepted = await made.run('root', 'accept', out);
    expect(JSON.parse(accepted.stdout)).toMatchObject({ kids: ['europol:policy:2'] });
    expect((await made.directory()).key('europol:policy:2')).toMatchObject({ askedBy: 'europol:policy:1' });
  });

  test('goes with an approver key and with keys of the hub into one request, and all of them are listed by one answer', async () => {
    await approve(await made.askNext('policy'));
    await approve(await made.askApprover('Carla'));
    await rotate('audit');
    const { kids, directory } = await made.accept(await made.sign());
    expect(kids).toEqual(['hub:audit:2', 'europol:policy:2', 'europol:approver:3']);
    expect(directory).toMatchObject({ signedBy: 'root:root:1' });
    expect(directory.key('europol:approver:3')).toMatchObject({ person: 'Carla' });
  });

  test('waits in `org keys` as one that the root is asked about, and leaves it with the answer', async () => {
    const file = await made.askNext('policy');
    const now = new Date();
    const request = await openKeyRequest(readFileSync(file, 'utf8'), {
      directory: await made.directory(),
      now,
    });
    pendingRequestsOf(made.hub).put(request);
    await approve('europol:policy:2');
    expect(JSON.parse((await made.run('org', 'keys')).stdout)).toMatchObject({
      granting: 'root',
      code: null,
    });
    await made.accept(await made.sign());
    expect((await made.run('org', 'keys')).stdout).toBe('');
  });

  test('is in the log of members, which says of a request that came as a file that it did', async () => {
    await approve(await made.askNext('policy'));
    expect(readMemberLog(made.hub, 'europol')).toEqual([
      expect.objectContaining({ verb: 'approve', reason: 'europol:policy:2, by a file', version: null }),
    ]);
  });

  test('is not in the log of members where no request to the holder of the root key was written', async () => {
    const file = await made.askNext('policy');
    const unwritable = ['--root-request', join(made.folder, 'missing', 'root-request.json')];
    const { stderr } = await made.run('org', 'keys', 'approve', file, '--yes', ...unwritable);
    expect(stderr).toContain('usage');
    expect(readMemberLog(made.hub, 'europol')).toEqual([]);
  });

  test('is asked of the holder of the root key by a hub alone, which has a directory key', async () => {
    rmSync(made.hub.directoryKey);
    const file = await made.askNext('policy');
    const { stderr } = await made.run('org', 'keys', 'approve', file, '--yes', ...toSign());
    expect(stderr).toContain('forbidden');
    expect(readRootRequest(made.hub)).toBeUndefined();
  });

  test('is taken back by `org keys refuse`, while no other call asks, after which no answer lists it', async () => {
    await approve(await made.askNext('policy'));
    const answer = await made.sign();
    const locked: boolean[] = [];
    const onPrint = () => void locked.push(isLocked());
    const refuse = ['org', 'keys', 'refuse', 'europol:policy:2', '--json'];
    expect((await runLine(refuse, { home: made.hub, onPrint })).code).toBe(0);
    expect(locked).toEqual([true]);
    await refused(made.accept(answer), 'request-used');
    expect(await isListed('europol:policy:2')).toBe(false);
  });

  test('is not listed once the key that asked for it is revoked', async () => {
    await approve(await made.askNext('policy'));
    const answer = await made.sign();
    await signHomeDirectory(made.hub, { now: new Date(), revoked: ['europol:policy:1'] });
    await refused(made.accept(answer), 'statement-conflict');
    expect(await isListed('europol:policy:2')).toBe(false);
  });
});

describe('the keys of a hub whose root key is elsewhere', () => {
  const USES = ['hub', 'audit', 'log', 'operator', 'directory'];
  test('are made beside the present ones, listed by one answer, and then take their files', async () => {
    for (const use of USES) await rotate(use);
    const asked = made.asked();
    await rotate('audit');
    const wanted = [asked, made.asked()].map((bytes) => openRootRequest(bytes).wanted.hub.keys);
    expect(wanted[0]!.map(({ jwk }) => jwk.x).toSorted()).toEqual(
      wanted[1]!.map(({ jwk }) => jwk.x).toSorted(),
    );
    const listedAt = new Date(Date.now() - 60_000);
    const { directory, kids } = await made.accept(await made.sign());
    expect(kids.toSorted()).toEqual(USES.map((use) => `hub:${use}:2`).toSorted());
    expect(directory.key('hub:operator:2')).toMatchObject({ person: 'A. Example' });
    const params = { directory, listedAt, stopping: AbortSignal.abort(), say: () => undefined };
    const files = keyFilesFor(made.hub, directory).filter(({ owner }) => owner === 'hub');
    for (const file of files) await changeOver(file, params);
    expect(files.map(({ path }) => kidInFile(path)).toSorted()).toEqual(kids.toSorted());
    const next = await signHomeDirectory(made.hub, { now: new Date() });
    expect(next).toMatchObject({ signedBy: 'hub:directory:2' });
  });

  test('have operators of further persons among them, each with a number of its own', async () => {
    await rotate('operator');
    for (const person of ['B. Example', 'C. Example']) {
      const out = join(made.folder, `${person}.jwk`);
      expect(
        (await made.run('key', 'add-operator', '--person', person, '--out', out, ...toSign())).code,
      ).toBe(1);
    }
    const { directory } = await made.accept(await made.sign());
    const persons = [2, 3, 4].map((number) => directory.key(`hub:operator:${number}`)?.person);
    expect(persons).toEqual(['A. Example', 'B. Example', 'C. Example']);
  });
});

describe('the directory stays locked until the request that lists a key is kept, so that the next request has that key too:', () => {
  const out = () => join(made.folder, 'used', 'b.jwk');
  test.each<[string, () => readonly string[]]>([
    ['key rotate', () => ['key', 'rotate', 'hub', 'audit']],
    ['key add-operator', () => ['key', 'add-operator', '--person', 'B. Example', '--out', out()]],
  ])('`%s`', async (_, words) => {
    const locked: boolean[] = [];
    const onPrint = () => void locked.push(isLocked());
    await runLine([...words(), ...toSign(), '--json'], { home: made.hub, onPrint });
    expect(locked).toEqual([true]);
    expect(readRootRequest(made.hub)).toBeDefined();
  });
});

describe('the holder of the root key signs no request', () => {
  beforeEach(async () => approve(await made.askNext('policy')));
  const withKeys = (change: (kid: string) => object) =>
    changed((request) => {
      const { organisations } = request.wanted;
      const { europol } = organisations;
      const keys = europol!.keys.map((key) => ({ ...key, ...change(key.kid) }));
      return {
        ...request,
        wanted: { ...request.wanted, organisations: { ...organisations, europol: { ...europol, keys } } },
      };
    });

  test('with a key of a member for which no request of that member is in it', async () => {
    await refused(examine(changed((request) => ({ ...request, requests: [] }))), 'key-invalid');
    const { x } = await generateKey('europol:policy:2');
    const other = (kid: string) =>
      kid === 'europol:policy:2' ? { jwk: { kty: 'OKP', crv: 'Ed25519', x } } : {};
    await refused(examine(withKeys(other)), 'key-invalid');
  });

  test.each<[string, string, object]>([
    ['that does not name the key that asked for it', 'europol:policy:2', { askedBy: undefined }],
    [
      'that names another key as the one that asked for it',
      'europol:policy:2',
      { askedBy: 'europol:approver:1' },
    ],
    [
      'with a later end than it has in the version before',
      'europol:policy:1',
      { notAfter: '2099-01-01T00:00:00Z' },
    ],
  ])('with a key of a member %s', async (_, changedKid, change) => {
    await refused(examine(withKeys((kid) => (kid === changedKid ? change : {}))), 'key-invalid');
  });

  test('with a policy key that no approver asked for', async () => {
    const text = readFileSync(await made.askNext('policy', 'alone'), 'utf8');
    await refused(examine(changed((request) => ({ ...request, requests: [text] }))), 'second-person-needed');
  });

  test('whose key request was changed, or is older than 7 days', async () => {
    const request = JSON.parse(openRootRequest(made.asked()).requests[0]!) as { payload: string };
    const claims = JSON.parse(Buffer.from(request.payload, 'base64url').toString()) as { iat: number };
    const later = { ...claims, iat: claims.iat + 1 };
    const payload = Buffer.from(JSON.stringify(later)).toString('base64url');
    const forged = changed((asked) => ({ ...asked, requests: [JSON.stringify({ ...request, payload })] }));
    await refused(examine(forged), 'signature-invalid');
    const root = await readRootKey(made.rootFile);
    const inEightDays = new Date(Date.now() + 8 * 86_400_000);
    await refused(examineRootRequest(openRootRequest(made.asked()), root, inEightDays), 'expired');
  });

  test('that lists a new member without a welcome', async () => {
    const { wanted } = openRootRequest(made.asked());
    const { europol } = wanted.organisations;
    const organisations = { ...wanted.organisations, afripol: { ...europol, keys: [] } };
    const another = changed((request) => ({ ...request, wanted: { ...request.wanted, organisations } }));
    await refused(examine(another), 'schema-invalid');
  });

  test('that has another member, or more key requests than one file may have', () => {
    const open = (change: object) => () => openRootRequest(changed((request) => ({ ...request, ...change })));
    expect(open({ reason: 'urgent' })).toThrow('additional properties');
    expect(open({ requests: Array.from({ length: 65 }, () => '') })).toThrow('/requests');
    expect(open({ kind: 'root-answer' })).toThrow('/kind');
  });
});

describe('a hub takes no answer', () => {
  test('to a request that was changed on its way, or to another one', async () => {
    await rotate('audit');
    const first = await made.sign();
    await rotate('log');
    await refused(made.accept(first), 'digest-mismatch');
    const without = changed((request) => ({ ...request, requests: [...request.requests] }));
    await refused(made.accept(await made.sign(without)), 'digest-mismatch');
    expect(await isListed('hub:audit:2')).toBe(false);
    await made.accept(await made.sign());
    expect(await isListed('hub:audit:2')).toBe(true);
  });

  test('that it has taken before', async () => {
    await rotate('audit');
    const answer = await made.sign();
    const { directory } = await made.accept(answer);
    await refused(made.accept(answer), 'request-used');
    expect((await made.directory()).version).toBe(directory.version);
  });

  test('of another root, or with another directory than the signed one', async () => {
    await rotate('audit');
    const good = JSON.parse((await made.sign()).toString()) as Record<string, string>;
    const foreign = await importSigner(await generateKey('root:root:1'));
    const { digest: request } = readRootRequest(made.hub)!;
    const directory = await made.directory();
    const signed = { request, directory, now: new Date() };
    await refused(made.accept(Buffer.from(await signRootAnswer(signed, foreign))), 'signature-invalid');
    const old = Buffer.from(directory.frame).toString('base64url');
    await refused(made.accept(Buffer.from(JSON.stringify({ ...good, directory: old }))), 'digest-mismatch');
    await refused(made.accept(Buffer.from(JSON.stringify({ ...good, note: '' }))), 'schema-invalid');
    expect(await isListed('hub:audit:2')).toBe(false);
  });

  test('whose directory is stale by now', async () => {
    await rotate('audit');
    const params = { request: digest(made.asked()), root: readAnchor(made.hub) };
    const answer = await made.sign();
    const after = (days: number) => ({ ...params, now: new Date(Date.now() + days * 86_400_000) });
    await expect(openRootAnswer(answer, after(6))).resolves.toBeDefined();
    await refused(openRootAnswer(answer, after(8)), 'expired');
  });
});
