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

describe('policy check, on a faulty annotation', () => {
  const body = 'permit (principal, action, resource) when { resource.minor };';

  test('its place is where it stands, not in a comment or a string before', () => {
    const notes = `@id("a")\n@reason("@reasn and @obligation") // @reasn, @obligation\n`;
    const text = `${notes}@obligation("two words") @reasn("b")\n${body}`;
    expect(found('annotation', text)).toEqual([
      'error alfa/export.cedar:3:1 `two words` is not an obligation: one word with hyphens',
      'error alfa/export.cedar:3:26 unknown annotation `@reasn`, did you mean `reason`',
    ]);
  });

  test('its place is found with blanks or a comment behind the sign', () => {
    const sign = '@ // a comment';
    expect(found('annotation', rule(`${sign}\n reasn("b")\n${body}`))).toEqual([
      'error alfa/export.cedar:3:1 unknown annotation `@reasn`, did you mean `reason`',
    ]);
  });
});

test('policy check: an obligation on a forbid is a warning', () => {
  const text = `@obligation("use-for-stated-purpose")\n${rule('forbid (principal, action, resource) when { resource.minor };', 'no')}`;
  expect(found('forbid-obligation', text)).toEqual([
    'warning alfa/export.cedar:1:1 `no` is a forbid: its obligation `use-for-stated-purpose` has no effect',
  ]);
});

test.each([
  ['alfa/exports.cedar', ', did you mean `alfa/export.cedar`'],
  ['alfa/export.ceder', ', did you mean `alfa/export.cedar`'],
  ['alfa/Export.cedar', ', did you mean `alfa/export.cedar`'],
  ['alfa/export', ', did you mean `alfa/export.cedar`'],
  ['alfa/export.cedar.txt', ', did you mean `alfa/export.cedar`'],
  ['alfa/Export.txt', ', did you mean `alfa/export.cedar`'],
  ['alfa/rules/export.cedar', ', did you mean `alfa/export.cedar`'],
  ['alfa/rules/old/exports.cedar', ', did you mean `alfa/export.cedar`'],
  ['alfa/rules/some.cedar', ''],
  ['federation/rules/rules.cedar', ', did you mean `federation/rules.cedar`'],
  ['federation/rules', ', did you mean `federation/rules.cedar`'],
  ['alfa.cedar', ', did you mean `alfa/export.cedar`'],
  ['export.cedar', ''],
  ['schema.cedarshema', ', did you mean `schema.cedarschema`'],
  ['schema.cedarschema.txt', ', did you mean `schema.cedarschema`'],
])(
  'policy check: the file %s, which nothing reads, is a warning with the nearest right path',
  (path, near) => {
    const stray = check({ [path]: rule('permit (principal, action, resource);') });
    expect(stray.filter(({ lint }) => lint === 'stray')).toMatchObject([
      { severity: 'warning', path, message: `nothing reads this file${near}` },
    ]);
  },
);

test('policy check: notes and reports beside the rules are no findings', () => {
  const paths =
    'alfa/notes.md alfa/notes alfa/notes.txt map.html README.md check.sarif .git/export.cedar alfa/.old/export.cedar';
  const beside = Object.fromEntries(paths.split(' ').map((path) => [path, 'x']));
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

describe('policy check, on a rule that only Cedar evaluates', () => {
  const CONSEQUENCE =
    'only Cedar evaluates `it`: to `diff` and `prove` its condition may be true, false or an error, so they are incomplete where that matters; it decides slower';
  const notesOf = (condition: string): readonly string[] =>
    found(
      'cedar-only',
      rule(`permit (principal, action == Action::"receive", resource) when { ${condition} };`, 'it'),
    );

  test.each([
    ['resource.minor && ip("::1").isLoopback()', 'ip', 'the extension function `ip`'],
    ['resource.minor && 9007199254740993 > 1', '9007', 'a number beyond 2^53'],
    ['resource.minor && -9007199254740993 < 1', '9007', 'a number beyond 2^53'],
    [
      'resource.minor && action == Action::"receive"',
      'action ==',
      'the variable `action`, an action as a value',
    ],
    ['[action].contains(Action::"receive")', 'action]', 'the variable `action`, an action as a value'],
    ['{ action: 1 } == { action: 1 } && [Action::"receive"].isEmpty()', 'Action::', 'an action as a value'],
    ['{ toString: 1 } == { toString: 1 }', 'toString', 'the attribute name `toString`'],
    ['{ "toString": 1 } == { "toString": 1 }', '"toString', 'the attribute name `toString`'],
  ])(
    'a note at its place names what Cedar alone follows, and the consequence: %s',
    (condition, at, named) => {
      const scope = 'permit (principal, action == Action::"receive", resource) when { ';
      const column = scope.length + condition.indexOf(at) + 1;
      expect(notesOf(condition)).toEqual([`note alfa/export.cedar:3:${column} ${named}: ${CONSEQUENCE}`]);
    },
  );

  test('the note replaces the one that it was only partly analysed', () => {
    const text = rule('permit (principal, action, resource) when { [action].isEmpty() };', 'it');
    const notes = check({ 'alfa/export.cedar': text }).filter(({ severity }) => severity === 'note');
    expect(notes.map(({ lint }) => lint)).toEqual(['cedar-only']);
  });

  test('a rule that does not fit the schema, and one that is compiled, have none', () => {
    expect(notesOf('action == Action::"receive" && resource.kind == Kind::"rde"')).toEqual([]);
    expect(notesOf('resource.minor && { a: 1 } has a && 9007199254740991 > 1')).toEqual([]);
  });
});
