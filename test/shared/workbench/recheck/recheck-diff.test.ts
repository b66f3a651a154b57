import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DirectoryFacts } from '../../../../services/shared/policy/facts.js';
import { loadPolicies } from '../../../../services/shared/policy/policies.js';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import type { Change } from '../../../../services/shared/workbench/diff/changes.js';
import type { PolicyDiff } from '../../../../services/shared/workbench/diff/diff-policies.js';
import type { Recheck } from '../../../../services/shared/workbench/recheck/contradiction.js';
import { recheckDiff } from '../../../../services/shared/workbench/recheck/recheck-diff.js';
import type { Invariant } from '../../../../services/shared/workbench/prove/invariant-file.js';
import { provePolicies } from '../../../../services/shared/workbench/prove/prove-policies.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';
import { charlie, facts, folderWith, rule } from '../../policy/folder.js';
import { diffOf, versionWith } from '../diff/versions.js';
import { anyRules, federationOf } from '../space/conditions.js';

const OPEN = rule('permit (principal, action, resource);', 'open');
const NO_RED = rule('forbid (principal, action, resource) when { resource.kind == Kind::"red" };', 'no-red');
/** Only alfa's notices to bravo are concerned. */
const importOfBravo = (text: string) =>
  versionWith({
    'bravo/import.cedar': `${text}${rule('forbid (principal, action, resource) when { resource.originator == OrgId::"charlie" };', 'no-charlie')}`,
  });
const [open, closed] = [importOfBravo(OPEN), importOfBravo(OPEN + NO_RED)];

const SEED = { seed: 7 };
const SCHEMA = readFileSync(join(projectRoot, 'policies/schema.cedarschema'), 'utf8');

async function recheckOf(before: Version, after: Version, given: Partial<PolicyDiff> = {}): Promise<Recheck> {
  const diff = await diffOf(before, after);
  return recheckDiff({ before, after, diff: { ...diff, ...given } }, SEED);
}

