import type { OrgId } from '../../kernel/ids.js';
import type { DecisionPart, DenialPart } from '../../ledger/record-parts.js';
import { DENIED } from '../../policy/decision.js';

/** What one recipient is given of a notice, by a record or by rules. */
export type GivenDecision = Pick<
  DecisionPart,
  'outcome' | 'sections' | 'withheld' | 'advertised' | 'obligations' | 'rules' | 'because'
>;

/** Returns the fields of a decision that records hold. */
export function givenIn(decision: GivenDecision): GivenDecision {
  const { outcome, sections, withheld, advertised, obligations, because } = decision;
  const rules = decision.rules.map(({ layer, id }) => ({ layer, id }));
  const given = { outcome, sections, withheld, advertised, obligations, rules };
  return because === undefined ? given : { ...given, because };
}

/** True when two decisions give the same, for the same reasons. */
export function isSameGiven(one: GivenDecision, other: GivenDecision): boolean {
  return (
    one.outcome === other.outcome &&
    one.because === other.because &&
    isSameList(one.sections, other.sections) &&
    isSameList(one.withheld, other.withheld) &&
    isSameList(one.advertised, other.advertised) &&
    isSameList(one.obligations, other.obligations) &&
    one.rules.length === other.rules.length &&
    one.rules.every(({ layer, id }, at) => other.rules[at]?.id === id && other.rules[at].layer === layer)
  );
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, at) => other[at] === word);
}

/** Returns what a record gives each recipient that it names, by notice. */
export function givenByNotice(
  decisions: readonly DecisionPart[],
  denials: readonly DenialPart[],
): ReadonlyMap<string, ReadonlyMap<OrgId, GivenDecision>> {
  const found = new Map<string, Map<OrgId, GivenDecision>>();
  const of = (jti: string): Map<OrgId, GivenDecision> => {
    const known = found.get(jti) ?? new Map<OrgId, GivenDecision>();
    found.set(jti, known);
    return known;
  };
  for (const part of decisions) of(part.jti).set(part.to, part);
  for (const { jti, to, rules, because } of denials) {
    const denied = { ...DENIED, rules, ...(because === undefined ? {} : { because }) };
    const given = of(jti);
    for (const org of to) given.set(org, denied);
  }
  return found;
}
