import { TOLD_TO_RECIPIENT } from '../../shared/bus/accounts.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { KINDS } from '../../shared/notice/kinds.js';
import { bothPatterns, parseStatusPattern, type StatusPattern } from '../../shared/wire/status-pattern.js';
import { EVENTS } from '../../shared/wire/status-words.js';
import type { StatusEvent } from './status-events.js';

/** Lists of words: each must be met by one of its own. */
export interface Filters {
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly kind?: readonly string[];
  readonly event?: readonly string[];
  readonly outcome?: readonly string[];
}

/** What somebody wants to hear, and with whose ears: absent, the federation's own. */
export interface TailRequest {
  readonly subject: string;
  readonly filters: Filters;
  readonly org?: OrgId;
}

/** Whether it leaves nothing out: then what is missing was not heard. */
export function isWhole({ subject, org }: TailRequest): boolean {
  return org === undefined && Object.keys(patternOf(subject)).length === 0;
}

/**
 * What to ask a broker for so that a key that hears only of `org` may: each of its permissions, as far as the subject
 * reaches. Throws `subject-invalid`, and `forbidden` when that is not at all.
 */
export function patternsOf({ subject, org }: TailRequest): readonly StatusPattern[] {
  const pattern = patternOf(subject);
  if (org === undefined) return [pattern];
  const heard = [{ originator: org }, ...TOLD_TO_RECIPIENT.map((event) => ({ event, recipient: org }))];
  const patterns = heard.flatMap((one) => bothPatterns(one, pattern) ?? []);
  if (patterns.length > 0) return patterns;
  throw fail('forbidden', `\`${org}\` hears nothing of \`${subject}\``);
}

function patternOf(subject: string): StatusPattern {
  const pattern = parseStatusPattern(subject);
  if (pattern !== undefined) return withKnownWords(pattern);
  const all = 'status.<event>.<from>.<to>.<kind>';
  throw fail(
    'subject-invalid',
    `no event can have the subject \`${subject}\`: each has one of the form \`${all}\``,
  );
}

/** Nothing has another event or kind; `_` is the kind of what is about no notice. */
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

/** Every organisation that it names. */
export function membersIn({ subject, filters: { from = [], to = [] } }: TailRequest): readonly string[] {
  const { originator = '_', recipient = '_' } = patternOf(subject);
  return [...from, ...to, ...[originator, recipient].filter((token) => token !== '_')];
}

export function passes({ filters }: TailRequest, facts: StatusEvent): boolean {
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
