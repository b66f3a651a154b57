import { describe, test } from 'vitest';
import {
  compareGenerated,
  compareLeftToCedar,
  compareRules,
  compareSets,
} from '../shared/policy/compare-with-cedar.js';

const TIME = 3_600_000;

describe('soak: the compiled engine decides as Cedar does', () => {
  test('on generated policies: 500000 comparisons', () => compareGenerated(500_000), TIME);

  test(
    'on 2500 generated policies with constructs that are left to Cedar',
    () => compareLeftToCedar(2_500),
    TIME,
  );

  test('on the shipped policies, set by set: 100000 questions', () => compareSets(100_000), TIME);

  test(
    'on the shipped policies, rule by rule: every notice of the whole domain',
    () => compareRules(Infinity),
    TIME,
  );
});
