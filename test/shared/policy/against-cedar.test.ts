import { describe, expect, test } from 'vitest';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { load } from '../../policies/sample.js';
import { compareGenerated, compareLeftToCedar, compareRules, compareSets } from './compare-with-cedar.js';

const TIME = 120_000;

describe('generated policies', () => {
  test(
    'are decided as Cedar decides them, with the same rules and the same errors: 20000 comparisons',
    () => compareGenerated(20_000),
    TIME,
  );

  test(
    'with constructs that are left to Cedar are decided as Cedar decides them alone',
    () => compareLeftToCedar(50),
    TIME,
  );
});

describe('the shipped policies', () => {
  test('are compiled whole: nothing is left to Cedar', () => {
    expect(createCompiledEngine(load(), createCedarSlots()).interpreted).toEqual([]);
  });

  test('are decided as Cedar decides them, set by set', () => compareSets(2_000), TIME);

  test(
    'are decided as Cedar decides them, rule by rule over the whole domain: 4 notices a question at most',
    () => compareRules(4),
    TIME,
  );
});
