import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import type { PolicySets } from '../../../services/shared/policy/policies.js';
import { permissionsOf } from '../../../services/shared/policy/scope.js';
import { SAFE, STRANGE, UNSAFE } from './conditions.js';

interface Sorts {
  readonly flag: string;
  readonly kind: string;
  readonly status: string;
  readonly areas: string;
  readonly record: string;
  readonly long: string;
  readonly any: string;
}

type Tie = fc.LetrecTypedTie<Sorts>;

/** One depth for all sorts: with one for each, conditions would be pages long. */
const depthIdentifier = fc.createDepthIdentifier();

const leafOr = (leaf: fc.Arbitrary<string>, ...deeper: readonly fc.Arbitrary<string>[]) =>
  fc.oneof({ maxDepth: 4, depthSize: 'medium', depthIdentifier }, leaf, ...deeper);

const chosen = (tie: Tie, sort: keyof Sorts) =>
  fc.tuple(tie('flag'), tie(sort), tie(sort)).map(([test, a, b]) => `(if ${test} then ${a} else ${b})`);

const infix = (tie: Tie, sort: keyof Sorts, ...operators: readonly string[]) =>
  fc.tuple(tie(sort), fc.constantFrom(...operators), tie(sort)).map((parts) => `(${parts.join(' ')})`);

const called = (tie: Tie, sort: keyof Sorts, ...methods: readonly string[]) =>
  fc
    .tuple(tie(sort), fc.constantFrom(...methods), tie(sort))
    .map(([left, method, right]) => `${left}.${method}(${right})`);

/** Returns values of every type, of which many operators cannot be applied to each other. */
function anyValue(tie: Tie): fc.Arbitrary<string> {
  return leafOr(
    fc.constantFrom('principal', 'resource', 'context', 'Organisation::"bravo"', '"red"', '""', '[]', '{}'),
    tie('kind'),
    tie('areas'),
    tie('record'),
    tie('long'),
    chosen(tie, 'any'),
    fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `{ a: ${a}, b: ${b} }`),
    fc
      .tuple(tie('any'), fc.constantFrom('a', 'b', 'kind', 'groups', 'source'))
      .map(([of, name]) => `${of}.${name}`),
  );
}

/** Returns conditions over values of every type. */
function conditionsOnValues(tie: Tie): readonly fc.Arbitrary<string>[] {
  return [
    infix(tie, 'any', '==', '!=', 'in'),
    called(tie, 'any', 'contains', 'containsAny', 'containsAll'),
    fc
      .tuple(tie('any'), fc.constantFrom('a', 'b.a', 'kind', 'groups', 'evaluation.source', 'section'))
      .map(([of, path]) => `(${of} has ${path})`),
    fc
      .tuple(tie('any'), fc.constantFrom('Kind', 'Organisation', 'Notice in resource', 'Kind in Kind::"red"'))
      .map(([of, type]) => `(${of} is ${type})`),
  ];
}

interface Conditions {
  readonly leaves: readonly string[];
  /** True for operators on values of any type too, most of which err. */
  readonly isUntyped: boolean;
}

/** Returns arbitrary conditions of any depth with these leaves. */
function anyCondition({ leaves, isUntyped }: Conditions): fc.Arbitrary<string> {
  const { flag } = fc.letrec<Sorts>((tie: Tie) => ({
    kind: leafOr(fc.constantFrom('Kind::"red"', 'Kind::"blue"', 'resource.kind'), chosen(tie, 'kind')),
    // `personStatus` is absent in some notices.
    status: leafOr(fc.constantFrom('resource.personStatus', 'PersonStatus::"wanted"'), chosen(tie, 'status')),
    areas: leafOr(
      fc.constantFrom(
        'resource.crimeAreas',
        '[]',
        '[CrimeArea::"terrorism"]',
        '[CrimeArea::"terrorism", CrimeArea::"other", CrimeArea::"other"]',
      ),
      chosen(tie, 'areas'),
    ),
    record: leafOr(
      fc.constantFrom('resource.evaluation', '{ source: Source::"A", information: Information::"1" }'),
      chosen(tie, 'record'),
    ),
    // Two of the largest overflow when multiplied.
    long: leafOr(
      fc.constantFrom('0', '1', '-1', '7', '9007199254740991', '-9007199254740991'),
      infix(tie, 'long', '+', '-', '*'),
      tie('long').map((inner) => `-(${inner})`),
      chosen(tie, 'long'),
    ),
    any: anyValue(tie),
    flag: leafOr(
      fc.constantFrom(...leaves),
      ...(['kind', 'status', 'areas', 'record'] as const).map((sort) => infix(tie, sort, '==', '!=')),
      infix(tie, 'long', '<', '<=', '>', '>=', '==', '!='),
      chosen(tie, 'flag'),
      called(tie, 'areas', 'containsAll', 'containsAny'),
      tie('areas').map((areas) => `${areas}.isEmpty()`),
      tie('kind').map((kind) => `[Kind::"red", Kind::"black"].contains(${kind})`),
      infix(tie, 'flag', '&&', '||'),
      tie('flag').map((inner) => `!(${inner})`),
      ...(isUntyped ? conditionsOnValues(tie) : []),
    ),
  }));
  return flag;
}

