import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import type { PolicySets } from '../../../services/shared/policy/policies.js';
import { permissionsOf } from '../../../services/shared/policy/scope.js';

interface Sorts {
  readonly flag: string;
  readonly kind: string;
  readonly status: string;
  readonly areas: string;
  readonly record: string;
}

/**
 * Conditions that the validator refuses, and some that err only for some notices. Cedar evaluates them all the same.
 */
const UNSAFE = [
  'resource.personStatus == PersonStatus::"wanted"',
  'context.section == Section::"media"',
  'resource.missing == resource.kind',
  'resource.evaluation.missing == resource.evaluation.source',
  'resource.kind.missing',
  'resource.minor.missing',
  'resource.crimeAreas.missing',
  'resource.kind',
  'resource.crimeAreas',
  'resource.evaluation',
  'resource.kind.contains(Kind::"red")',
  'resource.minor.containsAny(resource.codes)',
  'resource.crimeAreas.containsAll(resource.kind)',
  'resource.crimeAreas.contains(resource.codes)',
  'resource.crimeAreas.contains(resource.evaluation)',
  'resource.tlp.isEmpty()',
  'resource.kind has missing',
  'resource.minor has missing',
  'resource.crimeAreas has missing',
];

const SAFE = [
  'true',
  'false',
  'resource.minor',
  'resource has personStatus',
  'resource has missing',
  'principal has groups',
  'context has section',
  'resource.evaluation has source',
  'resource.evaluation has missing',
  '(resource has personStatus && resource.personStatus == PersonStatus::"missing")',
  '(resource has personStatus && [PersonStatus::"victim", PersonStatus::"witness"].contains(resource.personStatus))',
  '(context has section && [Section::"media", Section::"biometrics"].contains(context.section))',
  'resource.evaluation.source == Source::"A"',
  'resource.evaluation.source == resource.evaluation.information',
  'resource.minor == resource.kind',
  'resource.minor != true',
  'resource.consents.contains(principal.id)',
  'principal.agreements.contains(resource.originator)',
  'principal.accreditedFor.contains(resource.classification)',
  'principal.groups.containsAny([Group::"north", Group::"sea"])',
  'principal.groups.containsAll([Group::"north", Group::"sea"])',
  'principal.id == OrgId::"bravo"',
  'principal.id == resource.originator',
  'resource.codes.isEmpty()',
  'resource.codes.containsAll([])',
  'resource.codes == [HandlingCode::"H1"]',
  '[HandlingCode::"H0", HandlingCode::"H1"].containsAll(resource.codes)',
  'resource.consents == principal.agreements',
];

/** Constructs that the compiler does not support, safe and unsafe. */
const STRANGE = [
  '1 + 1 == 2',
  '1 < 2',
  '1 + true == 2',
  '"abc" like "a*"',
  '{ a: resource.minor }.a',
  '{ a: resource.minor }.b',
  '{ a: resource.personStatus } has a',
  '[principal.id].contains(OrgId::"bravo")',
  '[true, false].contains(resource.minor)',
  'principal is Organisation',
  'principal == Organisation::"bravo"',
  'principal in Organisation::"bravo"',
  'action == Action::"receive"',
  'resource == resource',
  'ip("127.0.0.1").isLoopback()',
  'ip("nowhere").isLoopback()',
  'resource has evaluation.source',
  'resource has toString',
  'context has toString',
  'resource.constructor == resource.kind',
  'resource.evaluation.constructor.name == resource.kind',
  '(if resource.minor then principal else resource) has groups',
];

