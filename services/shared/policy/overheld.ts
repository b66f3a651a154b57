import type { OrgId } from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { Section } from '../notice/kinds.js';
import { createPolicy, type Policy, type PolicyDeps, type PolicyNotice } from './plan.js';

/** What a recipient holds of one revision of a notice. */
export interface HeldShare {
  readonly recipient: OrgId;
  /** As recorded when the notice was routed. */
  readonly attributes: Attributes;
  /** The sections that it holds, those among them that an unseal gave it included. */
  readonly sections: readonly Section[];
  /** The sections that only an unseal of the originator gave it. */
  readonly unsealed: readonly Section[];
}

/** What a recipient holds and would not get any more. */
export interface Excess {
  /** True when it would not get the notice at all; `sections` are then all that it holds. */
  readonly whole: boolean;
  /** Sorted by name. */
  readonly sections: readonly Section[];
}

/** Returns the excess in what a recipient holds; undefined when it would get all of it. */
export type ExcessOf = (held: HeldShare) => Excess | undefined;

/**
 * Creates the judgement of held notices by one snapshot of policies. An unseal stands for a permit that the originator's
 * export lacks, but for none of another layer and never against a forbid. What cannot be evaluated is excess, because it
 * would be denied.
 */
export function createExcessOf(deps: PolicyDeps): ExcessOf {
  const all = createPolicy(deps);
  // What an unseal cannot stand for: the layers of others, and a forbid of the export.
  const others = createPolicy({ ...deps, layers: ['federation', 'import'] });
  const own = createPolicy({ ...deps, layers: ['export'] });
  return (held) => {
    const asked = questionOf(held);
    const decision = onlyOne(all.decide(asked));
    if (decision === undefined || decision.outcome === 'denied')
      return { whole: true, sections: held.sections.toSorted() };
    const sections = decision.withheld.filter(
      (section) => !(held.unsealed.includes(section) && isOpened({ others, own }, asked, section)),
    );
    return sections.length === 0 ? undefined : { whole: false, sections };
  };
}

function questionOf({ recipient, attributes, sections }: HeldShare): PolicyNotice {
  // The holder was addressed, or it would not hold the notice; records do not repeat the lists.
  return { attributes, sections, recipients: [recipient], addressees: [recipient] };
}

interface Halves {
  readonly others: Policy;
  readonly own: Policy;
}

/** True while an unseal of this section stands: the other layers permit it, and no rule of the export forbids it. */
function isOpened({ others, own }: Halves, asked: PolicyNotice, section: Section): boolean {
  const isPermitted = onlyOne(others.decide(asked))?.sections.includes(section) === true;
  const cell = onlyOne(own.preview(asked))?.sections[section];
  // A closed layer without a deciding rule has no permit; a forbid, or a rule that errs, is named.
  return isPermitted && cell?.rule === null;
}

const onlyOne = <T>(answers: readonly T[]): T | undefined => answers[0];
