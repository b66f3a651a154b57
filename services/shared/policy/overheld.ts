import type { OrgId } from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { Section } from '../notice/kinds.js';
import { createPermits } from './permits.js';
import { knownConsents, membersOf, type PolicyDeps } from './plan.js';
import { RESTRICTION } from './row.js';
import { judgeUnseal } from './unseal.js';

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
export function createExcessOf(deps: Pick<PolicyDeps, 'engine' | 'sets' | 'directory'>): ExcessOf {
  const members = membersOf(deps.directory);
  const permitsOf = createPermits(deps);
  const noticeOf = createNotices(members);
  return ({ recipient, attributes, sections, unsealed }) => {
    const facts = members.get(recipient);
    const whole = { whole: true, sections: sections.toSorted() };
    if (facts === undefined || recipient === attributes.originator) return whole;
    // Records lack the lists of addressees, which are not needed: only an organisation that was addressed is a holder.
    const notice = noticeOf(attributes);
    const permits = permitsOf(notice, facts);
    if (!permits() || (notice.codes.includes('H3') && !permits(RESTRICTION))) return whole;
    const mayUnseal = (section: Section): boolean =>
      judgeUnseal(deps.engine, { attributes: notice, recipient: facts, section }).open;
    const excess = sections.filter((section) => {
      return !permits(section) && !(unsealed.includes(section) && mayUnseal(section));
    });
    return excess.length === 0 ? undefined : { whole: false, sections: excess.toSorted() };
  };
}

/** Leaves out consents for non-members, once for consecutive pairs of one notice. */
function createNotices(members: ReturnType<typeof membersOf>): (attributes: Attributes) => Attributes {
  let last: { readonly attributes: Attributes; readonly notice: Attributes } | undefined;
  return (attributes) => {
    if (last?.attributes !== attributes) last = { attributes, notice: knownConsents(attributes, members) };
    return last.notice;
  };
}
