import { describe, expect, test } from 'vitest';
import { placeOf } from '../../../../services/shared/workbench/check/finding.js';
import { rule } from '../../policy/folder.js';
import { check } from './lint.js';

/** Returns the findings of one lint in a file of rules, as `severity place message`. */
function found(lint: string, text: string): readonly string[] {
  return check({ 'alfa/export.cedar': text })
    .filter((finding) => finding.lint === lint && finding.path === 'alfa/export.cedar')
    .map((finding) => `${finding.severity} ${placeOf(finding)} ${finding.message}`);
}

const when = (condition: string): string =>
  rule(`permit (principal, action == Action::"receive", resource) when { ${condition} };`);

describe('policy check, on what Cedar warns of', () => {
  const NEVER = 'warning alfa/export.cedar:1:1 never applies: its conditions are false for every question';

  test.each([
    'principal is Notice',
    'resource is Organisation',
    'principal in Group::"north"',
    'resource has personStatuss',
    'resource.evaluation has sourc',
    'resource.kind == Tlp::"red"',
  ])('a policy that is impossible is a warning: %s', (condition) => {
    expect(found('cedar', when(condition))).toEqual([NEVER]);
  });

  test('a scope that matches nothing is a warning too', () => {
    const text = rule('forbid (principal is Notice, action, resource);');
    expect(found('cedar', text)).toContain(
      'warning alfa/export.cedar:1:1 never applies: its scope matches no question',
    );
  });

  test('letters that change the direction of a text are a warning where they stand', () => {
    expect(found('cedar', when('resource.kind == Kind::"red\u202e"'))).toEqual([
      expect.stringMatching(
        /^warning alfa\/export.cedar:3:\d+ identifier .* contains BIDI control characters/,
      ),
    ]);
  });

  test('a rule that can apply has none', () => {
    expect(found('cedar', when('resource is Notice && resource.kind == Kind::"red"'))).toEqual([]);
  });
});

describe('policy check, on a misspelt word', () => {
  test('its place is where it stands, not in a comment or a string before', () => {
    const text = `@id("a")\n@reason("Kind::\\"rde\\"")\n// Kind::"rde"\npermit (principal, action, resource)\nwhen { resource.kind == Kind::"rde" };`;
    expect(found('unknown-word', text)).toEqual([
      'error alfa/export.cedar:5:25 `Kind::"rde"` is not in the vocabulary, did you mean `red`',
    ]);
  });

  test('each occurrence is reported at its own place', () => {
    const text = when('resource.kind == Kind::"rde" || resource.kind == Kind::"rde"');
    expect(found('unknown-word', text).map((each) => each.split(' ')[1])).toEqual([
      'alfa/export.cedar:3:83',
      'alfa/export.cedar:3:115',
    ]);
  });

  test.each(['UK', 'EU'])('no country is suggested for %s, which is one letter from several', (word) => {
    expect(found('unknown-word', when(`resource.countries.contains(Country::"${word}")`))).toEqual([
      expect.stringMatching(new RegExp(`\`Country::"${word}"\` is not in the vocabulary$`)),
    ]);
  });

  test('a country in lower case is suggested in upper case', () => {
    expect(found('unknown-word', when('resource.countries.contains(Country::"fr")'))).toEqual([
      expect.stringMatching(/did you mean `FR`$/),
    ]);
  });
});

test('policy check: an obligation on a forbid is a warning', () => {
  const text = `@obligation("use-for-stated-purpose")\n${rule('forbid (principal, action, resource) when { resource.minor };', 'no')}`;
  expect(found('forbid-obligation', text)).toEqual([
    'warning alfa/export.cedar:1:1 `no` is a forbid: nobody takes on its obligation `use-for-stated-purpose`',
  ]);
});

test.each([
  ['alfa/exports.cedar', ', did you mean `export.cedar`'],
  ['alfa/export.ceder', ', did you mean `export.cedar`'],
  ['alfa/Export.cedar', ', did you mean `export.cedar`'],
  ['alfa.cedar', ', did you mean `alfa/export.cedar`'],
  ['schema.cedarshema', ', did you mean `schema.cedarschema`'],
])(
  'policy check: the file %s, which nothing reads, is a warning with the nearest right name',
  (path, near) => {
    const stray = check({ [path]: rule('permit (principal, action, resource);') });
    expect(stray.filter(({ lint }) => lint === 'stray')).toMatchObject([
      { severity: 'warning', path, message: `nothing reads this file${near}` },
    ]);
  },
);

test('policy check: notes and reports beside the rules are no findings', () => {
  const beside = { 'alfa/notes.md': 'x', 'map.html': 'x', 'README.md': 'x', 'check.sarif': 'x' };
  expect(check(beside).filter(({ lint }) => lint === 'stray')).toEqual([]);
});

describe('policy check, on a typo behind `has`', () => {
  test.each([
    ['resource has personStatuss', 'personStatuss', ', did you mean `personStatus`'],
    ['!(resource has personStatuss)', 'personStatuss', ', did you mean `personStatus`'],
    ['resource.evaluation has sourc', 'sourc', ', did you mean `source`'],
    ['resource has evaluation.sourc', 'sourc', ', did you mean `source`'],
    ['context has sectio || resource.minor', 'sectio', ', did you mean `section`'],
    ['principal has "seat"', 'seat', ''],
  ])('%s', (condition, name, near) => {
    const text = when(condition);
    const column = (text.split('\n')[2] ?? '').search(new RegExp(`"?${name}\\b`)) + 1;
    expect(found('absent-attribute', text)).toEqual([
      `error alfa/export.cedar:3:${column} no attribute \`${name}\`, so \`has\` is false${near}`,
    ]);
  });

  test('a name that the schema declares is no finding', () => {
    const text = when('resource has personStatus && resource has evaluation.source && principal has groups');
    expect(found('absent-attribute', text)).toEqual([]);
  });
});
