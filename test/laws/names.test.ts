import { describe, expect, test } from 'vitest';
import { computeFigures, documentedPercent } from '../../scripts/measure/figures.mjs';
import { readModules } from '../../scripts/measure/read-modules.mjs';
import { SIBLING_CONTRACTS } from '../../scripts/measure/sibling-contracts.mjs';
import { TARGETS } from '../../scripts/measure/targets.mjs';

const modules = readModules(new URL('../../services/', import.meta.url).pathname);
const figures = computeFigures(modules);

describe('names', () => {
  test('an exported name has one meaning, sibling contracts excepted', () => {
    expect(figures.severalMeanings).toEqual([]);
  });

  test.each(SIBLING_CONTRACTS)('the sibling contract $name is implemented by several modules', (contract) => {
    const siblings = modules.filter(
      ({ path, exports }) => contract.paths.test(path) && exports.some(({ name }) => name === contract.name),
    );
    expect(siblings.length).toBeGreaterThan(1);
  });

  test('no modules import each other in a circle, type imports included', () => {
    expect(figures.importCycles).toEqual([]);
  });

  test(`no folder of services/ holds more than ${TARGETS.filesOfFolder} source files`, () => {
    expect(figures.foldersOverLimit).toEqual([]);
  });

  test(`at least ${TARGETS.documentedPercent} % of the exports have a doc comment`, () => {
    expect(documentedPercent(figures.documentation)).toBeGreaterThanOrEqual(TARGETS.documentedPercent);
  });
});
