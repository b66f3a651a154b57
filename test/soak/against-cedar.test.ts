import { describe, test } from 'vitest';
import {
  compareGenerated,
  compareLeftToCedar,
  compareRules,
  compareSets,
} from '../shared/policy/compare-with-cedar.js';

const TIME = 3_600_000;

describe('soak: policies are decided as Cedar decides them', () => {
  test('generated ones: a million comparisons', () => compareGenerated(1_000_000), TIME);

  test('2500 generated ones with constructs that are left to Cedar', () => compareLeftToCedar(2_500), TIME);

  test('the shipped ones, set by set: 100000 questions', () => compareSets(100_000), TIME);

  test(
    'the shipped ones, rule by rule: every notice of the whole domain',
    () => compareRules(Infinity),
    TIME,
  );
});