/** Returns arbitrary conditions of any depth with these leaves. */
function anyCondition(leaves: readonly string[]): fc.Arbitrary<string> {
  const { flag } = fc.letrec<Sorts>((tie) => {
    const chosen = (sort: keyof Sorts) =>
      fc.tuple(tie('flag'), tie(sort), tie(sort)).map(([test, a, b]) => `(if ${test} then ${a} else ${b})`);
    const compared = (sort: keyof Sorts) =>
      fc.tuple(tie(sort), fc.constantFrom('==', '!='), tie(sort)).map((parts) => `(${parts.join(' ')})`);
    const leafOr = (leaf: fc.Arbitrary<string>, ...deeper: readonly fc.Arbitrary<string>[]) =>
      fc.oneof({ maxDepth: 4, depthSize: 'medium' }, leaf, ...deeper);
    return {
      kind: leafOr(fc.constantFrom('Kind::"red"', 'Kind::"blue"', 'resource.kind'), chosen('kind')),
      // `personStatus` is absent in some notices.
      status: leafOr(fc.constantFrom('resource.personStatus', 'PersonStatus::"wanted"'), chosen('status')),
      areas: leafOr(
        fc.constantFrom(
          'resource.crimeAreas',
          '[]',
          '[CrimeArea::"terrorism"]',
          '[CrimeArea::"terrorism", CrimeArea::"other", CrimeArea::"other"]',
        ),
        chosen('areas'),
      ),
      record: leafOr(fc.constantFrom('resource.evaluation', 'resource.evaluation'), chosen('record')),
      flag: leafOr(
        fc.constantFrom(...leaves),
        compared('kind'),
        compared('status'),
        compared('areas'),
        compared('record'),
        chosen('flag'),
        fc
          .tuple(tie('areas'), fc.constantFrom('containsAll', 'containsAny'), tie('areas'))
          .map(([left, operator, right]) => `${left}.${operator}(${right})`),
        tie('areas').map((areas) => `${areas}.isEmpty()`),
        tie('kind').map((kind) => `[Kind::"red", Kind::"black"].contains(${kind})`),
        fc
          .tuple(tie('flag'), fc.constantFrom('&&', '||'), tie('flag'))
          .map((parts) => `(${parts.join(' ')})`),
        tie('flag').map((inner) => `!(${inner})`),
      ),
    };
  });
  return flag;
}

function anyRuleOver(leaves: readonly string[]): fc.Arbitrary<string> {
  const condition = anyCondition(leaves);
  return fc
    .tuple(
      fc.constantFrom('permit', 'permit', 'forbid'),
      fc.constantFrom(
        'principal, action, resource',
        'principal is Organisation, action, resource is Notice',
        'principal, action == Action::"receive", resource',
        'principal, action in [Action::"disclose", Action::"advertise"], resource',
      ),
      fc.array(fc.tuple(fc.constantFrom('when', 'unless'), condition), { maxLength: 3 }),
    )
    .map(([effect, scope, conditions]) => {
      const clauses = conditions.map(([word, text]) => `${word} { ${text} }`).join(' ');
      return `${effect} (${scope}) ${clauses};`;
    });
}

/** Rules that the compiler supports. Its answers must be Cedar's, errors included. */
export const anyRule: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: anyRuleOver(SAFE) },
  { weight: 1, arbitrary: anyRuleOver([...SAFE, ...UNSAFE]) },
);

/** Rules of which some use a construct that the compiler does not support. */
export const anyStrangeRule: fc.Arbitrary<string> = anyRuleOver([...SAFE, ...STRANGE]);

/** Returns a federation set of these rules, `r0`, `r1`, …, without the loader, which would refuse unsafe ones. */
export function setOfTexts(base: PolicySets, texts: readonly string[]): PolicySets {
  const rules = texts.map((text, index) => {
    const answer = policyToJson(text);
    if (answer.type === 'failure') throw new Error(`${text}: ${answer.errors[0]?.message}`);
    const { json } = answer;
    const permissions = permissionsOf(json, base.schema);
    return { id: `r${index}`, effect: json.effect, permissions, reason: 'because', text, place: '', json };
  });
  return {
    ...base,
    sets: new Map([['federation', { name: 'federation', layer: 'federation' as const, rules }]]),
    rules: new Map(rules.map((each) => [each.id, each])),
  };
}
