import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type OrgId, parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { readBundleWithFacts } from '../../../../services/shared/policy/adopted/bundle.js';
import { readFacts } from '../../../../services/shared/policy/facts.js';
import { loadPolicies } from '../../../../services/shared/policy/policies.js';
import { SCHEMA_FILE } from '../../../../services/shared/policy/schema.js';
import { parseFederation } from '../../../../services/shared/trust/directory-source.js';
import { digest, hexDigest } from '../../../../services/shared/trust/digest.js';
import { adoptedVersion, judgeFolder } from '../../../../services/shared/workbench/gate/judge-folder.js';
import { loosenedText } from '../../../../services/shared/workbench/gate/loosened-text.js';
import { ownLoosenings } from '../../../../services/shared/workbench/gate/own-loosenings.js';
import { alfa, bravo, charlie, folderWith, rule } from '../../policy/folder.js';
import { FEDERATION, MEMBERS } from '../check/lint.js';

const GREEN =
  'permit (principal, action == Action::"receive", resource) when { resource.tlp == Tlp::"green" };';
const TO_SEA =
  'permit (principal, action == Action::"receive", resource) when { principal.groups.contains(Group::"sea") };';
const CLOSED = 'forbid (principal, action, resource);';
const SEA = { 'federation/members.yaml': MEMBERS.replace('[south]', '[south, sea]') };

/** The rules of some sets, by the name of the set; of every other set they permit that green notices are received. */
type Sets = Readonly<Record<string, readonly string[]>>;

/** Files of the federation before a release, and those that it changes. */
interface Release {
  readonly was?: Readonly<Record<string, string>>;
  readonly is: Readonly<Record<string, string>>;
}

/** Writes the folders before and after a release of the federation, which by default gives charlie the group `sea`. */
function releaseOf(sets: Sets, { was = {}, is }: Release) {
  const members = [alfa, bravo, charlie].flatMap((org) => [`${org}/export`, `${org}/import`]);
  const green = Object.fromEntries(['federation/rules', ...members].map((set) => [set, [GREEN]]));
  const texts = Object.entries({ ...green, ...sets }).map(([set, rules]) => [
    `${set}.cedar`,
    rules.map((text, index) => rule(text, `${set.replace('/', '-')}-${index}`)).join(''),
  ]);
  const files = { ...FEDERATION, ...Object.fromEntries(texts), ...was };
  const before = folderWith(files);
  const after = folderWith({ ...files, ...is });
  const [loadedFor, directory] = [readFacts(before), readFacts(after)];
  const bundle = readBundleWithFacts(before, [...loadedFor.organisations.keys()], digest);
  const adopted = { bundle, loadedFor, directory: loadedFor, isProven: true };
  return { after, adopted, directory };
}

/** Returns what a release opens, whatever the rules of other members let through. */
async function openedBy(sets: Sets, release: Release = { is: SEA }): Promise<readonly string[]> {
  const { after, adopted, directory } = releaseOf(sets, release);
  const candidate = { sets: loadPolicies(after, directory, digest), directory };
  const versions = { adopted: adoptedVersion(adopted, digest), candidate };
  const { loosened, cut } = await ownLoosenings({
    release: { org: 'federation' },
    ...versions,
    digest: hexDigest,
  });
  expect(cut).toEqual([]);
  return loosened.map((change) => loosenedText([change])).map(effectIn);
}

/** Judges a release without approvals, of an operator alone for the `joining`, and returns what must be approved. */
async function askedOf(
  sets: Sets,
  { is = SEA, joining = [] }: Partial<Release> & { readonly joining?: readonly OrgId[] } = {},
): Promise<readonly string[]> {
  const { after, ...release } = releaseOf(sets, { is });
  const { verdict } = await judgeFolder(after, {
    ...release,
    isRecorded: () => true,
    parseDirectory: parseFederation,
    today: '2026-03-01',
    hasFacts: true,
    signed: { org: 'federation', loosenings: [], joining },
    digest,
    hexDigest,
  });
  if (verdict.adopt) return [];
  expect(verdict.findings.filter(({ loosening }) => loosening === undefined)).toEqual([]);
  return verdict.findings.map(({ message }) => effectIn(message));
}

const effectIn = (text: string): string => text.slice(0, text.indexOf(' ('));

test('federation facts: what they open to a member must be approved, also while the rules of that member close it', async () => {
  const open = ['alfa/export loosens receive'];
  expect(await openedBy({ 'alfa/export': [TO_SEA] })).toEqual(open);
  expect(await openedBy({ 'alfa/export': [TO_SEA], 'charlie/import': [CLOSED] })).toEqual(open);
});

