import type { Chance } from '../shared/kernel/chance.js';
import type { Draft } from '../shared/notice/draft.js';
import type { LocalSystemClient, NoticeState, OrderOutcome, ShownLife } from './gateway-http.js';
import { freshCanaries } from './fresh-canaries.js';
import type { GivenRevision } from './notice-life.js';

/** An accepted notice, with what changes during its life. */
export interface LivingNotice {
  readonly id: string;
  canaries: ReadonlyMap<string, string>;
  shown: NoticeState | undefined;
  /** The revisions before the newest. */
  earlier: readonly GivenRevision[];
  life: ShownLife | undefined;
}

/** The plans of what originators do to their notices after these settled. */
export interface NoticePlans {
  /** Draws the plan for an accepted notice; most notices get none. */
  plan(id: string, draft: Draft): void;
  /**
   * Takes the next step of the plan of a settled notice, or reads the outcome of the last step. Resolves to
   * true while the plan is not done. Rejects when the gateway does not answer; the next call then takes the
   * same step.
   */
  advance(gateway: LocalSystemClient, notice: LivingNotice): Promise<boolean>;
  /** Cancels all further steps, except for the resume of a suspended notice. */
  finish(): void;
}

/** One step of a plan. */
type Step = 'amend' | 'withdraw' | 'suspend' | 'resume' | 'unseal' | 'restrict';

/**
 * Plans and their weights in per cent, roughly as police systems correct, withdraw and restrict what they
 * exchange.
 */
const PLANS: readonly (readonly [readonly Step[], number])[] = [
  [[], 74],
  [['amend'], 7],
  [['withdraw'], 6],
  [['suspend', 'resume'], 3],
  [['unseal'], 4],
  [['restrict'], 5],
  [['restrict', 'withdraw'], 1],
];

const DAY_MS = 86_400_000;

interface NoticePlansDeps {
  readonly chance: Chance;
  /** Called with the canaries of a revision before it is sent. */
  readonly onInvented: (canaries: ReadonlyMap<string, string>) => void;
  /** Called with the code when a gateway refuses a step that is valid. */
  readonly onRefused: (id: string, verb: string, code: string) => void;
  readonly now: () => number;
}

interface Plan {
  readonly draft: Draft;
  readonly steps: Step[];
  /** Number of steps taken, which makes the idempotency key of the next. */
  taken: number;
  /** True until the outcome of the last step is known. */
  isWaiting: boolean;
}

/** Creates the plans of one simulation; the first notice is drawn at `plan`. */
export function createNoticePlans(deps: NoticePlansDeps): NoticePlans {
  const plans = new Map<string, Plan>();
  let isFinishing = false;
  return {
    plan: (id, draft) => {
      const steps = [...deps.chance.weighted(PLANS)];
      if (steps.length > 0) plans.set(id, { draft, steps, taken: 0, isWaiting: false });
    },
    advance: async (gateway, notice) => {
      const plan = plans.get(notice.id);
      if (plan === undefined) return false;
      if (plan.isWaiting) {
        notice.life = await gateway.life(notice.id);
        if (notice.life.actions.some(isOpen)) return true;
        plan.isWaiting = false;
      }
      const [step] = isFinishing && plan.steps[0] !== 'resume' ? [] : plan.steps;
      if (step === undefined || !isAlive(notice)) return !plans.delete(notice.id);
      plan.isWaiting = await take({ ...deps, gateway, plan, notice }, step);
      plan.steps.shift();
      plan.taken += 1;
      return true;
    },
    finish: () => void (isFinishing = true),
  };
}

const isOpen = ({ state }: { readonly state: string }): boolean => state === 'queued' || state === 'routed';
const isAlive = ({ shown }: LivingNotice): boolean => shown?.state === 'settled';

interface TakeParams extends NoticePlansDeps {
  readonly gateway: LocalSystemClient;
  readonly plan: Plan;
  readonly notice: LivingNotice;
}

/** Takes a step; resolves to false when it has no holder to act on, or the gateway refuses it. */
async function take(params: TakeParams, step: Step): Promise<boolean> {
  const { gateway, notice, plan, onRefused } = params;
  const key = `life-${notice.id}-${plan.taken}`;
  if (step === 'unseal') return unseal(params, key);
  const order = orderOf(params, step);
  if (step !== 'amend' && order === undefined) return false;
  const answer = order === undefined ? await amend(params, key) : await gateway.order(notice.id, order, key);
  if (answer.type === 'refused') onRefused(notice.id, step, answer.code);
  return answer.type === 'accepted';
}

/**
 * The most sections that are tried: the gateway refuses a section that the holder's report does not
 * advertise.
 */
const MAX_TRIES = 12;

/** Unseals the first section that the gateway accepts. The hub may still refuse it by the rules. */
async function unseal({ gateway, notice, chance }: TakeParams, key: string): Promise<boolean> {
  const withheld = holdersOf(notice).flatMap(({ org, withheld: sections }) =>
    sections.map((section) => ({ to: org, section })),
  );
  if (withheld.length === 0) return false;
  for (const [at, body] of chance.some(withheld, [MAX_TRIES, MAX_TRIES]).entries()) {
    const answer = await gateway.order(notice.id, { verb: 'unseal', body }, `${key}-${at}`);
    if (answer.type === 'accepted') return true;
  }
  return false;
}

const holdersOf = ({ shown }: LivingNotice) =>
  (shown?.recipients ?? []).filter(({ receipt }) => receipt?.type === 'held');

/** Returns the order of a step; undefined for a restriction without a holder, an unseal and an amendment. */
function orderOf({ chance, notice, now }: TakeParams, step: Step) {
  const holders = holdersOf(notice);
  switch (step) {
    case 'withdraw':
      return { verb: step, body: { reason: 'issued-in-error' } };
    case 'suspend':
      return {
        verb: step,
        body: { reason: 'under-review', until: `${new Date(now() + DAY_MS).toISOString().slice(0, 19)}Z` },
      };
    case 'resume':
      return { verb: step, body: {} };
    case 'restrict': {
      if (holders.length === 0) return undefined;
      const { org, sections: held } = chance.one(holders);
      // A notice with handling code H3 is never held without its handling note.
      const sections = held.filter((section) => section !== 'handlingNote');
      const isWhole = sections.length < 2 || chance.next() < 0.3;
      const holder = isWhole ? { org } : { org, sections: [chance.one(sections)] };
      return { verb: step, body: { reason: 'by-originator', holders: [holder] } };
    }
    case 'unseal':
    case 'amend':
      return undefined;
  }
}

/**
 * Submits the draft again with fresh canaries, and records what recipients were given of the revision before.
 */
async function amend({ gateway, notice, plan, onInvented }: TakeParams, key: string): Promise<OrderOutcome> {
  const { draft, canaries } = freshCanaries({ draft: plan.draft, canaries: notice.canaries });
  onInvented(canaries);
  const answer = await gateway.amend(notice.id, draft, key);
  if (answer.type === 'refused') return answer;
  const { canaries: before, shown } = notice;
  notice.earlier = [...notice.earlier, { canaries: before, recipients: shown?.recipients ?? [] }];
  notice.canaries = canaries;
  return answer;
}
