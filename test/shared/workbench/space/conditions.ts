import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import type { PolicySets } from '../../../../services/shared/policy/policies.js';
import type { Rule } from '../../../../services/shared/policy/rule.js';
import { permissionsOf } from '../../../../services/shared/policy/scope.js';
import { loadWith } from '../../policy/folder.js';

/** Comparisons of one attribute, of two, and some that err when a status is absent. */
const FEW = [
  'true',
  'resource.minor',
  'resource.kind == Kind::"red"',
  'resource has personStatus',
  'resource.personStatus == PersonStatus::"wanted"',
  '[Source::"A", Source::"B"].contains(resource.evaluation.source)',
  'resource.codes.isEmpty()',
  'resource.codes == [HandlingCode::"H1", HandlingCode::"H3"]',
  '[HandlingCode::"H0", HandlingCode::"H1"].containsAll(resource.codes)',
  'resource.codes.containsAll([HandlingCode::"H2"])',
  '[HandlingCode::"H0", HandlingCode::"H1"].containsAny(resource.codes)',
  'resource.consents.contains(principal.id)',
  'resource.consents.containsAny(principal.agreements)',
  'principal.accreditedFor.contains(resource.classification)',
  'principal.agreements.contains(resource.originator)',
];
/** With these, rules distinguish too many notices to enumerate. */
const MANY = [
  'resource.countries.isEmpty()',
  'resource.crimeAreas.isEmpty()',
  'resource.countries != [Country::"FR", Country::"DE"]',
  '[CrimeArea::"other", CrimeArea::"terrorism"].containsAll(resource.crimeAreas)',
  'resource.crimeAreas == resource.crimeAreas',
  '(if resource.minor then resource.kind else Kind::"blue") == resource.kind',
  'resource.evaluation == resource.evaluation',
];

function conditionFrom(atoms: readonly string[]): fc.Arbitrary<string> {
  return fc.letrec<{ flag: string }>((tie) => ({
    flag: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom(...atoms),
      fc.tuple(tie('flag'), fc.constantFrom('&&', '||'), tie('flag')).map((parts) => `(${parts.join(' ')})`),
      tie('flag').map((flag) => `!(${flag})`),
      fc.tuple(tie('flag'), tie('flag'), tie('flag')).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
    ),
  })).flag;
}

function rulesFrom(atoms: readonly string[]): fc.Arbitrary<readonly string[]> {
  const clause = fc
    .tuple(fc.constantFrom('when', 'unless'), conditionFrom(atoms))
    .map(([word, text]) => `${word} { ${text} }`);
  const rule = fc
    .tuple(fc.constantFrom('permit', 'forbid'), fc.array(clause, { maxLength: 2 }))
    .map(
      ([effect, clauses]) =>
        `${effect} (principal, action == Action::"receive", resource) ${clauses.join(' ')};`,
    );
  return fc.array(rule, { minLength: 1, maxLength: 4 });
}

export const fewRules = rulesFrom(FEW);
export const anyRules = rulesFrom([...FEW, ...MANY]);

const open = loadWith();

/**
 * Returns sets that permit everything except a federation of these rules, without the loader, which would refuse unsafe
 * ones.
 */
export function federationOf(texts: readonly string[]): PolicySets {
  const rules: readonly Rule[] = texts.map((text, index) => {
    const answer = policyToJson(text);
    if (answer.type === 'failure') throw new Error(`${text}: ${answer.errors[0]?.message}`);
    const { json } = answer;
    const permissions = permissionsOf(json, open.schema);
    return { id: `r${index}`, effect: json.effect, permissions, reason: 'because', text, place: '', json };
  });
  const federation = { name: 'federation', layer: 'federation' as const, rules };
  return {
    ...open,
    sets: new Map([...open.sets, ['federation', federation]]),
    rules: new Map([...open.rules, ...rules.map((each) => [each.id, each] as const)]),
  };
}