test('federation facts: what they let a member take must be approved, also while the rules of all others close it', async () => {
  const open = ['charlie/import loosens receive'];
  expect(await openedBy({ 'charlie/import': [TO_SEA] })).toEqual(open);
  const closed = { 'alfa/export': [CLOSED], 'bravo/export': [CLOSED] };
  expect(await openedBy({ 'charlie/import': [TO_SEA], ...closed })).toEqual(open);
});

test('federation facts: what they open is asked once, also where the rules of another member open a part of it now', async () => {
  const taken = GREEN.replace('{', '{ resource.kind == Kind::"red" &&');
  expect(await askedOf({ 'alfa/export': [TO_SEA], 'charlie/import': [taken] })).toEqual([
    'alfa/export loosens receive',
  ]);
});

test('federation facts: a section that is advertised anew must be approved, also where its owner would disclose it', async () => {
  const may = (action: string, to = ''): string =>
    `permit (principal, action == Action::"${action}", resource) when { context.section == Section::"media"${to} };`;
  const toSea = ' && principal.groups.contains(Group::"sea")';
  const rules = {
    'federation/rules': [GREEN, may('disclose'), may('advertise')],
    'alfa/export': [GREEN, may('disclose'), may('advertise', toSea)],
  };
  expect(await askedOf(rules)).toEqual(['alfa/export loosens advertise media']);
});

test('federation facts: of the entry of a member, what members open to it must be approved once it has rules that take it', async () => {
  const entry = '  delta: { name: delta, seat: here, groups: [sea], accreditedFor: [basic], agreements: [] }';
  const enter = (imports: string) => ({
    is: {
      'federation/members.yaml': `${MEMBERS}\n${entry}`,
      'delta/export.cedar': rule(CLOSED, 'delta-export-0'),
      'delta/import.cedar': rule(imports, 'delta-import-0'),
    },
  });
  const rules = { 'alfa/export': [TO_SEA], 'bravo/export': [CLOSED], 'charlie/export': [CLOSED] };
  const open = ['the federation loosens receive'];
  expect(await openedBy(rules, enter(CLOSED))).toEqual(open);
  const taken = ['alfa/export loosens receive', 'delta/import loosens receive'];
  expect(await openedBy(rules, enter(GREEN))).toEqual([...open, ...taken]);
});

test('federation facts: the entry of a member that an operator may name opens what is from or to it, and nothing else', async () => {
  const delta = '  delta: { name: delta, seat: here, groups: [], accreditedFor: [basic], agreements: [] }';
  const is = {
    'federation/members.yaml': `${SEA['federation/members.yaml']}\n${delta}`,
    'delta/export.cedar': rule(CLOSED, 'delta-export-0'),
    'delta/import.cedar': rule(CLOSED, 'delta-import-0'),
  };
  const joining = [parseOrgId('delta')];
  expect(await askedOf({ 'alfa/export': [TO_SEA] }, { is, joining })).toEqual([
    'alfa/export loosens receive',
  ]);
});

test('federation schema: what a new word opens must be approved of each side, also while the rules of the other close it', async () => {
  const schema = readFileSync(join(folderWith(), SCHEMA_FILE), 'utf8');
  const is = { [SCHEMA_FILE]: schema };
  const was = { [SCHEMA_FILE]: schema.replace(', "ZW"', '') };
  const all = [alfa, bravo, charlie].flatMap((org) => [`${org}/export`, `${org}/import`]);
  const closed = Object.fromEntries(all.map((set) => [set, [CLOSED]]));
  const open = ['the federation loosens receive'];
  const send = { ...closed, 'alfa/export': [GREEN] };
  expect(await openedBy(send, { was, is })).toEqual([...open, 'alfa/export loosens receive']);
  const take = { ...closed, 'alfa/import': [GREEN] };
  expect(await openedBy(take, { was, is })).toEqual([...open, 'alfa/import loosens receive']);
});

test('federation facts: what they open is found whatever ids the rules of members have', async () => {
  const ids = ['alfa-import-open', 'charlie-import-open'];
  const was = { 'alfa/export.cedar': ids.map((id) => rule(TO_SEA, id)).join('') };
  expect(await openedBy({}, { was, is: SEA })).toEqual(['alfa/export loosens receive']);
});

test('federation facts: what no rule reads opens nothing', async () => {
  expect(await openedBy({})).toEqual([]);
});
