import type { OrgId } from '../../../kernel/ids.js';
import type { Attributes } from '../../../notice/attributes.js';
import type { Kind, Section } from '../../../notice/kinds.js';
import type { Decision } from '../../decision.js';
import { createPolicy, type Policy } from '../../plan.js';
import type { Workspace } from '../workspace.js';

/** A notice as the ledger holds it, with the recipients that rules decided about. */
export interface RecordedNotice {
  readonly attributes: Attributes;
  readonly sections: readonly Section[];
  /** Not those for whom the originator's lists or the state of a key decided: no rule was asked. */
  readonly recipients: readonly OrgId[];
}

/** What would have become of recorded decisions. One can be looser in one thing and tighter in another. */
export interface Traffic {
  /** How many decisions were made again: one for each notice and recipient. */
  readonly decisions: number;
  readonly loosened: number;
  readonly tightened: number;
  readonly reasonOnly: number;
  /** Where they differ, most often first. */
  readonly routes: readonly TrafficRoute[];
}

export interface TrafficRoute {
  readonly from: OrgId;
  readonly to: OrgId;
  readonly kind: Kind;
  readonly loosened: number;
  readonly tightened: number;
}

/** Decides recorded notices anew by both versions. `add` one by one: there may be many. */
export interface TrafficComparison {
  add(notice: RecordedNotice): void;
  result(): Traffic;
}

export function compareTraffic(before: Workspace, after: Workspace): TrafficComparison {
  const [old, now] = [createPolicy(before), createPolicy(after)];
  const total = { decisions: 0, loosened: 0, tightened: 0, reasonOnly: 0 };
  const routes = new Map<string, { -readonly [Name in keyof TrafficRoute]: TrafficRoute[Name] }>();
  const compare = (was: Decision, is: Decision, { originator: from, kind }: Attributes): void => {
    const [loosened, tightened] = [gives(was, is), gives(is, was)];
    total.decisions += 1;
    total.loosened += Number(loosened);
    total.tightened += Number(tightened);
    if (!loosened && !tightened) {
      total.reasonOnly += Number(reasonsOf(was) !== reasonsOf(is));
      return;
    }
    const to = is.recipient;
    const key = `${from} ${to} ${kind}`;
    const route = routes.get(key) ?? { from, to, kind, loosened: 0, tightened: 0 };
    route.loosened += Number(loosened);
    route.tightened += Number(tightened);
    routes.set(key, route);
  };
  return {
    add(notice) {
      const after = new Map(decideBy(now, notice).map((decision) => [decision.recipient, decision]));
      const before = new Map(decideBy(old, notice).map((decision) => [decision.recipient, decision]));
      for (const recipient of notice.recipients) {
        const was = before.get(recipient) ?? nothing(recipient);
        compare(was, after.get(recipient) ?? nothing(recipient), notice.attributes);
      }
    },
    result: () => ({
      ...total,
      routes: [...routes.values()].toSorted(
        (a, b) => b.loosened - a.loosened || b.tightened - a.tightened || (nameOf(a) < nameOf(b) ? -1 : 1),
      ),
    }),
  };
}

/** Addressed to exactly those recipients: whom the originator listed is no rule's matter, and not on the ledger. */
function decideBy(policy: Policy, { attributes, sections, recipients }: RecordedNotice): readonly Decision[] {
  return policy.decide({ attributes, sections, recipients, addressees: recipients });
}

/** A member of the other version alone. */
function nothing(recipient: OrgId): Decision {
  return {
    recipient,
    outcome: 'denied',
    sections: [],
    withheld: [],
    advertised: [],
    obligations: [],
    rules: [],
  };
}

/** Whether `is` gives or tells anything that `was` does not, or demands less for it. */
function gives(was: Decision, is: Decision): boolean {
  if (is.outcome === 'denied') return false;
  if (was.outcome === 'denied') return true;
  return (
    is.sections.some((section) => !was.sections.includes(section)) ||
    is.advertised.some((section) => !was.advertised.includes(section) && !was.sections.includes(section)) ||
    was.obligations.some((obligation) => !is.obligations.includes(obligation))
  );
}

function reasonsOf({ rules }: Decision): string {
  return JSON.stringify(rules.map(({ id, reason }) => [id, reason]));
}

const nameOf = ({ from, to, kind }: TrafficRoute): string => `${from} ${to} ${kind}`;
