import type { OrgId } from '../../kernel/ids.js';
import type { Attributes } from '../../notice/attributes.js';
import type { Kind, Section } from '../../notice/kinds.js';
import type { Decision } from '../../policy/decision.js';
import { type Policy, type PolicyNotice, createPolicy } from '../../policy/plan.js';
import type { Workspace } from '../workspace.js';
import {
  type BeforeAfter,
  type NoticeGrant,
  noticeEffects,
  type SectionGrant,
  sectionEffects,
  type ChangeEffect,
} from './direction.js';

/** A recorded notice, with the recipients that rules decided about. */
export interface RecordedNotice {
  readonly attributes: Attributes;
  readonly sections: readonly Section[];
  /**
   * Leaves out recipients that the originator's lists or the state of a key denied: no rule decided about
   * them.
   */
  readonly recipients: readonly OrgId[];
}

/** How recorded decisions would differ (`direction.ts`). One decision can count as both loosened and tightened. */
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

/** What a `ChangeEffect` is about, without its direction. */
export interface Gain {
  readonly what: 'receive' | 'disclose' | 'advertise' | 'obligation';
  /** The section or the obligation; null for the notice as a whole. */
  readonly name: string | null;
}

/** How the decision about one recipient of a notice differs. */
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
  const tally = createTally();
  return {
    add(notice) {
      const [before, after] = [createAnswers(old, notice), createAnswers(now, notice)];
      return notice.recipients.flatMap((to) => {
        const effects = effectsOf(notice.sections, { before: before.of(to), after: after.of(to) });
        const difference = {
          to,
          loosened: gains('loosened', effects),
          tightened: gains('tightened', effects),
        };
        if (effects.length === 0) {
          tally.same(before.reasons(to) === after.reasons(to));
          return [];
        }
        tally.different(difference, notice.attributes);
        return [difference];
      });
    },
    result: tally.result,
  };
}

/** Counts decisions in total and by route. */
function createTally() {
  const total = { decisions: 0, loosened: 0, tightened: 0, reasonOnly: 0 };
  const routes = new Map<string, { -readonly [Name in keyof TrafficRoute]: TrafficRoute[Name] }>();
  return {
    same(hasSameReasons: boolean): void {
      total.decisions += 1;
      total.reasonOnly += Number(!hasSameReasons);
    },
    different({ to, loosened, tightened }: TrafficDifference, { originator: from, kind }: Attributes): void {
      const [looser, tighter] = [Number(loosened.length > 0), Number(tightened.length > 0)];
      total.decisions += 1;
      total.loosened += looser;
      total.tightened += tighter;
      const route = routes.get(`${from} ${to} ${kind}`) ?? { from, to, kind, loosened: 0, tightened: 0 };
      route.loosened += looser;
      route.tightened += tighter;
      routes.set(nameOf(route), route);
    },
    result: (): Traffic => ({ ...total, routes: [...routes.values()].toSorted(mostFirst) }),
  };
}

/** Returns the question about a recorded notice, addressed to exactly its recipients: the ledger holds no lists. */
export function policyNoticeOfRecord({ attributes, sections, recipients }: RecordedNotice): PolicyNotice {
  return { attributes, sections, recipients, addressees: recipients };
}

/** What a recipient gets of one recorded notice. */
interface RecipientAnswers {
  readonly notice: NoticeGrant;
  readonly section: (section: Section) => SectionGrant;
}

/** Returns the answers of one version about a notice; a member of the other version alone gets nothing. */
function createAnswers(policy: Policy, recorded: RecordedNotice) {
  const asked = policyNoticeOfRecord(recorded);
  const decide = (sections: readonly Section[]): ReadonlyMap<OrgId, Decision> =>
    new Map(policy.decide({ ...asked, sections }).map((decision) => [decision.recipient, decision]));
  const [whole, bare] = [decide(asked.sections), decide([])];
  const alone = new Map(asked.sections.map((section) => [section, decide([section])]));
  return {
    of(to: OrgId): RecipientAnswers {
      const notice = {
        open: (bare.get(to)?.outcome ?? 'denied') !== 'denied',
        obligations: bare.get(to)?.obligations ?? [],
      };
      return {
        notice,
        section: (section) => {
          const decision = alone.get(section)?.get(to);
          return {
            notice,
            disclosed: decision?.sections.includes(section) ?? false,
            advertised: decision?.advertised.includes(section) ?? false,
            obligations: decision?.obligations ?? [],
          };
        },
      };
    },
    reasons: (to: OrgId): string =>
      JSON.stringify(whole.get(to)?.rules.map(({ id, reason }) => [id, reason]) ?? []),
  };
}

function effectsOf(
  sections: readonly Section[],
  { before, after }: BeforeAfter<RecipientAnswers>,
): readonly NamedEffect[] {
  const whole = noticeEffects({ before: before.notice, after: after.notice });
  return [
    ...whole.map((effect) => ({ ...effect, section: null })),
    ...sections.flatMap((section) =>
      sectionEffects({ before: before.section(section), after: after.section(section) }).map((effect) => ({
        ...effect,
        section,
      })),
    ),
  ];
}

type NamedEffect = ChangeEffect & { readonly section: Section | null };

/** Returns each different gain of one direction once: several sections may lose the same obligation. */
function gains(type: ChangeEffect['type'], effects: readonly NamedEffect[]): readonly Gain[] {
  const found = effects
    .filter((effect) => effect.type === type)
    .map((effect): Gain => {
      return { what: effect.what, name: effect.what === 'obligation' ? effect.obligation : effect.section };
    });
  return [...new Map(found.map((gain) => [JSON.stringify(gain), gain])).values()];
}

function mostFirst(a: TrafficRoute, b: TrafficRoute): number {
  return b.loosened - a.loosened || b.tightened - a.tightened || (nameOf(a) < nameOf(b) ? -1 : 1);
}

const nameOf = ({ from, to, kind }: TrafficRoute): string => `${from} ${to} ${kind}`;
