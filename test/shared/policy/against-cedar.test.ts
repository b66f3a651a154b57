import { describe, expect, test } from 'vitest';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { load } from '../../policies/sample.js';
import { compareGenerated, compareLeftToCedar, compareRules, compareSets } from './compare-with-cedar.js';

/** The endurance tests compare 500,000 times. */
const TIME = 120_000;

describe('compiled engine, on generated policies', () => {
  test(
    'gives the decisions, rules and errors of Cedar: 4000 comparisons',
    () => compareGenerated(4_000),
    TIME,
  );

  test(
    'gives the decisions of Cedar on rules with unsupported constructs',
    () => compareLeftToCedar(25),
    TIME,
  );
});

describe('compiled engine, on the shipped policies', () => {
  test('compiles every rule: none is left to Cedar', () => {
    expect(createCompiledEngine(load(), createCedarSlots()).interpreted).toEqual([]);
  });

  test('gives the decisions of Cedar, set by set', () => compareSets(1_000), TIME);

  test(
    'gives the decisions of Cedar, rule by rule over the whole domain: at most 4 notices per question',
    { tags: ['long'] },
    () => compareRules(4),
  );
});
