import { describe, expect, test } from 'vitest';
import { readYaml } from '../../../services/shared/kernel/yaml-file.js';

const ALIAS = 'this alias cannot be read: write its value out';

describe('YAML file', () => {
  test('an alias of a plain value is read', () => {
    const { value, faults } = readYaml('alfa/cases.yaml', 'one: &one [a]\ntwo: *one\n');
    expect([value, faults]).toEqual([{ one: ['a'], two: ['a'] }, []]);
  });

  test.each([
    ['stands for a value around itself', 'one: &one\n  two: *one\n', '2:8'],
    ['stands for a value with further aliases', 'one: &one [a]\ntwo: &two [*one, *one]\nsix: *two\n', '3:6'],
    ['is the 101st', `one: &one [a]\ntwo: [${Array(101).fill('*one').join(',')}]\n`, '2:507'],
  ])('an alias that %s is a fault at its place', (_, text, place) => {
    const { value, faults } = readYaml('alfa/cases.yaml', text);
    expect([value, faults]).toEqual([undefined, [{ path: `alfa/cases.yaml:${place}`, message: ALIAS }]]);
  });
});