/** Scopes, of which some name an action group of `groupedSchema`, and some match nothing. */
const SCOPES = [
  'principal, action, resource',
  'principal is Organisation, action, resource is Notice',
  'principal, action == Action::"receive", resource',
  'principal, action in [Action::"disclose", Action::"advertise"], resource',
  'principal, action in Action::"exchange", resource',
  'principal, action in [Action::"contents", Action::"advertise"], resource is Notice',
];
const NEVER = [
  'principal, action == Action::"exchange", resource',
  'principal is Notice, action, resource',
  'principal, action, resource is Organisation',
  'principal in Group::"north", action, resource',
  'principal is Organisation in Group::"north", action, resource',
  'principal == OrgId::"bravo", action, resource',
];
const STRANGE_SCOPES = [
  'principal == Organisation::"bravo", action, resource',
  'principal in Organisation::"bravo", action, resource',
  'principal is Organisation in Organisation::"bravo", action, resource',
  'principal, action, resource == Notice::"this"',
];

function anyRuleOver(conditions: Conditions, scopes: readonly string[]): fc.Arbitrary<string> {
  const condition = anyCondition(conditions);
  return fc
    .tuple(
      fc.constantFrom('permit', 'permit', 'forbid'),
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...SCOPES) },
        { weight: 1, arbitrary: fc.constantFrom(...scopes) },
      ),
      fc.array(fc.tuple(fc.constantFrom('when', 'unless'), condition), { maxLength: 3 }),
    )
    .map(([effect, scope, written]) => {
      const clauses = written.map(([word, text]) => `${word} { ${text} }`).join(' ');
      return `${effect} (${scope}) ${clauses};`;
    });
}

/** Rules that the compiler supports. Its answers must be Cedar's, errors included. */
export const anyRule: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: anyRuleOver({ leaves: SAFE, isUntyped: false }, NEVER) },
  { weight: 1, arbitrary: anyRuleOver({ leaves: [...SAFE, ...UNSAFE], isUntyped: true }, NEVER) },
);

/** Rules of which most use a construct that the compiler does not support. */
export const anyStrangeRule: fc.Arbitrary<string> = anyRuleOver(
  { leaves: [...STRANGE, ...SAFE.slice(0, STRANGE.length)], isUntyped: false },
  STRANGE_SCOPES,
);

/** Returns a federation set of these rules, `r0`, `r1`, …, without the loader, which would refuse unsafe ones. */
export function setOfTexts(base: PolicySets, texts: readonly string[]): PolicySets {
  const rules = texts.map((text, index) => {
    const answer = policyToJson(text);
    if (answer.type === 'failure') throw new Error(`${text}: ${answer.errors[0]?.message}`);
    const { json } = answer;
    const permissions = permissionsOf(json, base.schema);
    return {
      id: `r${index}`,
      effect: json.effect,
      permissions,
      reason: 'because',
      text,
      place: '',
      json,
    };
  });
  return {
    ...base,
    sets: new Map([['federation', { name: 'federation', layer: 'federation' as const, rules }]]),
    rules: new Map(rules.map((each) => [each.id, each])),
  };
}
