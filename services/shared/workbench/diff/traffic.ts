import type { OrgId } from '../../kernel/ids.js';
import type { Attributes } from '../../notice/attributes.js';
import type { Kind, Section } from '../../notice/kinds.js';
import { type Decision, DENIED } from '../../policy/decision.js';
import { type PolicyNotice, createPolicy } from '../../policy/plan.js';
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

/** What one version gives, tells, or does not demand, and the other does. */
export interface Gain {
  readonly what: 'receive' | 'disclose' | 'advertise' | 'obligation';
  /** The section or the obligation; null for the notice as a whole. */
  readonly name: string | null;
}

/** What a recipient of a notice would have got more and less than before. */
export interface TrafficDifference {
  readonly to: OrgId;
  readonly loosened: readonly Gain[];
  readonly tightened: readonly Gain[];
}

/** Decides recorded notices anew by both versions. `add` one by one: there may be many. */
export interface TrafficComparison {
  /** Gives the recipients for whom something else comes out than other reasons. */
  add(notice: RecordedNotice): readonly TrafficDifference[];
  result(): Traffic;
}

export function compareTraffic(before: Workspace, after: Workspace): TrafficComparison {
  const [old, now] = [createPolicy(before), createPolicy(after)];
  const total = { decisions: 0, loosened: 0, tightened: 0, reasonOnly: 0 };
  const routes = new Map<string, { -readonly [Name in keyof TrafficRoute]: TrafficRoute[Name] }>();
  const count = (
    { to, loosened, tightened }: TrafficDifference,
    { originator: from, kind }: Attributes,
  ): void => {
    const [looser, tighter] = [Number(loosened.length > 0), Number(tightened.length > 0)];
    total.loosened += looser;
    total.tightened += tighter;
    const route = routes.get(`${from} ${to} ${kind}`) ?? { from, to, kind, loosened: 0, tightened: 0 };
    route.loosened += looser;
    route.tightened += tighter;
    routes.set(nameOf(route), route);
  };
  return {
    add(notice) {
      const after = new Map(now.decide(askedAgain(notice)).map((decision) => [decision.recipient, decision]));
      const before = new Map(
        old.decide(askedAgain(notice)).map((decision) => [decision.recipient, decision]),
      );
      return notice.recipients.flatMap((to) => {
        const [was, is] = [before.get(to) ?? nothing(to), after.get(to) ?? nothing(to)];
        const difference = { to, loosened: gains(was, is), tightened: gains(is, was) };
        total.decisions += 1;
        if (difference.loosened.length + difference.tightened.length === 0) {
          total.reasonOnly += Number(reasonsOf(was) !== reasonsOf(is));
          return [];
        }
        count(difference, notice.attributes);
        return [difference];
      });
    },
    result: () => ({
      ...total,
      routes: [...routes.values()].toSorted(mostFirst),
    }),
  };
}

/** Addressed to exactly those recipients: whom the originator listed is no rule's matter, and not on the ledger. */
export function askedAgain({ attributes, sections, recipients }: RecordedNotice): PolicyNotice {
  return { attributes, sections, recipients, addressees: recipients };
}

/** A member of the other version alone. */
function nothing(recipient: OrgId): Decision {
  return { ...DENIED, recipient, rules: [] };
}

/** What `is` gives or tells that `was` does not, and what it demands no more. */
function gains(was: Decision, is: Decision): readonly Gain[] {
  if (is.outcome === 'denied') return [];
  const isNew = was.outcome === 'denied';
  const disclosed = is.sections.filter((section) => !was.sections.includes(section));
  const advertised = is.advertised.filter(
    (section) => !was.advertised.includes(section) && !was.sections.includes(section),
  );
  const lost = was.obligations.filter((obligation) => !is.obligations.includes(obligation));
  const as = (what: Gain['what'], names: readonly string[]) => names.map((name) => ({ what, name }));
  return [
    ...(isNew ? [{ what: 'receive', name: null } as const] : []),
    ...as('disclose', disclosed),
    ...as('advertise', advertised),
    ...(isNew ? [] : as('obligation', lost)),
  ];
}

function reasonsOf({ rules }: Decision): string {
  return JSON.stringify(rules.map(({ id, reason }) => [id, reason]));
}

function mostFirst(a: TrafficRoute, b: TrafficRoute): number {
  return b.loosened - a.loosened || b.tightened - a.tightened || (nameOf(a) < nameOf(b) ? -1 : 1);
}

const nameOf = ({ from, to, kind }: TrafficRoute): string => `${from} ${to} ${kind}`;
