import { beforeAll, describe, expect, test } from 'vitest';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import { KINDS } from '../../services/shared/notice/kinds.js';
import { createCedarSlots } from '../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../services/shared/policy/compiled-engine.js';
import type { Decision } from '../../services/shared/policy/decision.js';
import type { Layer } from '../../services/shared/policy/engine.js';
import type { EvaluationFault } from '../../services/shared/policy/layers.js';
import { createPolicy, type Policy } from '../../services/shared/policy/plan.js';
import { askedFrom, facts, load } from './sample.js';

const LAYERS: readonly Layer[] = ['federation', 'export', 'import'];
const organisations = [...facts.organisations.keys()];
const routes = organisations.flatMap((from) => KINDS.map((kind) => ({ from, kind })));

const faults: EvaluationFault[] = [];
const policyOf: Partial<Record<Layer | 'all', Policy>> = {};
const decide = (layer: Layer | 'all', from: OrgId, kind: string): readonly Decision[] =>
  policyOf[layer]?.decide(askedFrom(from, kind)) ?? [];

beforeAll(() => {
  const sets = load();
  const deps = {
    engine: createCompiledEngine(sets, createCedarSlots()),
    sets,
    directory: facts,
    onError: (fault: EvaluationFault) => faults.push(fault),
  };
  policyOf.all = createPolicy(deps);
  for (const layer of LAYERS) policyOf[layer] = createPolicy({ ...deps, layers: [layer] });
});

describe('shipped policies: the nine examples between the seven organisations', () => {
  test('every decision can be evaluated', () => {
    for (const { from, kind } of routes) expect(decide('all', from, kind)).toHaveLength(6);
    expect(faults).toEqual([]);
  });

  test('no two organisations have the same row of outcomes', () => {
    const rows = organisations.map((from) => {
      const outcomes = KINDS.flatMap((kind) =>
        organisations.map(
          (to) => decide('all', from, kind).find(({ recipient }) => recipient === to)?.outcome ?? '-',
        ),
      );
      // Without the diagonal: it alone would make every two rows differ.
      return outcomes.filter((outcome) => outcome !== '-').join(' ');
    });
    expect(new Set(rows).size).toBe(organisations.length);
  });

  test.each(LAYERS)(
    'the layer %s alone closes at least one route that the other two layers leave open',
    (layer) => {
      const others = LAYERS.filter((other) => other !== layer);
      const isOpen = (each: Layer, from: OrgId, { kind, to }: { kind: string; to: OrgId }): boolean =>
        decide(each, from, kind).some(({ recipient, outcome }) => recipient === to && outcome !== 'denied');
      const closed = routes.flatMap(({ from, kind }) =>
        organisations
          .filter((to) => to !== from)
          .filter(
            (to) =>
              !isOpen(layer, from, { kind, to }) &&
              others.every((other) => isOpen(other, from, { kind, to })),
          ),
      );
      expect(closed.length).toBeGreaterThan(0);
    },
  );

  test('every outcome occurs, and every organisation both sends and receives', () => {
    const all = routes.flatMap(({ from, kind }) =>
      decide('all', from, kind).map((each) => ({ from, ...each })),
    );
    expect(new Set(all.map(({ outcome }) => outcome))).toEqual(new Set(['delivered', 'redacted', 'denied']));
    const open = all.filter(({ outcome }) => outcome !== 'denied');
    expect(new Set(open.map(({ from }) => from)).size).toBe(7);
    expect(new Set(open.map(({ recipient }) => recipient)).size).toBe(7);
  });

  test('an open route is open in each of the three layers alone', () => {
    for (const { from, kind } of routes) {
      for (const { recipient, outcome, sections } of decide('all', from, kind)) {
        if (outcome === 'denied') continue;
        for (const layer of LAYERS) {
          const alone = decide(layer, from, kind).find((each) => each.recipient === recipient);
          expect(alone?.sections).toEqual(expect.arrayContaining([...sections]));
        }
      }
    }
  });
});
