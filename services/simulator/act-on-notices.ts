import type { Chance } from '../shared/kernel/chance.js';
import type { Draft } from '../shared/notice/draft.js';
import type { LifeOrder, LocalSystemClient, NoticeState, ShownLife } from './gateway-http.js';
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
  /** True when an order about it is not settled: recipients may hold it as before the order, or as after it. */
  isChanging: boolean;
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
  /** Reads what has become of the last step of a notice whose plan is not done. Rejects as `advance` does. */
  review(gateway: LocalSystemClient, notice: LivingNotice): Promise<void>;
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
  /** The request of a step that has no answer yet: it is repeated unchanged, as its idempotency key requires. */
  request: StepRequest | undefined;
}

/** What a step sends: the next revision, or orders of which the first that is accepted counts. */
type StepRequest =
  | { readonly draft: Draft; readonly canaries: ReadonlyMap<string, string>; readonly before: GivenRevision }
  | { readonly orders: readonly LifeOrder[] };

/** Creates the plans of one simulation; the first notice is drawn at `plan`. */
export function createNoticePlans(deps: NoticePlansDeps): NoticePlans {
  const plans = new Map<string, Plan>();
  let isFinishing = false;
  const nextStep = ({ steps, request }: Plan): Step | undefined =>
    isFinishing && request === undefined && steps[0] !== 'resume' ? undefined : steps[0];
  return {
    plan: (id, draft) => {
      const steps = [...deps.chance.weighted(PLANS)];
      if (steps.length > 0) plans.set(id, { draft, steps, taken: 0, isWaiting: false, request: undefined });
    },
    advance: async (gateway, notice) => {
      const plan = plans.get(notice.id);
      if (plan === undefined) return false;
      if (plan.isWaiting) {
        notice.life = await gateway.life(notice.id);
        if (notice.life.actions.some(isOpen)) return true;
        plan.isWaiting = false;
      }
      const step = nextStep(plan);
      if (step === undefined || !isAlive(notice)) return !plans.delete(notice.id);
      await take({ ...deps, gateway, plan, notice }, step);
      return true;
    },
    review: async (gateway, notice) => {
      const { isWaiting = false, request } = plans.get(notice.id) ?? {};
      if (!isWaiting && request === undefined) return;
      notice.isChanging = true;
      notice.life = await gateway.life(notice.id);
      notice.isChanging = request !== undefined || notice.life.actions.some(isOpen) || !hasSettled(notice);
    },
    finish: () => void (isFinishing = true),
  };
}

const isOpen = ({ state }: { readonly state: string }): boolean => state === 'queued' || state === 'routed';
const isAlive = ({ shown }: LivingNotice): boolean => shown?.state === 'settled';
const hasSettled = ({ shown }: LivingNotice): boolean => shown !== undefined && !isOpen(shown);

interface RequestParams extends NoticePlansDeps {
  readonly plan: Plan;
  readonly notice: LivingNotice;
}

/** Draws what a step sends; undefined when there is no holder to act on. */
function requestOf(params: RequestParams, step: Step): StepRequest | undefined {
  if (step === 'amend') return amendmentOf(params);
  const orders = ordersOf(params, step);
  return orders.length === 0 ? undefined : { orders };
}

/** Draws the draft again with fresh canaries, with what recipients were given of the revision before. */
function amendmentOf({ plan, notice: { canaries: last, shown }, onInvented }: RequestParams): StepRequest {
  const { draft, canaries } = freshCanaries({ draft: plan.draft, canaries: last });
  onInvented(canaries);
  return { draft, canaries, before: { canaries: last, recipients: shown?.recipients ?? [] } };
}

/**
 * The most sections that are tried: the gateway refuses a section that the holder's report does not
 * advertise.
 */
const MAX_TRIES = 12;

function ordersOf(
  { chance, notice, now }: RequestParams,
  step: Exclude<Step, 'amend'>,
): readonly LifeOrder[] {
  const holders = holdersOf(notice);
  switch (step) {
    case 'withdraw':
      return [{ verb: step, body: { reason: 'issued-in-error' } }];
    case 'suspend': {
      const until = `${new Date(now() + DAY_MS).toISOString().slice(0, 19)}Z`;
      return [{ verb: step, body: { reason: 'under-review', until } }];
    }
    case 'resume':
      return [{ verb: step, body: {} }];
    case 'restrict': {
      if (holders.length === 0) return [];
      const { org, sections: held } = chance.one(holders);
      // A notice with handling code H3 is never held without its handling note.
      const sections = held.filter((section) => section !== 'handlingNote');
      const isWhole = sections.length < 2 || chance.next() < 0.3;
      const holder = isWhole ? { org } : { org, sections: [chance.one(sections)] };
      return [{ verb: step, body: { reason: 'by-originator', holders: [holder] } }];
    }
    case 'unseal': {
      const withheld = holders.flatMap(({ org, withheld: sections }) =>
        sections.map((section) => ({ to: org, section })),
      );
      if (withheld.length === 0) return [];
      return chance.some(withheld, [MAX_TRIES, MAX_TRIES]).map((body) => ({ verb: step, body }));
    }
  }
}

const holdersOf = ({ shown }: LivingNotice) =>
  (shown?.recipients ?? []).filter(({ receipt }) => receipt?.type === 'held');

interface SendParams extends RequestParams {
  readonly gateway: LocalSystemClient;
}

/** Takes a step; it has no effect when there is no holder to act on, or the gateway refuses it. */
async function take(params: SendParams, step: Step): Promise<void> {
  const { plan } = params;
  plan.request ??= requestOf(params, step);
  plan.isWaiting = plan.request !== undefined && (await send(params, step));
  plan.request = undefined;
  plan.steps.shift();
  plan.taken += 1;
}

/** Sends the request of a step; resolves to false when the gateway refuses it. The hub may still refuse it by the rules. */
async function send({ gateway, notice, plan, onRefused }: SendParams, step: Step): Promise<boolean> {
  const { request, taken } = plan;
  if (request === undefined) return false;
  const refuse = ({ code }: { readonly code: string }): false => {
    onRefused(notice.id, step, code);
    return false;
  };
  const key = `life-${notice.id}-${taken}`;
  if ('draft' in request) {
    const answer = await gateway.amend(notice.id, request.draft, key);
    if (answer.type === 'refused') return refuse(answer);
    notice.earlier = [...notice.earlier, request.before];
    notice.canaries = request.canaries;
    return true;
  }
  for (const [at, order] of request.orders.entries()) {
    const answer = await gateway.order(notice.id, order, `${key}-${at}`);
    if (answer.type === 'accepted') return true;
    // Only the gateway knows which sections can be unsealed: if it refuses one, the next is tried.
    if (step !== 'unseal') return refuse(answer);
  }
  return false;
}
