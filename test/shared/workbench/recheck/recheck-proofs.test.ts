import { describe, expect, test } from 'vitest';
import type { Recheck } from '../../../../services/shared/workbench/recheck/contradiction.js';
import { recheckProofs } from '../../../../services/shared/workbench/recheck/recheck-proofs.js';
import type { Invariant } from '../../../../services/shared/workbench/prove/invariant-file.js';
import { provePolicies } from '../../../../services/shared/workbench/prove/prove-policies.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';
import { alfa, bravo, rule } from '../../policy/folder.js';
import { versionWith } from '../diff/versions.js';

const OPEN = rule('permit (principal, action, resource);', 'open');
const BOUND = OPEN.replace('\n', '\n@obligation("ask-first")\n');
const NO_RED = rule('forbid (principal, action, resource) when { resource.kind == Kind::"red" };', 'no-red');
const exportOf = (text: string): Version => versionWith({ 'alfa/export.cedar': text });
const closed = exportOf(BOUND + NO_RED);
const routes = [{ originator: alfa, recipient: bravo }];

const FROM_ALFA = 'resource.originator == OrgId::"alfa"';
const invariants: readonly Invariant[] = [
  {
    id: 'no-red',
    says: 'no red notice',
    when: `${FROM_ALFA} && resource.kind == Kind::"red"`,
    never: 'receive',
  },
  { id: 'bound', says: 'an obligation', when: FROM_ALFA, always: { obligation: 'ask-first' } },
  {
    id: 'identity',
    says: 'blue is told',
    when: `${FROM_ALFA} && resource.kind == Kind::"blue" && !resource.codes.contains(HandlingCode::"H3")`,
    always: { disclose: ['identity'] },
  },
  { id: 'status', says: 'errs', when: 'resource.minor', never: { advertise: ['media'] } },
];

function recheckOf(version: Version): Promise<Recheck> {
  const { proofs, space } = provePolicies(version, invariants, { routes });
  return recheckProofs({ version, invariants, proofs, space, routes }, { seed: 7 });
}

describe('the check of proofs at random notices', () => {
  test('agrees with proofs of the same version, over 300 notices for each route', async () => {
    const { holds } = provePolicies(closed, invariants, { routes });
    expect(holds).toBe(true);
    const recheck = await recheckOf(closed);
    expect(recheck).toMatchObject({ seed: 7, notices: 300, contradictions: [] });
    expect(recheck.byCedar).toBeGreaterThanOrEqual(30);
  });

  test('draws fewer notices for each route when that is asked for', async () => {
    const { proofs, space } = provePolicies(closed, invariants, { routes });
    const asked = { version: closed, invariants, proofs, space, routes };
    const recheck = await recheckProofs(asked, { seed: 7, maxNotices: 30 });
    expect(recheck).toMatchObject({ notices: 30, contradictions: [] });
  });

  test('agrees with counterexamples: an invariant that is broken contradicts nothing', async () => {
    const open = exportOf(OPEN);
    expect(provePolicies(open, invariants, { routes }).holds).toBe(false);
    expect((await recheckOf(open)).contradictions).toEqual([]);
  });

  test.each([
    ['an invariant that a version breaks', OPEN, 'no-red', 'broken'],
    ['an obligation that a version does not carry', OPEN + NO_RED, 'bound', 'broken'],
  ])('reports %s although it was proven', async (...[, text, id, evaluator]) => {
    const version = exportOf(text);
    const { proofs } = provePolicies(closed, invariants, { routes });
    const { space } = provePolicies(version, invariants, { routes });
    const { contradictions } = await recheckProofs(
      { version, invariants, proofs, space, routes },
      { seed: 7 },
    );
    expect(contradictions[0]).toMatchObject({
      about: 'invariant',
      invariant: id,
      example: { from: 'alfa', to: 'bravo' },
      analysis: 'proven for every notice',
      evaluator,
    });
  });

  test('reports an invariant that was called vacuous although a notice meets it', async () => {
    const { proofs, space } = provePolicies(closed, invariants, { routes });
    const vacuous = proofs.map((proof) => ({ ...proof, holds: false, size: 0n }));
    const { contradictions } = await recheckProofs(
      { version: closed, invariants, proofs: vacuous, space, routes },
      { seed: 7 },
    );
    expect(contradictions[0]).toMatchObject({
      about: 'invariant',
      analysis: 'no notice meets its condition',
    });
  });

  test('reports answers that are those of another version', async () => {
    const { proofs, space } = provePolicies(closed, invariants, { routes });
    const others = { ...space, answersOf: () => space.answersOf(exportOf(BOUND)) };
    const checked = { version: closed, invariants, proofs, space: others, routes };
    const { contradictions } = await recheckProofs(checked, { seed: 7 });
    expect(contradictions[0]).toMatchObject({
      about: 'layer',
      layer: 'export',
      analysis: 'allow by open',
      evaluator: 'deny by no-red',
      cedar: 'deny by no-red',
    });
  });
});
