import { ACTION_REASONS } from '../../../services/shared/notice/action-verbs.js';
import { exampleDraft } from '../notices.js';
import type { LifeSystem } from './own-life.js';
import type { LifePlan, LifeStep } from './life-plan.js';
import type { ReportWatch } from './report-watch.js';

/** A step that the gateway accepted. */
export interface TakenStep {
  readonly verb: LifeStep['verb'];
  /** The number of the action; undefined for an amendment. */
  readonly action?: number;
  /** The holder meant by a restriction or an unseal. */
  readonly holder?: string;
  /** The section meant; undefined for a restriction of the whole notice. */
  readonly section?: string;
}

/** A notice after all its steps. */
export interface LivedLife {
  readonly id: string;
  readonly seed: number;
  readonly system: LifeSystem;
  readonly taken: readonly TakenStep[];
  /** The steps that were not taken, as `<verb> <error code>`. */
  readonly refused: readonly string[];
}

const DAY_MS = 86_400_000;

/** A local system with the watch of its reports. */
export interface WatchedSystem extends LifeSystem {
  readonly reports: ReportWatch;
}

/** Submits the notice of a plan and takes its steps; throws if the notice is refused. */
export async function live(plan: LifePlan, systems: readonly WatchedSystem[]): Promise<LivedLife> {
  const system = systems[plan.originator % systems.length]!;
  const accepted = await system.post('/v1/notices', draftOf(plan.kind));
  if (accepted.refused !== undefined) throw new Error(`${plan.kind} of ${system.org}: ${accepted.refused}`);
  const id = String(accepted['id']);
  const taken: TakenStep[] = [];
  const refused: string[] = [];
  for (const step of plan.steps) {
    const outcome = await take(step, { id, system, kind: plan.kind, systems });
    if (typeof outcome === 'string') refused.push(`${step.verb} ${outcome}`);
    else taken.push(outcome);
    if (typeof outcome === 'object' && outcome.verb === 'withdraw') break;
  }
  return { id, seed: plan.seed, system, taken, refused };
}

interface Living {
  readonly id: string;
  readonly system: WatchedSystem;
  readonly kind: string;
  readonly systems: readonly WatchedSystem[];
}

/** Takes one step; returns the code of a refusal, or `nothing-withheld` for an unseal without a section. */
async function take(step: LifeStep, living: Living): Promise<TakenStep | string> {
  const { id, system, systems } = living;
  const { org: holder } = systems.filter((one) => one !== system)[step.holder % (systems.length - 1)]!;
  const outcomes = await (step.waits ? system.reports.next(id) : system.reports.now(id));
  const outcome = outcomes.find(({ org }) => org === holder);
  const names = (step.verb === 'unseal' ? outcome?.withheld : outcome?.sections) ?? [];
  const section = names[step.section % Math.max(names.length, 1)];
  if (step.verb === 'unseal' && section === undefined) return 'nothing-withheld';
  const isWhole = section === undefined || step.section % 3 === 0;
  const target = { holder, ...(step.verb === 'restrict' && isWhole ? {} : { section }) };
  const path = step.verb === 'amend' ? 'revisions' : step.verb;
  const answer = await system.post(`/v1/notices/${id}/${path}`, bodyOf(step, target, living.kind));
  if (answer.refused !== undefined) return answer.refused;
  if (step.verb === 'amend') return { verb: step.verb };
  const isListed = step.verb === 'restrict' || step.verb === 'unseal';
  return { verb: step.verb, action: Number(answer['action']), ...(isListed ? withoutUndefined(target) : {}) };
}

interface Target {
  readonly holder: string;
  readonly section?: string | undefined;
}

function bodyOf({ verb, section: s }: LifeStep, { holder, section }: Target, kind: string): unknown {
  switch (verb) {
    case 'amend':
      return amended(kind, s % 2 === 0 ? undefined : holder);
    case 'suspend':
      return { reason: ACTION_REASONS.suspend[0], until: instantAfter(DAY_MS / 4) };
    case 'resume':
      return {};
    case 'restrict':
      return {
        reason: 'by-originator',
        holders: [{ org: holder, ...(section === undefined ? {} : { sections: [section] }) }],
      };
    case 'extend':
      return { reason: ACTION_REASONS.extend[0], expiresAt: instantAfter((200 + 5 * s) * DAY_MS) };
    case 'unseal':
      return { to: holder, section };
    case 'withdraw':
      return { reason: ACTION_REASONS.withdraw[0] };
  }
}

/** An example with a short life, so that it can be extended. */
function draftOf(kind: string): { readonly header: object; readonly sections: object } {
  const { header, sections } = exampleDraft(kind);
  return { header: { ...header, reviewAfter: 'P3M', expiresAfter: 'P6M' }, sections };
}

/** The same draft, or one that only this organisation gets, also if the example excludes it. */
function amended(kind: string, only: string | undefined): unknown {
  const { header, sections } = draftOf(kind);
  return { header: only === undefined ? header : { ...header, addressees: [only], excluded: [] }, sections };
}

const instantAfter = (ms: number): string => new Date(Date.now() + ms).toISOString();

function withoutUndefined({ holder, section }: Target): {
  readonly holder: string;
  readonly section?: string;
} {
  return section === undefined ? { holder } : { holder, section };
}
