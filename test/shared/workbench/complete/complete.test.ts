import { describe, expect, test } from 'vitest';
import { complete } from '../../../../services/shared/workbench/complete/complete.js';
import { readVocabulary } from '../../../../services/shared/workbench/complete/read-vocabulary.js';
import { readRules } from '../../../../services/shared/policy/rule.js';
import { workspaceOfRules } from '../workspace-of-rules.js';
import { vocabulary } from './vocabulary.js';

const HEAD = 'permit (principal, action == Action::"disclose", resource)\nwhen { ';
const FILLER = '@id("a-1") @reason("r") permit (principal, action, resource);\n';

/** Returns the labels at the end of a text, with rules before and after it. */
function labels(text: string, after = ''): readonly string[] {
  const before = `${FILLER}${text}`;
  return complete(before + after, before.length, vocabulary())?.items.map(({ label }) => label) ?? [];
}

/** Returns the text with the completion `label` at the mark `|`, and the caret as `|`. */
function accept(marked: string, label: string): string {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const { from, to, items } = complete(text, offset, vocabulary()) ?? { from: 0, to: 0, items: [] };
  const item = items.find((each) => each.label === label);
  if (item === undefined) return 'not offered';
  const { insert, caret = insert.length } = item;
  return `${text.slice(0, from)}${insert.slice(0, caret)}|${insert.slice(caret)}${text.slice(to)}`;
}

