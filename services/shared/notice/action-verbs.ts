/** What an originator can do to a published notice besides amending it, which is a new revision. */
export const ACTION_VERBS = [
  'suspend',
  'resume',
  'withdraw',
  'restrict',
  'lift',
  'extend',
  'unseal',
  'decline',
  'review',
] as const;

/** One of `ACTION_VERBS`. */
export type ActionVerb = (typeof ACTION_VERBS)[number];

/** Whom an action means: every holder, or the holders that its leaves name. */
export type HolderScope = 'all' | 'listed';

/** The verbs that end or bar sharing: no rule, suspension or revocation keeps them from a holder. */
export const ENDING_VERBS: ReadonlySet<ActionVerb> = new Set(['withdraw', 'restrict', 'suspend']);

/** The closed list of reasons of each verb; a verb with an empty list is signed without a reason. */
export const ACTION_REASONS: Readonly<Record<ActionVerb, readonly string[]>> = {
  suspend: ['under-review', 'basis-in-doubt'],
  resume: [],
  withdraw: ['purpose-achieved', 'basis-gone', 'issued-in-error'],
  restrict: ['no-longer-shared', 'by-policy', 'by-originator'],
  lift: [],
  extend: ['still-needed'],
  unseal: [],
  decline: ['not-permitted', 'not-available', 'not-necessary'],
  review: ['justified', 'unjustified'],
};

/** The verbs that holders answer: all but a lift, which is handed to nobody. */
export const ANSWERED_VERBS = ACTION_VERBS.filter((verb) => verb !== 'lift');

const LISTED: ReadonlySet<ActionVerb> = new Set(['restrict', 'lift', 'unseal', 'decline']);

/** Returns the only scope that a verb has. */
export function scopeOf(verb: ActionVerb): HolderScope {
  return LISTED.has(verb) ? 'listed' : 'all';
}

/**
 * The most actions on one notice besides a withdrawal, which is always accepted. Every register has room for as
 * many, so that the order in which they reach a holder never decides which of them count.
 */
export const MAX_NOTICE_ACTIONS = 256;

/** True for one of `ACTION_VERBS`. */
export function isActionVerb(value: unknown): value is ActionVerb {
  return ACTION_VERBS.some((verb) => verb === value);
}

/** True for a verb that ends or bars, among words that may be no verb of an action. */
export function isEndingVerb(word: unknown): boolean {
  return isActionVerb(word) && ENDING_VERBS.has(word);
}

/** What an organisation sends to the hub: an action, by its verb, or another item. */
export type SentKind = ActionVerb | 'notice' | 'request' | 'release' | 'key-request' | 'key-revocation';

/** True for what the hub takes from a member that is suspended or leaving: what ends or bars, and revocations of its keys. */
export function isTakenWhenSuspended(kind: SentKind): boolean {
  return kind === 'key-revocation' || isEndingVerb(kind);
}
