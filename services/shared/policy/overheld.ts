import type { OrgId } from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { Section } from '../notice/kinds.js';
import { createPolicy, type PolicyDeps } from './plan.js';

/** What a recipient holds of one revision of a notice. */
export interface HeldShare {
  readonly recipient: OrgId;
  /** As recorded when the notice was routed. */
  readonly attributes: Attributes;
  /** The sections that it holds, including unsealed ones. */
  readonly sections: readonly Section[];
  /** The sections that only an unseal of the originator gave it. */
  readonly unsealed: readonly Section[];
}

/** What a recipient holds, and would not get by the policies of now. */
export interface Excess {
  /** True when it would not get the notice at all; `sections` are then all that it holds. */
  readonly whole: boolean;
  /** Sorted by name. */
  readonly sections: readonly Section[];
}

/** Returns the excess in what a recipient holds; undefined when it would get all of it. */
export type ExcessOf = (held: HeldShare) => Excess | undefined;

/**
 * Creates a function that judges held notices by one snapshot of policies. An unsealed section is no excess
 * while the policies allow the same unseal. What cannot be evaluated is excess, because it would be denied.
 */
export function createExcessOf(deps: PolicyDeps): ExcessOf {
  const policy = createPolicy(deps);
  return ({ recipient, attributes, sections, unsealed }) => {
    // The holder was addressed, or it would not hold the notice; records do not repeat the lists.
    const asked = { attributes, sections, recipients: [recipient], addressees: [recipient] };
    const [decision] = policy.decide(asked);
    if (decision === undefined || decision.outcome === 'denied')
      return { whole: true, sections: sections.toSorted() };
    const mayUnseal = (section: Section): boolean =>
      policy.unseal({ attributes, recipient, section })?.open === true;
    const excess = decision.withheld.filter((section) => !(unsealed.includes(section) && mayUnseal(section)));
    return excess.length === 0 ? undefined : { whole: false, sections: excess };
  };
}
