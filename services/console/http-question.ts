import { fail, isCode } from '../shared/kernel/errors.js';
import { didYouMean } from '../shared/kernel/nearest.js';
import type { RingFilter } from '../shared/store/console/console-ring.js';
import { parseStatusPattern } from '../shared/wire/status-pattern.js';

export type Query = Readonly<Record<string, unknown>>;

/** What somebody asks of the tail. */
export interface Question {
  /** Undefined: nothing can match. */
  readonly filter: RingFilter | undefined;
  /** Milliseconds since the epoch; undefined: from now on. */
  readonly since: number | undefined;
}

const COLUMNS = {
  event: 'event',
  from: 'originator',
  to: 'recipient',
  kind: 'kind',
  outcome: 'outcome',
} as const;
const KNOWN = [...Object.keys(COLUMNS), 'subject', 'since', 'after'];
const WORD = /^(?:[a-z0-9][a-z0-9-]{0,63}|_)$/;
const MAX_WORDS = 64;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `event from to kind outcome subject since`; the lists and the subject must both match. Throws `usage`. */
export function readQuestion(query: Query, now: number): Question {
  const unknown = Object.keys(query).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    throw fail('usage', `unknown parameter \`${unknown}\`${didYouMean(unknown, KNOWN)}`);
  const lists = Object.entries(COLUMNS).map(([name, column]) => [column, wordsOf(query, name)] as const);
  const filter = Object.fromEntries(lists.filter(([, words]) => words !== undefined)) as RingFilter;
  const pattern = patternOf(query['subject']);
  return {
    filter: pattern === undefined ? undefined : both(filter, pattern),
    since: sinceOf(query['since'], now),
  };
}

function wordsOf(query: Query, name: string): readonly string[] | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  const words = [value].flat().flatMap((text) => String(text).split(','));
  const bad = words.find((word) => !WORD.test(word));
  if (bad === undefined && words.length <= MAX_WORDS) return words;
  throw fail('usage', `\`${name}\` is a list of at most ${MAX_WORDS} names, with commas between them`);
}

function patternOf(value: unknown): ReturnType<typeof parseStatusPattern> {
  if (value === undefined || value === '') return {};
  try {
    return parseStatusPattern(String(value));
  } catch (error) {
    if (isCode(error, 'subject-invalid')) throw fail('usage', `\`subject\`: ${error.message}`);
    throw error;
  }
}

/** What a subject asks of a token narrows the list of that column. */
function both(
  filter: RingFilter,
  pattern: NonNullable<ReturnType<typeof parseStatusPattern>>,
): RingFilter | undefined {
  const narrowed = Object.entries(pattern).map(([column, word]) => {
    const words = filter[column as keyof RingFilter];
    return [column, words === undefined || words.includes(word) ? [word] : []] as const;
  });
  if (narrowed.some(([, words]) => words.length === 0)) return undefined;
  return { ...filter, ...Object.fromEntries(narrowed) };
}

function sinceOf(value: unknown, now: number): number | undefined {
  if (value === undefined || value === '' || value === 'now') return undefined;
  const text = String(value);
  const [, count, unit] = /^([1-9][0-9]{0,5})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit ?? ''] ?? 0);
  const time = /^2\d{3}-\d{2}-\d{2}T[\d:.]{5,15}Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw fail('usage', '`since` is a time such as `2026-11-25T10:00:00Z`, or how long ago, such as `15m`');
}
