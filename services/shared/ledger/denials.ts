import type { Jti, OrgId } from '../kernel/ids.js';
import type { DecisionPart, DenialPart } from './record-parts.js';

/** What one recipient gets of one notice, as policy says it. */
export interface RecipientDecision extends Omit<DecisionPart, 'type' | 'jti' | 'to'> {
  readonly recipient: OrgId;
}

/** The decisions about one notice, as a record holds them. */
export interface DecisionParts {
  /** A part for each who gets something, as nobody may see another's; and for each who was denied later. */
  readonly decisions: readonly DecisionPart[];
  /** A part for all who are denied for one reason. */
  readonly denials: readonly DenialPart[];
}

/** The order of `said` is kept within each of the two. */
export function recordedOf(jti: Jti, said: readonly RecipientDecision[]): DecisionParts {
  const decisions: DecisionPart[] = [];
  const denied = new Map<string, DenialPart & { readonly to: OrgId[] }>();
  for (const one of said) {
    if (one.outcome !== 'denied') {
      const { recipient: to, outcome, sections, withheld, advertised, obligations } = one;
      const lists = { sections, withheld, advertised, obligations };
      decisions.push({ type: 'decision', jti, to, outcome, ...lists, ...whyOf(one) });
      continue;
    }
    const reason = one.because ?? JSON.stringify(one.rules.map(({ layer, id }) => [layer, id]));
    const group = denied.get(reason);
    if (group !== undefined) group.to.push(one.recipient);
    else denied.set(reason, { type: 'denial', jti, to: [one.recipient], ...whyOf(one) });
  }
  return { decisions, denials: [...denied.values()] };
}

function whyOf({ rules, because }: RecipientDecision): Pick<DecisionPart, 'rules' | 'because'> {
  const named = rules.map(({ layer, id }) => ({ layer, id }));
  return because === undefined ? { rules: named } : { rules: named, because };
}

/** A denial as a decision for each of its recipients. */
export function eachDenied({ jti, to, rules, because }: DenialPart): readonly DecisionPart[] {
  const nothing = { sections: [], withheld: [], advertised: [], obligations: [] };
  const why = because === undefined ? { rules } : { rules, because };
  return to.map((org) => ({ type: 'decision', jti, to: org, outcome: 'denied', ...nothing, ...why }));
}