describe('completion of Cedar', () => {
  test.each([
    ['resource.', ['codes', 'evaluation', 'kind', 'personStatus']],
    ['resource.evaluation.', ['information', 'source']],
    ['principal.', ['accreditedFor', 'agreements', 'groups', 'id']],
    ['context.', ['section']],
    ['resource has ', ['personStatus']],
  ])('after `%s` the attributes of its type are offered', (end, wanted) => {
    expect(labels(HEAD + end)).toEqual(expect.arrayContaining(wanted));
  });

  test('the context is that of the actions which the rule names', () => {
    expect(labels(`${HEAD.replace('disclose', 'receive')}context.`)).toEqual([]);
  });

  test.each([
    ['resource.kind == Kind::"', 'purple'],
    ['[Kind::"red", Kind::"', 'purple'],
    ['principal.agreements.contains(OrgId::"', 'bravo'],
    ['principal.groups.contains(Group::"s', 'sea'],
    ['permit (principal, action == Action::"', 'advertise'],
  ])(
    'inside the quotes of `%s` the words of the type are offered, those of the directory too',
    (end, word) => {
      expect(labels(end.startsWith('permit') ? end : HEAD + end)).toContain(word);
    },
  );

  test.each([
    ['resource.kind == ', 'Kind::"red"'],
    ['resource.tlp != ', 'Tlp::"amber+strict"'],
    ['principal.groups.contains(', 'Group::"north"'],
    ['resource.crimeAreas.containsAny([', 'CrimeArea::"terrorism"'],
    ['[Source::"A", ', 'Source::"B"'],
    ['[Source::"A", Source::"B"].contains(', 'Source::"C"'],
  ])(
    'where a word of a known type is expected, as after `%s`, whole literals are offered first',
    (end, literal) => {
      const [type] = literal.split('::');
      const found = labels(HEAD + end);
      expect(found).toContain(literal);
      expect(found[0]?.split('::')[0]).toBe(type);
    },
  );

  test('after the dot of a set its methods are offered, and no attributes', () => {
    expect(labels(`${HEAD}principal.groups.`)).toEqual(['contains', 'containsAny', 'containsAll', 'isEmpty']);
    expect(labels(`${HEAD}[Kind::"red"].`)).toContain('contains');
    expect(labels(`${HEAD}resource.kind.`)).toEqual([]);
  });

  test.each([
    ['@', ['id', 'reason', 'article', 'obligation', 'keep']],
    ['@id("x") ', ['permit', 'forbid']],
    ['permit (', ['principal']],
    ['permit (principal, ', ['action']],
    ['permit (principal, action ', ['==', 'in']],
    ['permit (principal, action == ', ['Action::"receive"']],
    ['permit (principal, action, ', ['resource']],
    ['permit (principal, action, resource) ', ['when', 'unless']],
    [`${HEAD}resource.minor `, ['&&', '||', '==', 'has', 'in', 'is', 'like']],
    [`${HEAD}resource.minor && `, ['principal', 'resource', 'context', 'Kind', 'if', 'true']],
    [`${HEAD}principal is `, ['Organisation', 'Notice']],
    ['@obligation("', ['known-obligation']],
  ])('after `%s` what the grammar allows there is offered', (text, wanted) => {
    expect(labels(text)).toEqual(expect.arrayContaining(wanted));
  });

  test.each([
    ['// resource.'],
    [`${HEAD}"resource.`],
    ['@reason("a kind: Kind::'],
    [`${HEAD}resource.constructor.`],
    [`${HEAD}Toto::"`],
    [`${HEAD}constructor::`],
  ])('in `%s` nothing is offered', (text) => {
    expect(labels(text)).toEqual([]);
  });

  test.each([
    [`${HEAD}resource.ki|nd == Kind::"red" };`, 'kind', `${HEAD}resource.kind| == Kind::"red" };`],
    [`${HEAD}resource.kind == Kind::"r|ed" };`, 'black', `${HEAD}resource.kind == Kind::"black|" };`],
    [`${HEAD}resource.kind == Kind::"r| };`, 'red', `${HEAD}resource.kind == Kind::"red"| };`],
    [`${HEAD}principal.groups.| };`, 'containsAny', `${HEAD}principal.groups.containsAny([|]) };`],
    ['per|', 'permit', 'permit (principal, action == Action::"|", resource)'],
    [
      'permit (principal, action == Action::"", resource)\nwh|',
      'when',
      'permit (principal, action == Action::"", resource)\nwhen { | }',
    ],
    ['@re|', 'reason', '@reason("|")'],
  ])('an accepted completion replaces what was begun: %s', (marked, label, wanted) => {
    expect(accept(marked, label)).toBe(wanted);
  });

  test('every annotation that is offered is one that rules may have', () => {
    const notes = labels('@').map((name) => `@${name}("a-b")`);
    const { faults } = readRules({
      path: 'a',
      text: `${notes.join('')}permit (principal, action, resource);`,
    });
    expect(faults).toEqual([]);
  });

  test('an attribute says its type, whether it may be absent, and its name in the words of `policy doc`', () => {
    const { items } = complete(`${HEAD}resource.`, HEAD.length + 9, vocabulary()) ?? { items: [] };
    expect(items.find(({ label }) => label === 'personStatus')).toMatchObject({
      detail: 'PersonStatus, may be absent',
      about: 'the status of the person',
    });
  });

  test('a common type of the schema is followed to its attributes', () => {
    const { schema } = workspaceOfRules().sets;
    const word = { type: 'EntityOrCommon', name: 'Source' };
    const types = { Grade: { type: 'Record', attributes: { given: word } } };
    const entities = { Notice: { shape: { type: 'Record', attributes: { grade: { type: 'Grade' } } } } };
    const changed = {
      '': { ...schema[''], commonTypes: types, entityTypes: { ...schema['']?.entityTypes, ...entities } },
    };
    const text = `${HEAD}resource.grade.`;
    const found = complete(text, text.length, readVocabulary(changed as unknown as typeof schema, []));
    expect(found?.items.map(({ label }) => label)).toEqual(['given']);
  });

  test('a hostile text of 60,000 dots or brackets is answered', () => {
    for (const part of ['.a', '[', '[x].containsAny(', '"', '@'])
      expect(() => labels(HEAD + part.repeat(60_000))).not.toThrow();
  });
});
