import type { OrgId } from '../../kernel/ids.js';
import type { Attributes } from '../../notice/attributes.js';
import type { Kind, Section } from '../../notice/kinds.js';
import { type Decision, DENIED } from '../../policy/decision.js';
import { type PolicyNotice, createPolicy } from '../../policy/plan.js';
import type { Workspace } from '../workspace.js';

/** A recorded notice, with the recipients that rules decided about. */
export interface RecordedNotice {
  readonly attributes: Attributes;
  readonly sections: readonly Section[];
  /** Without recipients that were denied by the originator's lists or the state of a key, where no rule was asked. */
  readonly recipients: readonly OrgId[];
}

/** How recorded decisions would differ. One decision can count as both loosened and tightened. */
export interface Traffic {
  /** How many decisions were repeated: one for each notice and recipient. */
  readonly decisions: number;
  readonly loosened: number;
  readonly tightened: number;
  readonly reasonOnly: number;
  /** The routes with differences, most loosened first. */
  readonly routes: readonly TrafficRoute[];
}

/** The differences on one route and kind. */
export interface TrafficRoute {
  readonly from: OrgId;
  readonly to: OrgId;
  readonly kind: Kind;
  readonly loosened: number;
  readonly tightened: number;
}

/** Something that one version gives, or an obligation that it drops, and the other does not. */
export interface Gain {
  readonly what: 'receive' | 'disclose' | 'advertise' | 'obligation';
  /** The section or the obligation; null for the notice as a whole. */
  readonly name: string | null;
}

/** What a recipient of a notice would get more, and less, than before. */
export interface TrafficDifference {
  readonly to: OrgId;
  readonly loosened: readonly Gain[];
  readonly tightened: readonly Gain[];
}

/** Decides recorded notices again with both versions. Notices are added one by one, as there may be many. */
export interface TrafficComparison {
  /** Returns the recipients whose decision differs in more than its reasons. */
  add(notice: RecordedNotice): readonly TrafficDifference[];
  /** Returns the counts so far. */
  result(): Traffic;
}

/** Returns a comparison without notices. */
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
      const asked = policyNoticeOfRecord(notice);
      const [before, after] = [byRecipient(old.decide(asked)), byRecipient(now.decide(asked))];
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

function byRecipient(decisions: readonly Decision[]): ReadonlyMap<OrgId, Decision> {
  return new Map(decisions.map((decision) => [decision.recipient, decision]));
}

/** Returns the question about a recorded notice, addressed to exactly its recipients: the ledger holds no lists. */
export function policyNoticeOfRecord({ attributes, sections, recipients }: RecordedNotice): PolicyNotice {
  return { attributes, sections, recipients, addressees: recipients };
}

/** Returns the decision about a member of the other version alone: denied. */
function nothing(recipient: OrgId): Decision {
  return { ...DENIED, recipient, rules: [] };
}

/** Returns what `is` discloses or advertises and `was` does not, and the obligations that `is` drops. */
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
