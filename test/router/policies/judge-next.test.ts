import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createJudgeNext } from '../../../services/router/policies/judge-next.js';
import { composeBundle, federationFilesIn, filesIn } from '../../../services/router/policies/release-set.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { AdoptionPart } from '../../../services/shared/ledger/release/adoption-record.js';
import { signRelease, verifyRelease } from '../../../services/shared/ledger/release/release.js';
import type { ReleaseFiles } from '../../../services/shared/ledger/release/release-files.js';
import { type PolicyBundle, readBundle } from '../../../services/shared/policy/adopted/bundle.js';
import type { JudgeRequest, JudgeVerdict } from '../../../services/shared/policy/adopted/policy-judge.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { createKeyRing } from '../../shared/ledger/signers.js';
import { alfa, bravo, facts, folderWith, rule, write } from '../../shared/policy/folder.js';
import { FEDERATION, QUIET } from '../../shared/workbench/check/lint.js';
import { judgeHere } from './judge-here.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const MEMBERS = 'federation/members.yaml';

let signers: Readonly<Record<'alfa' | 'bravo' | 'hub', Signer>>;
let trusted: Directory;
const root = mkdtempSync(join(tmpdir(), 'judge-next-'));
beforeAll(async () => {
  const { directory, make } = createKeyRing();
  const [alfas, bravos] = [await make('alfa:policy:1'), await make('bravo:policy:1')];
  signers = { alfa: alfas, bravo: bravos, hub: await make('hub:operator:1') };
  trusted = { ...directory, organisations: new Map() };
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

type WaitingRelease = Parameters<RouterStore['releases']['submit']>[0];

/** A release of a member whose rules permit nothing, signed at the minute `at`. */
function releaseOf(org: 'alfa' | 'bravo', at = 0): Promise<WaitingRelease> {
  const forbid = (name: string): string => rule('forbid (principal, action, resource);', `${org}-${name}`);
  return signedRelease(org, new Map(['export', 'import'].map((name) => [`${name}.cedar`, forbid(name)])), at);
}

/** A release of the federation with these facts about members. */
function releaseWithFacts(text: string): Promise<WaitingRelease> {
  const rules = rule('forbid (principal, action, resource);', 'federation-none');
  const files = new Map([
    ['schema.cedarschema', readFileSync(join(shippedPolicies, 'schema.cedarschema'), 'utf8')],
    ['federation/rules.cedar', rules],
    [MEMBERS, text],
  ]);
  return signedRelease('hub', files);
}

async function signedRelease(
  org: keyof typeof signers,
  files: ReleaseFiles,
  at = 0,
): Promise<WaitingRelease> {
  const signed = new Date(NOW.getTime() - 3_600_000 + at * 60_000);
  const { statement: token, files: packed } = await signRelease(
    { version: 1, previous: null, files, approvals: [] },
    { signer: signers[org], federation: 'demo', now: signed },
  );
  const member = parseOrgId(org);
  const { statement, digest: releaseId } = await verifyRelease(
    { statement: token, files: packed },
    { directory: trusted, org: member, now: NOW },
  );
  return { org, statement, digest: releaseId, version: 1, token, files: packed, at: signed.getTime() };
}

/** Releases that wait at a router, by default one of alfa; the adopted policies permit nothing. */
async function waiting({
  judge = judgeHere,
  candidate = join(root, 'candidate'),
  releases = [releaseOf('alfa')],
}: WaitingParams = {}) {
  const folder = folderWith(FEDERATION);
  const store = openRouterStore(join(mkdtempSync(join(root, 'store-')), 'router.db'));
  onTestFinished(() => store.close());
  for (const release of await Promise.all(releases)) await store.commit(() => store.releases.submit(release));
  const records: AdoptionPart[] = [];
  const judgeNext = createJudgeNext({
    store,
    judge: { judge },
    trusted: () => trusted,
    record: async (part) => void records.push(part),
    candidate,
    name: 'router-1',
    now: () => NOW,
  });
  const bundle = composeBundle(federationFilesIn(folder), new Map(), facts.organisations.keys());
  const adopted = { bundle, directory: facts, at: 0, previous: null };
  const judgement = { release: null, bundle: bundle.digest, findings: '[]', at: 0, by: 'router-1' };
  await store.commit(() => store.releases.judge(judgement));
  return { folder, records, next: () => judgeNext({ folder, directory: facts, adopted, position: 0 }) };
}

interface WaitingParams {
  readonly judge?: (request: JudgeRequest) => Promise<JudgeVerdict>;
  readonly candidate?: string;
  readonly releases?: readonly Promise<WaitingRelease>[];
}

/** True when the release of bravo is judged. */
function isOfBravo({ folder }: JudgeRequest): boolean {
  return readFileSync(join(folder, 'bravo/export.cedar'), 'utf8').includes('"bravo-export"');
}

async function noVerdict(): Promise<never> {
  throw fail('policy-missing', 'the process that loads the policies ended: SIGKILL');
}

describe('router: a release that waits', () => {
  test('waits while the disk of its router takes no file, and is adopted once it does', async () => {
    const disk = join(root, 'disk');
    writeFileSync(disk, 'no folder can be made below a file');
    const { records, next } = await waiting({ candidate: join(disk, 'candidate') });
    for (let tries = 0; tries < 5; tries += 1)
      await expect(next()).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(records).toEqual([]);
    rmSync(disk);
    await next();
    expect(records).toMatchObject([{ outcome: 'adopted', release: { org: alfa, version: 1 } }]);
  });

  test('is refused when the judging process ended three times without a verdict', async () => {
    const { records, next } = await waiting({ judge: noVerdict });
    for (let tries = 0; tries < 2; tries += 1)
      await expect(next()).rejects.toMatchObject({ code: 'policy-missing' });
    expect(records).toEqual([]);
    await next();
    const message = 'it could not be judged: the process that loads the policies ended: SIGKILL';
    expect(records).toMatchObject([{ outcome: 'refused', findings: [{ place: alfa, message }] }]);
  });

  test('is refused when the program failed three times to judge it', async () => {
    const { records, next } = await waiting({
      judge: () => Promise.reject(new RangeError('the stack is full')),
    });
    for (let tries = 0; tries < 2; tries += 1) await expect(next()).rejects.toThrow(RangeError);
    expect(records).toEqual([]);
    await next();
    const message = 'it could not be judged: unexpected failure';
    expect(records).toMatchObject([{ outcome: 'refused', findings: [{ place: alfa, message }] }]);
  });

  test.each([
    ['are no YAML', '{', { place: MEMBERS }],
    [
      'name a group that is no word',
      'members: { alfa: { groups: [[]], accreditedFor: [], agreements: [] } }',
      { place: '/members/alfa/groups', message: 'expected a list of words' },
    ],
    [
      'name a member by what is no id',
      'members: { ALFA: { groups: [], accreditedFor: [], agreements: [] } }',
      { place: MEMBERS, message: expect.stringContaining('expected the id of an organisation') },
    ],
  ])('is refused at once when its facts about members %s', async (_, text, finding) => {
    const { records, next } = await waiting({ releases: [releaseWithFacts(text)] });
    await next();
    expect(records).toMatchObject([{ outcome: 'refused', findings: [finding] }]);
  });

  test('waits for one failed judgement of the releases of another member, although all of them are older', async () => {
    const { records, next } = await waiting({
      judge: (request) => (isOfBravo(request) ? judgeHere(request) : noVerdict()),
      releases: [releaseOf('alfa', 1), releaseOf('alfa', 2), releaseOf('bravo', 3)],
    });
    await expect(next()).rejects.toMatchObject({ code: 'policy-missing' });
    await next();
    expect(records).toMatchObject([{ outcome: 'adopted', release: { org: bravo } }]);
  });

  test('is judged by the policies in force, whatever files the hub has', async () => {
    const { folder, records, next } = await waiting();
    write(folder, MEMBERS, '{');
    write(folder, 'federation/rules.cedar', 'no rule');
    await next();
    expect(records).toMatchObject([{ outcome: 'adopted', release: { org: alfa, version: 1 } }]);
  });
});

/** A router without releases, at a hub or in a demonstration; `next` adopts what was judged, and returns it. */
function withoutReleases({ isDemo }: { readonly isDemo: boolean }) {
  const folder = folderWith({ ...FEDERATION, ...QUIET });
  const store = openRouterStore(join(mkdtempSync(join(root, 'store-')), 'router.db'));
  onTestFinished(() => store.close());
  let part: AdoptionPart | undefined;
  const judgeNext = createJudgeNext({
    store,
    judge: { judge: judgeHere },
    trusted: () => trusted,
    record: async (recorded) => void (part = recorded),
    candidate: join(root, 'candidate'),
    name: 'router-1',
    now: () => NOW,
    isDemo,
  });
  const adopt = (bundle: PolicyBundle) => ({ bundle, directory: facts, at: 0, previous: null });
  let adopted: ReturnType<typeof adopt> | undefined;
  const next = async (before = adopted): Promise<ReadonlyMap<string, string>> => {
    const judged = await judgeNext({ folder, directory: facts, adopted: before, position: 0 });
    const bundle = judged?.passed?.bundle;
    if (bundle === undefined || part === undefined) throw new Error('nothing was adopted');
    const { release } = part;
    const judgement = { release, bundle: bundle.digest, findings: '[]', at: NOW.getTime(), by: 'router-1' };
    await store.commit(() => store.releases.judge(judgement));
    adopted = adopt(bundle);
    return bundle.files;
  };
  const submit = async (release: Promise<WaitingRelease>): Promise<void> => {
    const waiting = await release;
    await store.commit(() => store.releases.submit(waiting));
  };
  return { folder, next, submit, adopt };
}

describe('router: the first policies', () => {
  test('of a demonstration have the rules of each member in its folder, which stay until that member releases others', async () => {
    const { folder, next, submit } = withoutReleases({ isDemo: true });
    const first = await next();
    expect(first).toEqual(filesIn(folder, facts.organisations.keys()).files);
    write(folder, 'bravo/export.cedar', 'no rule');
    await submit(releaseOf('alfa'));
    const second = await next();
    expect(second.get('alfa/export.cedar')).toContain('alfa-export');
    expect(second.get('bravo/export.cedar')).toBe(first.get('bravo/export.cedar'));
  });

  test('of a demonstration that read its folder before have the rules that it had adopted, whatever is in the folder', async () => {
    const { folder, next, adopt } = withoutReleases({ isDemo: true });
    const before = adopt(readBundle(folder, [...facts.organisations.keys()], digest));
    write(folder, 'bravo/export.cedar', 'no rule');
    const first = await next(before);
    expect(first.get('bravo/export.cedar')).toBe(before.bundle.files.get('bravo/export.cedar'));
    expect(first.has(MEMBERS)).toBe(true);
  });

  test('of a hub have no rule of a member in its folder', async () => {
    const { next } = withoutReleases({ isDemo: false });
    const first = await next();
    for (const org of facts.organisations.keys())
      expect(first.get(`${org}/export.cedar`)).toContain(`${org}-export-unreleased`);
  });
});
