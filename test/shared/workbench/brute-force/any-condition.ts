import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Chance } from '../../../../services/shared/kernel/chance.js';
import { compileExpression } from '../../../../services/shared/policy/compile/compile-expression.js';
import type { SmallSchema } from './small-world.js';

/** Comparisons of one attribute or several; some err for some notices, some for all. */
const ATOMS = [
  'true',
  'resource.minor',
  'resource.kind == Kind::"red"',
  '[Kind::"red"].contains(resource.kind)',
  '[resource.kind].contains(Kind::"orange")',
  'resource has personStatus',
  'resource has personStatus && resource.personStatus == PersonStatus::"wanted"',
  'resource.personStatus == PersonStatus::"suspect"',
  'resource has urgent',
  'resource.evaluation has reliability',
  'resource.evaluation has source',
  'resource has evaluation.source',
  'resource.kind has reliability',
  'resource.evaluation.source == Source::"A"',
  'resource.evaluation == { source: Source::"X", information: Information::"1" }',
  '{ a: resource.minor, b: resource.kind }.b == Kind::"red"',
  '{ a: resource.minor } has a',
  'resource.codes.isEmpty()',
  'resource.codes.contains(HandlingCode::"H3")',
  'resource.codes == [HandlingCode::"H3"]',
  '[HandlingCode::"H3"].containsAll(resource.codes)',
  'resource.crimeAreas.containsAny([CrimeArea::"terrorism"])',
  'resource.crimeAreas.containsAll([CrimeArea::"terrorism", CrimeArea::"other"])',
  'resource.crimeAreas == resource.crimeAreas',
  'resource.consents.contains(principal.id)',
  'resource.consents.containsAny(principal.agreements)',
  '[principal.id, resource.originator].containsAll(resource.consents)',
  'principal.agreements.contains(resource.originator)',
  'principal.groups.contains(Group::"sea")',
  'principal.groups.isEmpty()',
  'resource.originator == OrgId::"alfa"',
  'principal.id == OrgId::"bravo"',
  'context has section && context.section == Section::"identity"',
  'context.section == Section::"judicial"',
  '(if resource.minor then resource else resource) has personStatus',
  '(if resource.kind == Kind::"red" then resource.codes else []).isEmpty()',
  'principal is Organisation',
  'principal is Notice',
  'resource is Notice',
  'resource == principal',
  '1 + 1 == 2',
  '(if resource.kind == Kind::"red" then 9007199254740991 else 1) * 9007199254740991 == 9007199254740991',
  '(if resource.minor then 1 else 2) < 2',
  'resource.kind',
];
/** What only Cedar evaluates, each with a condition of the same value that the evaluator follows. */
const ONLY_CEDAR: readonly (readonly [string, string])[] = [
  ['ip("::1").isLoopback()', 'true'],
  [
    '(if resource.kind == Kind::"red" then 9223372036854775807 else 1) + 1 == 2',
    'if resource.kind == Kind::"red" then resource.missing == 1 else true',
  ],
  [choice('principal.groups.contains(Group::"sea")'), 'principal.groups.contains(Group::"sea")'],
  [choice('resource.kind == Kind::"red"'), 'resource.kind == Kind::"red"'],
  [
    'decimal(if principal.groups.isEmpty() then "none" else "1.0").lessThan(decimal("2.0"))',
    '!principal.groups.isEmpty() || principal.missing == principal.id',
  ],
];

function choice(condition: string): string {
  return `ip("::1").isInRange(if ${condition} then ip("::1") else ip("::2"))`;
}

/** A condition in Cedar's JSON form, which takes longer to parse than to put together. */
export interface Condition {
  readonly json: object;
  /** The same value for the evaluator, which does not follow everything. */
  readonly judged: object;
}

const atoms = new Map<string, Condition>();

function atomOf(text: string, same = text): Condition {
  const known = atoms.get(text);
  if (known !== undefined) return known;
  const atom = { json: conditionJson(text), judged: conditionJson(same) };
  if (compileExpression(atom.judged) === undefined) throw new Error(`the evaluator does not follow: ${same}`);
  atoms.set(text, atom);
  return atom;
}

function conditionJson(text: string): object {
  const answer = policyToJson(`permit (principal, action, resource) when { ${text} };`);
  if (answer.type === 'failure') throw new Error(`${text}: ${answer.errors[0]?.message}`);
  return answer.json.conditions[0]?.body as object;
}

export interface Grammar {
  /** How likely a comparison is one that only Cedar evaluates. */
  readonly onlyCedar: number;
  /** The attributes that comparisons read most of the time; others err. */
  readonly attributes: readonly string[];
}

const ALWAYS = ['kind', 'codes', 'originator'];

/** Returns a comparison, seldom one that reads an attribute that notices of this grammar lack. */
function textFor(chance: Chance, attributes: readonly string[]): string {
  const known = [...ALWAYS, ...attributes];
  const fits = (text: string): boolean =>
    [...text.matchAll(/resource(?: has |\.)(\w+)/g)].every(([, name = '']) => known.includes(name));
  const tried = Array.from({ length: 3 }, () => chance.one(ATOMS));
  return tried.find(fits) ?? tried[0] ?? 'true';
}

/** Returns a condition of at most `depth` operators above each comparison. */
export function anyCondition(chance: Chance, grammar: Grammar, depth = 2): Condition {
  const { onlyCedar, attributes } = grammar;
  const shape = depth === 0 ? 0 : chance.next();
  if (shape < 0.5)
    return chance.next() < onlyCedar
      ? atomOf(...chance.one(ONLY_CEDAR))
      : atomOf(textFor(chance, attributes));
  const parts = [1, 2, 3].map(() => anyCondition(chance, grammar, depth - 1));
  const operator = shape < 0.65 ? '!' : shape < 0.7 ? 'if-then-else' : chance.one(['&&', '||']);
  return {
    json: combined(
      operator,
      parts.map(({ json }) => json),
    ),
    judged: combined(
      operator,
      parts.map(({ judged }) => judged),
    ),
  };
}

const BRANCHES = ['if', 'then', 'else'];

function combined(operator: string, [a, b, c]: readonly object[]): object {
  if (operator === '!') return { '!': { arg: a } };
  if (operator === 'if-then-else') {
    const branches = [a, b, c].map((branch, index) => [BRANCHES[index], branch]);
    return { [operator]: Object.fromEntries(branches) as object };
  }
  return { [operator]: { left: a, right: b } };
}

/** Returns the grammar of conditions for a schema. */
export function grammarOf({ attributes }: SmallSchema, onlyCedar: number): Grammar {
  return { onlyCedar, attributes: attributes.map((attribute) => attribute.replace(/\W.*/, '')) };
}
