import { KINDS, type Kind } from './kinds.js';

/**
 * What an organisation owes within a time: the receipt for a notice, the answer of a holder to an action of each verb, or
 * the originator's answer to a request.
 */
export const DUTIES = [
  'receipt',
  'suspend',
  'resume',
  'withdraw',
  'restrict',
  'extend',
  'unseal',
  'decline',
  'review',
  'cancel',
  'request',
] as const;

/** A word of `DUTIES`. */
export type Duty = (typeof DUTIES)[number];

/** How long each duty may stay open, in milliseconds, for each kind of notice. */
export type Deadlines = Readonly<Record<Duty, Readonly<Record<Kind, number>>>>;

/** A duty about a notice of this kind, open since a time in milliseconds since the epoch. */
export interface OpenDuty {
  readonly duty: Duty;
  readonly kind: Kind;
  readonly since: number;
}

/** Returns the time from which an open duty is overdue, in milliseconds since the epoch. */
export function deadlineOf(deadlines: Deadlines, { duty, kind, since }: OpenDuty): number {
  return since + deadlines[duty][kind];
}

/** True once the deadline of an open duty has passed; times are in milliseconds since the epoch. */
export function isOverdue(deadlines: Deadlines, open: OpenDuty, now: number): boolean {
  return now >= deadlineOf(deadlines, open);
}

/** Returns deadlines that give each duty and kind the same time; demonstrations use them. */
export function equalDeadlines(seconds: number): Deadlines {
  return deadlinesFrom(() => seconds * 1_000);
}

/** Makes deadlines from a length in milliseconds for each duty and kind. */
export function deadlinesFrom(lengthOf: (duty: Duty, kind: Kind) => number): Deadlines {
  const byKind = (duty: Duty) => Object.fromEntries(KINDS.map((kind) => [kind, lengthOf(duty, kind)]));
  return Object.fromEntries(DUTIES.map((duty) => [duty, byKind(duty)])) as Deadlines;
}
