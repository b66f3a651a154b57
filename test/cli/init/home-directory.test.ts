import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  readFederation,
  readHomeDirectory,
  signHomeDirectory,
} from '../../../services/cli/init/home-directory.js';
import { newEntry } from '../../../services/cli/init/key-entry.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { prepareHome } from '../../../services/cli/up/prepare-home.js';
import { type OrgId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import type { FederationFacts } from '../../../services/shared/trust/directory-source.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { keptDirectory } from '../../../services/shared/trust/kept-directory.js';
import { checkSuccession } from '../../../services/shared/trust/directory/succession.js';

let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-directory-')));
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

const NOW = new Date('2031-05-04T03:02:01.987Z');
const EUROPOL = parseOrgId('europol');

const read = (path: string): string => readFileSync(path, 'utf8');
const entries = (): readonly string[] => readdirSync(home.root, { recursive: true, encoding: 'utf8' });

describe('signHomeDirectory', () => {
  test('signs the next version, which holders of the previous one accept', async () => {
    await initDemo(home, { now: NOW });
    const first = await readHomeDirectory(home);
    const later = new Date(NOW.getTime() + 3 * 86_400_000);
    const second = await signHomeDirectory(home, { facts: readFederation(), now: later });
    expect(second.version).toBe(2);
    expect(second.previous).toBe(first?.digest);
    expect(() => checkSuccession(first!, second)).not.toThrow();
    const dates = (of: typeof second): unknown =>
      [...of.organisations.values()].flatMap(({ keys }) =>
        keys.map(({ kid, notBefore }) => [kid, notBefore]),
      );
    expect(dates(second)).toEqual(dates(first!));
  });

  test('signs members of another order in that of the previous version, and new ones last', async () => {
    const facts = readFederation();
    await initDemo(home, { now: NOW, facts });
    const orgs = Object.keys(facts.organisations);
    const added = [newEntry(await generateKey('caricompol:notice:1'), { notBefore: NOW })];
    const [first] = Object.values(facts.organisations);
    const reordered = Object.fromEntries([
      ['caricompol', first!],
      ...Object.entries(facts.organisations).toReversed(),
    ]);
    const next = { ...facts, organisations: reordered };
    const second = await signHomeDirectory(home, { facts: next, added, now: NOW });
    expect([...second.organisations.keys()]).toEqual([...orgs, 'caricompol']);
  });

  test('keeps the order of the previous version where `members.yaml` of the home names the members in another', async () => {
    await initDemo(home, { now: NOW });
    const { organisations } = (await readHomeDirectory(home))!;
    cpSync(shippedPolicies, home.policies, { recursive: true });
    const path = join(home.policies, 'federation', 'members.yaml');
    const file = parse(read(path)) as { readonly members: Readonly<Record<string, object>> };
    const members = Object.fromEntries(Object.entries(file.members).toReversed());
    writeFileSync(path, stringify({ ...file, members }));
    const next = await prepareHome(home, { fresh: false, say: () => {} });
    expect(next.version).toBe(2);
    expect([...next.organisations.keys()]).toEqual([...organisations.keys()]);
  });

  const refusals: readonly (readonly [string, (facts: FederationFacts) => FederationFacts, string])[] = [
    ['a member that is gone', without(EUROPOL), 'no longer names `europol`'],
    ['a member without keys', (facts) => facts, 'names `europol`, which has no keys'],
    ['another federation', (facts) => ({ ...facts, federation: 'other' }), 'federation `other`'],
  ];
  test.each(refusals)('refuses %s with the reason, and signs nothing', async (what, change, words) => {
    const facts = readFederation();
    const first = what === 'a member without keys' ? without(EUROPOL)(facts) : facts;
    await initDemo(home, { now: NOW, facts: first });
    const before = entries();
    const signed = read(home.directory);
    const preparing = prepareHome(home, { fresh: false, say: () => {}, facts: change(facts) });
    await expect(preparing).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(words),
    });
    expect(read(home.directory)).toBe(signed);
    expect(entries()).toEqual(before);
  });

  test.each([
    ['an older one', (first: Buffer) => writeFileSync(home.directory, first), 'older than a kept copy'],
    ['missing', () => rmSync(home.directory), 'is missing'],
  ])(
    'follows the newest version that a process of this home kept where the file is %s, and notes it',
    async (_, harm, words) => {
      await initDemo(home, { now: NOW });
      const first = readFileSync(home.directory);
      const second = await signHomeDirectory(home, { facts: readFederation(), now: NOW });
      const copy = keptDirectory(home.org(EUROPOL));
      copyFileSync(home.directory, copy);
      harm(first);
      const notes: string[] = [];
      const say = (line: string): number => notes.push(line);
      const third = await signHomeDirectory(home, { facts: readFederation(), now: NOW, say });
      expect([third.version, third.previous]).toEqual([3, second.digest]);
      expect(notes).toEqual([expect.stringContaining(words)]);
      expect(notes[0]).toContain(`version 2 of \`${copy}\``);
    },
  );

  test('refuses a home whose previous version is missing, as a first one would list no keys', async () => {
    await initDemo(home, { now: NOW });
    rmSync(home.directory);
    await expect(signHomeDirectory(home, { facts: readFederation(), now: NOW })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('restore it from a backup'),
    });
    expect(existsSync(home.directory)).toBe(false);
  });
});

function without(gone: OrgId): (facts: FederationFacts) => FederationFacts {
  return (facts) => {
    const others = Object.entries(facts.organisations).filter(([org]) => org !== gone);
    const kept = others.map(([org, entry]) => {
      const agreements = entry.agreements.filter((other) => other !== gone);
      return [org, { ...entry, agreements }];
    });
    return { ...facts, organisations: Object.fromEntries(kept) };
  };
}
