import { isHolding } from '../kernel/receipt-types.js';
import { deadlineOf, type Deadlines, type Duty } from './deadlines.js';
import type { Kind } from './kinds.js';

/** The stages of a notice, in order (docs/life-of-a-notice.md#stages); the first one is the same for all recipients. */
export const STAGES = ['accepted', 'routed', 'delivered', 'held', 'acted'] as const;

/** One of `STAGES`. */
export type StageName = (typeof STAGES)[number];

/** What the hub or an organisation signed; `at` in milliseconds since the epoch. */
export interface SignedWord {
  readonly word: string;
  readonly code?: string | undefined;
  readonly at: number;
  readonly by: string;
  readonly kid?: string | undefined;
}

/** A stage that was reached or missed, or is awaited; times in milliseconds since the epoch. */
export interface Stage extends Partial<SignedWord> {
  readonly stage: StageName;
  readonly outcome: 'positive' | 'negative' | 'open';
  /** The signed word; for an open stage the state that is known without a signature. */
  readonly word: string;
  /** When the evidence of the stage is due; absent when that is not known any more. */
  readonly deadline?: number;
  /** The action that `acted` is about. */
  readonly verb?: Duty | undefined;
}

/** A revision of a notice; `submitted` in milliseconds since the epoch. */
export interface StagedNotice {
  readonly kind: Kind;
  readonly submitted: number;
}

/** An action or recall that was handed to a recipient, and its answer; `since` in milliseconds since the epoch. */
export interface StagedOrder {
  readonly verb: Duty;
  /** Undefined when that is not known any more; then it has its answer. */
  readonly since: number | undefined;
  readonly answer: SignedWord | undefined;
}

/** What is known of a notice at one recipient. */
export interface StagedRecipient {
  /** What the hub decided; its word is the outcome. */
  readonly routed: SignedWord | undefined;
  /** What the recipient signed about the delivery; its word is the type of the receipt. */
  readonly receipt: SignedWord | undefined;
  /** True when the receipt is for another delivery than the hub reported. */
  readonly isDisputed: boolean;
  /** Why the receipt is still missing; undefined when none is awaited. */
  readonly awaited: string | undefined;
  /** Every action that was handed to it, oldest first. */
  readonly orders: readonly StagedOrder[];
  /** What it signed later about its copy, without an action, such as `destroyed` after the expiry. */
  readonly later: SignedWord | undefined;
}

/** Who looks at the stages, and when; `observer` states what is missing after its deadline. */
export interface StageContext {
  readonly deadlines: Deadlines;
  readonly now: number;
  readonly observer: string;
}

/** The word of the observer for a stage without evidence by its deadline. */
const NO_EVIDENCE = 'no-evidence';

/** Returns the first stage from the report of the hub: its word is `accepted` or `refused`, or undefined while it is awaited. */
export function acceptedStage(
  notice: StagedNotice,
  report: SignedWord | undefined,
  context: StageContext,
): Stage {
  const deadline = receiptDeadline(notice, context);
  if (report === undefined) return awaited('accepted', { word: 'queued', deadline }, context);
  return signed('accepted', report, { isPositive: report.word === 'accepted', deadline });
}

/** Returns the stages after `accepted` that a recipient reached or missed, or that are awaited of it. */
export function recipientStages(
  notice: StagedNotice,
  known: StagedRecipient,
  context: StageContext,
): readonly Stage[] {
  const { routed } = known;
  const first =
    routed === undefined ? [] : [signed('routed', routed, { isPositive: routed.word !== 'denied' })];
  return [...first, ...deliveryStages(notice, known, context), ...actedStage(notice, known, context)];
}

function deliveryStages(
  notice: StagedNotice,
  { receipt, isDisputed, awaited: why }: StagedRecipient,
  context: StageContext,
): readonly Stage[] {
  const deadline = receiptDeadline(notice, context);
  if (receipt === undefined)
    return why === undefined ? [] : [awaited('delivered', { word: why, deadline }, context)];
  const { code: _code, ...by } = receipt;
  if (isDisputed) {
    const differs = { ...by, word: 'delivery-differs' };
    return [signed('delivered', differs, { isPositive: false, deadline })];
  }
  return [
    signed('delivered', { ...by, word: 'delivered' }, { isPositive: true, deadline }),
    signed('held', receipt, { isPositive: isHolding(receipt.word), deadline }),
  ];
}

/** Returns the action whose answer is due first, or the newest one that can change something if no answer is due. */
function actedStage(
  { kind }: StagedNotice,
  { orders, later }: StagedRecipient,
  context: StageContext,
): readonly Stage[] {
  const due = orders
    .flatMap(({ verb, since, answer }) => {
      if (since === undefined || answer !== undefined) return [];
      return [{ verb, deadline: deadlineOf(context.deadlines, { duty: verb, kind, since }) }];
    })
    .toSorted((a, b) => a.deadline - b.deadline);
  const [first] = due;
  if (first !== undefined)
    return [{ ...awaited('acted', { word: 'owed', deadline: first.deadline }, context), verb: first.verb }];
  const newest = orders.findLast(({ verb, answer }) => answer !== undefined && verb !== 'review');
  if (newest?.answer === undefined)
    return later === undefined ? [] : [signed('acted', later, { isPositive: true })];
  const { verb, answer } = newest;
  return [{ ...signed('acted', answer, { isPositive: isCarriedOut(verb, answer.word) }), verb }];
}

/** Actions that leave nothing to do to an organisation that does not hold the notice. */
const TAKING_AWAY: readonly Duty[] = ['withdraw', 'cancel', 'restrict', 'suspend'];

function isCarriedOut(verb: Duty, word: string): boolean {
  return word === 'held' || word === 'destroyed' || (word === 'not-held' && TAKING_AWAY.includes(verb));
}

/** The evidence of acceptance and delivery is due with the receipt. */
function receiptDeadline({ kind, submitted }: StagedNotice, { deadlines }: StageContext): number {
  return deadlineOf(deadlines, { duty: 'receipt', kind, since: submitted });
}

interface SignedParams {
  readonly isPositive: boolean;
  readonly deadline?: number;
}

function signed(stage: StageName, by: SignedWord, { isPositive, deadline }: SignedParams): Stage {
  const outcome = isPositive ? 'positive' : 'negative';
  return { stage, outcome, ...by, ...(deadline === undefined ? {} : { deadline }) };
}

interface AwaitedParams {
  readonly word: string;
  readonly deadline: number;
}

function awaited(
  stage: StageName,
  { word, deadline }: AwaitedParams,
  { now, observer }: StageContext,
): Stage {
  if (now < deadline) return { stage, outcome: 'open', word, deadline };
  return { stage, outcome: 'negative', word: NO_EVIDENCE, at: now, by: observer, deadline };
}
