import { RECIPIENT_EVENTS } from '../../shared/bus/accounts.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { KINDS } from '../../shared/notice/kinds.js';
import { bothPatterns, parseStatusPattern, type StatusPattern } from '../../shared/wire/status-pattern.js';
import { EVENTS } from '../../shared/wire/status-words.js';
import type { StatusEvent } from './status-events.js';

/** Filters of status events: an event passes when each list contains its value. */
export interface Filters {
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly kind?: readonly string[];
  readonly event?: readonly string[];
  readonly outcome?: readonly string[];
}

/** The request of a tail. With `org`, limited to what that organisation may see. */
export interface TailRequest {
  readonly subject: string;
  readonly filters: Filters;
  readonly org?: OrgId;
}

/** Returns true if the request excludes no event, so that a missing sequence number is a missed event. */
export function isUnfiltered({ subject, org }: TailRequest): boolean {
  return org === undefined && Object.keys(patternOf(subject)).length === 0;
}

/**
 * Returns the patterns to subscribe to: for `org`, each of its permissions intersected with the subject. Throws
 * `subject-invalid`, and `forbidden` when the organisation may see none of the subject.
 */
export function subjectPatterns({ subject, org }: TailRequest): readonly StatusPattern[] {
  const pattern = patternOf(subject);
  if (org === undefined) return [pattern];
  const permitted = [{ originator: org }, ...RECIPIENT_EVENTS.map((event) => ({ event, recipient: org }))];
  const patterns = permitted.flatMap((one) => bothPatterns(one, pattern) ?? []);
  if (patterns.length > 0) return patterns;
  throw fail('forbidden', `\`${org}\` may not see \`${subject}\``);
}

function patternOf(subject: string): StatusPattern {
  const pattern = parseStatusPattern(subject);
  if (pattern !== undefined) return withKnownWords(pattern);
  const all = 'status.<event>.<from>.<to>.<kind>';
  throw fail('subject-invalid', `no event has the subject \`${subject}\`: expected the form \`${all}\``);
}

/** Refuses unknown events and kinds; `_` is the kind of events that are not about a notice. */
function withKnownWords(pattern: StatusPattern): StatusPattern {
  const { event, kind } = pattern;
  for (const [word, known] of [
    [event, EVENTS],
    [kind, [...KINDS, '_']],
  ] as const) {
    if (word === undefined || known.some((one) => one === word)) continue;
    throw fail('subject-invalid', `unknown word \`${word}\`${nearestOrAll(word, known)}`);
  }
  return pattern;
}

/** Returns the organisations that the subject and the filters name. */
export function namedMembers({ subject, filters: { from = [], to = [] } }: TailRequest): readonly string[] {
  const { originator = '_', recipient = '_' } = patternOf(subject);
  return [...from, ...to, ...[originator, recipient].filter((token) => token !== '_')];
}

/** Returns true if an event passes the filters. */
export function passesFilters({ filters }: TailRequest, facts: StatusEvent): boolean {
  const { from, to, kind, event, outcome } = filters;
  const among = (list: readonly string[] | undefined, value: string | undefined): boolean =>
    list === undefined || (value !== undefined && list.includes(value));
  return (
    among(from, facts.originator) &&
    among(to, facts.recipient) &&
    among(kind, facts.kind) &&
    among(event, facts.event) &&
    among(outcome, facts.outcome)
  );
}
