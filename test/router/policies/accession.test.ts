import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createJudgeNext } from '../../../services/router/policies/judge-next.js';
import { composeBundle, federationFilesIn } from '../../../services/router/policies/release-set.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { AdoptionPart } from '../../../services/shared/ledger/release/adoption-record.js';
import { signApproval } from '../../../services/shared/ledger/release/approval.js';
import {
  releaseDigest,
  signRelease,
  verifyRelease,
} from '../../../services/shared/ledger/release/release.js';
import { digestOfFiles } from '../../../services/shared/ledger/release/release-files.js';
import { releasedFacts } from '../../../services/shared/policy/adopted/bundle-facts.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { createKeyRing } from '../../shared/ledger/signers.js';
import { facts, folderWith, rule } from '../../shared/policy/folder.js';
import { FEDERATION, MEMBERS } from '../../shared/workbench/check/lint.js';
import { judgeHere } from './judge-here.js';

/** Each judgement takes seconds. */
vi.setConfig({ testTimeout: 120_000 });

const NOW = new Date('2026-06-01T12:00:00Z');
const MEMBERS_FILE = 'federation/members.yaml';
const ALL = [...facts.organisations.keys()];
const HUB = parseOrgId('hub');
const CLOSED = rule('forbid (principal, action, resource);', 'federation-closed');
/** The entry of a fourth member, to which the open rules of the federation give all. */
const DELTA = '  delta: { name: delta, seat: here, groups: [sea], accreditedFor: [basic], agreements: [] }';

const root = mkdtempSync(join(tmpdir(), 'accession-'));
const approvers = new Map<string, Signer>();
let operator: Signer;
let trusted: Directory;
beforeAll(async () => {
  const { directory, make } = createKeyRing();
  operator = await make('hub:operator:1');
  for (const org of ALL) approvers.set(org, await make(`${org}:approver:1`));
  const organisations = new Map(
    [...ALL, parseOrgId('delta')].map((id) => [id, { ...facts.organisations.get(id), id }]),
  );
  trusted = { ...directory, organisations } as unknown as Directory;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Releasing {
  readonly accession: 'quorum' | 'operator';
  /** What the release makes of `members.yaml`. */
  readonly edit: (members: string) => string;
  readonly approvedBy?: readonly string[];
  /** True for rules of the federation that permit everything; by default these permit nothing. */
  readonly isOpen?: boolean;
}

/** Judges a release of the federation while three members are in force, and returns what is recorded. */
async function judged({
  accession,
  edit,
  approvedBy = [],
  isOpen = false,
}: Releasing): Promise<AdoptionPart | undefined> {
  const before = `accession: ${accession}\n${MEMBERS}\n`;
  const rules = isOpen ? {} : { 'federation/rules.cedar': CLOSED };
  const folder = folderWith({ ...FEDERATION, ...rules, [MEMBERS_FILE]: before });
  const federation = federationFilesIn(folder);
  const files = new Map([...federation.files, [MEMBERS_FILE, edit(before)]]);
  const store = openRouterStore(join(mkdtempSync(join(root, 'store-')), 'router.db'));
  onTestFinished(() => store.close());
  const name = { federation: 'demo', org: HUB, version: 1, previous: null, content: digestOfFiles(files) };
  const content = { release: releaseDigest(name), previous: null, loosenings: [] };
  const signing = approvedBy.flatMap((org) => {
    const signer = approvers.get(org);
    return signer === undefined ? [] : [signApproval(content, { signer, federation: 'demo', now: NOW })];
  });
  const release = { version: 1, previous: null, files, approvals: await Promise.all(signing) };
  const wire = await signRelease(release, { signer: operator, federation: 'demo', now: NOW });
  const { statement } = await verifyRelease(wire, { directory: trusted, org: HUB, now: NOW });
  const bundle = composeBundle(federation, new Map(), ALL);
  await store.commit(() => {
    store.releases.judge({ release: null, bundle: bundle.digest, findings: '[]', at: 0, by: 'router-1' });
    const { statement: token, files: packed } = wire;
    store.releases.submit({
      org: HUB,
      statement,
      digest: content.release,
      version: 1,
      token,
      files: packed,
      at: NOW.getTime(),
    });
  });
  const records: AdoptionPart[] = [];
  const next = createJudgeNext({
    store,
    judge: { judge: judgeHere },
    trusted: () => trusted,
    record: async (part) => void records.push(part),
    candidate: join(root, 'candidate'),
    name: 'router-1',
    now: () => NOW,
  });
  const adopted = { bundle, directory: releasedFacts(bundle) ?? facts, at: 0, previous: null };
  await next({ folder, directory: trusted, adopted, position: 0 });
  return records[0];
}

const lacking = (message: string) => ({ place: 'approvals', message });

describe('a release that only names a new member', () => {
  const edit = (members: string): string => `${members}${DELTA}\n`;

  test('is adopted by the signature of an operator alone where the terms in force say so, and its record names the operator', async () => {
    expect(await judged({ accession: 'operator', edit, isOpen: true })).toMatchObject({
      outcome: 'adopted',
      approvedBy: 'operator',
      findings: [],
    });
  });

  test.each([
    ['is refused without a quorum where the terms in force do not say otherwise', edit, '2 of 3'],
    [
      'is refused when it brings the terms by which it would be adopted',
      (members: string) => edit(members).replace('quorum', 'operator'),
      '3 of 3',
    ],
  ])('%s', async (_, change, needed) => {
    expect(await judged({ accession: 'quorum', edit: change })).toMatchObject({
      outcome: 'refused',
      approvedBy: null,
      findings: [lacking(`${needed} members must approve it, and 0 did`)],
    });
  });

  test('needs a quorum once it also changes the facts about another member', async () => {
    const withSea = (members: string): string => edit(members).replace('[south]', '[south, sea]');
    expect(await judged({ accession: 'operator', edit: withSea })).toMatchObject({
      outcome: 'refused',
      approvedBy: null,
      findings: [lacking('2 of 3 members must approve it, and 0 did')],
    });
  });
});

describe('a release that changes how releases are approved', () => {
  const edit = (members: string): string => members.replace('quorum', 'operator');

  test('is refused when more than half of the members approve it, but not more than two thirds', async () => {
    expect(await judged({ accession: 'quorum', edit, approvedBy: ['alfa', 'bravo'] })).toMatchObject({
      outcome: 'refused',
      findings: [lacking('3 of 3 members must approve it, and 2 did')],
    });
  });

  test('is adopted when more than two thirds approve it, and its record names the members', async () => {
    expect(await judged({ accession: 'quorum', edit, approvedBy: ALL })).toMatchObject({
      outcome: 'adopted',
      approvedBy: 'members',
    });
  });
});
