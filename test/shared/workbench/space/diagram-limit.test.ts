import { expect, test } from 'vitest';
import { createAnswers } from '../../../../services/shared/workbench/space/answers.js';
import { createDiagrams } from '../../../../services/shared/workbench/space/diagram.js';
import { createVariables } from '../../../../services/shared/workbench/space/variables.js';
import { alfa, bravo, facts, loadWith, rule } from '../../policy/folder.js';

/** A condition that needs about 2^n branches: which of the first n words a notice has decides which of the others count. */
function pairsOf(words: readonly string[], n: number): string {
  const pair = (at: number): string =>
    [words[at], words[at + n]].map((word) => `resource.countries.contains(Country::"${word}")`).join(' && ');
  return Array.from({ length: n }, (_, at) => `(${pair(at)})`).join(' || ');
}

test('an analysis that needs too many branches ends with the set whose conditions need them', () => {
  const countries = [
    'AD',
    'AE',
    'AF',
    'AG',
    'AL',
    'AM',
    'AO',
    'AR',
    'AT',
    'AU',
    'AZ',
    'BA',
    'BB',
    'BD',
    'BE',
    'BF',
  ];
  const text = rule(`forbid (principal, action, resource) when { ${pairsOf(countries, 8)} };`);
  const sets = loadWith({ 'alfa/export.cedar': text });
  const answersWith = (most?: number) => {
    const deps = { diagrams: createDiagrams(most), variables: createVariables([sets.schema]) };
    return createAnswers({ sets, directory: facts }, deps);
  };
  const query = { originator: alfa, recipient: bravo, permission: 'receive' } as const;
  expect(() => answersWith().layer('export', query)).not.toThrow();
  expect(() => answersWith(500).layer('export', query)).toThrow(
    '`alfa/export`: the analysis needs more than 500 branches: let its conditions combine fewer words',
  );
});