describe('the check of a comparison at random notices', () => {
  test('agrees with a comparison of both versions, over 300 notices for each route that differs', async () => {
    const recheck = await recheckOf(open, closed);
    expect(recheck).toMatchObject({ seed: 7, notices: 600, contradictions: [] });
    expect(recheck.decisions).toBeGreaterThan(20_000);
    expect(recheck.byCedar).toBeGreaterThanOrEqual(60);
  });

  test('draws no attribute that notices never have, though a schema makes it optional', async () => {
    const schema = SCHEMA.replace(/^( *)minor: Bool,$/m, '$&\n$1urgent?: Bool,\n$1copies?: Set<Kind>,');
    expect(schema).not.toBe(SCHEMA);
    const absent =
      'forbid (principal, action, resource) when { resource has urgent || resource has copies };';
    const before = versionWith({ 'schema.cedarschema': schema });
    const after = versionWith({
      'schema.cedarschema': schema,
      'bravo/import.cedar': OPEN + rule(absent, 'never'),
    });
    expect((await recheckOf(before, after)).contradictions).toEqual([]);
  });

  test('reports an invariant that the newer version breaks although it was proven, at the same notices', async () => {
    const when = 'resource.kind == Kind::"red" && principal.id == OrgId::"bravo"';
    const invariants: readonly Invariant[] = [{ id: 'no-red', says: 'no red', when, never: 'receive' }];
    const diff = await diffOf(closed, open);
    const { proofs } = provePolicies(closed, invariants);
    const versions = { before: closed, after: open, diff };
    const { contradictions } = await recheckDiff({ ...versions, checked: { invariants, proofs } }, SEED);
    expect(contradictions[0]).toMatchObject({ about: 'invariant', invariant: 'no-red', evaluator: 'broken' });
    const right = provePolicies(open, invariants, { space: diff.space }).proofs;
    const agreed = await recheckDiff({ ...versions, checked: { invariants, proofs: right } }, SEED);
    expect(agreed).toMatchObject({ notices: 600, contradictions: [] });
  });

  test('checks no notice of versions that are the same', async () => {
    expect(await recheckOf(open, importOfBravo(OPEN))).toEqual({
      seed: 7,
      notices: 0,
      decisions: 0,
      byCedar: 0,
      contradictions: [],
    });
  });

  test('reports answers that are those of another version, with what each evaluator says', async () => {
    const { space } = await diffOf(open, closed);
    const { contradictions } = await recheckOf(open, closed, {
      space: { ...space, answersOf: () => space.answersOf(open) },
    });
    expect(contradictions.length).toBeGreaterThan(0);
    for (const contradiction of contradictions) {
      expect(contradiction).toMatchObject({
        about: 'layer',
        layer: 'import',
        version: 'after',
        example: { header: { kind: 'red' }, from: 'alfa', to: 'bravo' },
        analysis: 'allow by open',
        evaluator: 'deny by no-red',
        cedar: 'deny by no-red',
      });
    }
  });

  test.each<[string, Version, Version, (change: Change) => boolean, string]>([
    ['a tightening', open, closed, () => false, 'tightened: receive by import'],
    ['a loosening', closed, open, () => false, 'loosened: receive by import'],
    [
      'the loosening of a section',
      importOfBravo(OPEN + NO_RED.replace('action,', 'action == Action::"disclose",')),
      open,
      ({ section }) => section !== 'identity',
      'loosened: disclose by import',
    ],
    [
      'a lost obligation',
      importOfBravo(OPEN.replace('\n', '\n@obligation("ask-first")\n')),
      open,
      ({ obligation }) => obligation === undefined,
      'loosened: the obligation `ask-first`',
    ],
  ])('reports %s that is seen and that no change names', async (...[, before, after, isKept, words]) => {
    const { changes } = await diffOf(before, after);
    const { contradictions } = await recheckOf(before, after, { changes: changes.filter(isKept) });
    expect(contradictions[0]).toMatchObject({
      about: 'change',
      example: { from: 'alfa', to: 'bravo' },
      analysis: 'no such change',
      evaluator: words,
    });
  });

  test('a change of another layer than the one that opened is reported', async () => {
    const { changes } = await diffOf(closed, open);
    const wrong = changes.map((change): Change => ({ ...change, layer: 'export' }));
    const { contradictions } = await recheckOf(closed, open, { changes: wrong });
    expect(contradictions[0]).toMatchObject({ about: 'change', analysis: 'a change of export alone' });
  });

  test('gives the same notices for the same seed, and others for another', async () => {
    const { changes: _none, space } = await diffOf(open, closed);
    const examplesOf = async (seed: number) => {
      const diff = { changes: [], space };
      const { contradictions } = await recheckDiff({ before: open, after: closed, diff }, { seed });
      return contradictions.map(({ example }) => example);
    };
    const first = await examplesOf(1);
    expect(first.length).toBeGreaterThan(0);
    expect(await examplesOf(1)).toEqual(first);
    expect(await examplesOf(2)).not.toEqual(first);
  });

  test('a member of one version alone gives and gets nothing in the other', { tags: ['long'] }, async () => {
    const organisations = new Map([...facts.organisations].filter(([id]) => id !== charlie));
    const directory: DirectoryFacts = { organisations };
    const fewer = { sets: loadPolicies(folderWith(), directory, digest), directory };
    expect((await recheckOf(fewer, versionWith())).contradictions).toEqual([]);
    expect((await recheckOf(versionWith(), fewer)).contradictions).toEqual([]);
  });

  test('a condition that only Cedar evaluates contradicts nothing', async () => {
    const strange = rule(
      'forbid (principal, action, resource) when { action == Action::"receive" };',
      'strange',
    );
    const after = importOfBravo(OPEN + strange);
    const diff = await diffOf(open, after);
    expect(diff.cut.length).toBeGreaterThan(0);
    expect(await recheckDiff({ before: open, after, diff }, SEED)).toMatchObject({
      notices: 60,
      contradictions: [],
    });
  });
});

test('the check agrees with the comparison of generated rules, also of those that err', {
  tags: ['long'],
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyRules, anyRules, async (before, after) => {
      const [old, now] = [before, after].map((texts) => ({ sets: federationOf(texts), directory: facts }));
      if (old === undefined || now === undefined) throw new Error('no versions');
      expect((await recheckOf(old, now)).contradictions).toEqual([]);
    }),
    { numRuns: 2, endOnFailure: true },
  );
});
