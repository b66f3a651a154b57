import type { Jti, OrgId } from '../kernel/ids.js';
import type { DecisionPart, DenialPart } from './record-parts.js';

/** The decision of policy about one notice for one recipient. */
export interface RecipientDecision extends Omit<DecisionPart, 'type' | 'jti' | 'to'> {
  readonly recipient: OrgId;
}

/** The decisions about one notice, as a record holds them. */
export interface DecisionParts {
  /**
   * One part for each recipient that receives something, because no recipient may see another's, and one for
   * each recipient denied later.
   */
  readonly decisions: readonly DecisionPart[];
  /** One part for all recipients denied for the same reason (docs/adr/0023). */
  readonly denials: readonly DenialPart[];
}

/** Groups decisions into the parts of a record. The order of `said` is kept within each of the two lists. */
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

/** Expands a denial to one decision for each of its recipients. */
export function eachDenied({ jti, to, rules, because }: DenialPart): readonly DecisionPart[] {
  const nothing = { sections: [], withheld: [], advertised: [], obligations: [] };
  const why = because === undefined ? { rules } : { rules, because };
  return to.map((org) => ({ type: 'decision', jti, to: org, outcome: 'denied', ...nothing, ...why }));
}
