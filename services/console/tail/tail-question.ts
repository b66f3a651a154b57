import { fail, isCode } from '../../shared/kernel/errors.js';
import type { RingFilter } from '../../shared/store/console/console-ring.js';
import { parseStatusPattern } from '../../shared/wire/status-pattern.js';

/** The query of the tail, as `tailSchema` in `http-stream.ts` checks it. */
export interface TailQuery extends Readonly<Partial<Record<ListName, readonly string[]>>> {
  readonly subject?: string;
  readonly since?: string;
}

/** What a tail query selects. */
export interface TailSelection {
  /** Undefined when no event can match. */
  readonly filter: RingFilter | undefined;
  /** Milliseconds since the epoch; undefined: from now on. */
  readonly since: number | undefined;
}

/** The list parameters, and the column of the ring that each filters. */
const COLUMNS = {
  event: 'event',
  from: 'originator',
  to: 'recipient',
  kind: 'kind',
  outcome: 'outcome',
} as const;

type ListName = keyof typeof COLUMNS;

/** The names of the list parameters. */
export const LIST_NAMES = Object.keys(COLUMNS) as readonly ListName[];

const WORD = /^(?:[a-z0-9][a-z0-9-]{0,63}|_)$/;
const MAX_WORDS = 64;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses a query of the tail; an event must match every list and the subject. Throws `usage`. */
export function readQuestion(query: TailQuery, now: number): TailSelection {
  const lists = LIST_NAMES.map((name) => [COLUMNS[name], wordsOf(query[name], name)] as const);
  const filter = Object.fromEntries(lists.filter(([, words]) => words !== undefined)) as RingFilter;
  const pattern = patternOf(query.subject);
  return {
    filter: pattern === undefined ? undefined : narrowed(filter, pattern),
    since: sinceOf(query.since, now),
  };
}

/** The words of a list, which may be given in one parameter or in several; undefined for an empty one. */
function wordsOf(texts: readonly string[] = [''], name: string): readonly string[] | undefined {
  if (texts.length === 1 && texts[0] === '') return undefined;
  const words = texts.flatMap((text) => text.split(','));
  const bad = words.find((word) => !WORD.test(word));
  if (bad === undefined && words.length <= MAX_WORDS) return words;
  throw fail('usage', `\`${name}\` is a list of at most ${MAX_WORDS} names, separated by commas`);
}

function patternOf(subject = ''): ReturnType<typeof parseStatusPattern> {
  if (subject === '') return {};
  try {
    return parseStatusPattern(subject);
  } catch (error) {
    if (isCode(error, 'subject-invalid')) throw fail('usage', `\`subject\`: ${error.message}`);
    throw error;
  }
}

/** Narrows the lists by the tokens of the subject. */
function narrowed(
  filter: RingFilter,
  pattern: NonNullable<ReturnType<typeof parseStatusPattern>>,
): RingFilter | undefined {
  const columns = Object.entries(pattern).map(([column, word]) => {
    const words = filter[column as keyof RingFilter];
    return [column, words === undefined || words.includes(word) ? [word] : []] as const;
  });
  if (columns.some(([, words]) => words.length === 0)) return undefined;
  return { ...filter, ...Object.fromEntries(columns) };
}

function sinceOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined || text === '' || text === 'now') return undefined;
  const [, count, unit] = /^([1-9][0-9]{0,5})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit ?? ''] ?? 0);
  const time = /^2\d{3}-\d{2}-\d{2}T[\d:.]{5,15}Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw fail('usage', '`since` is a time such as `2026-11-25T10:00:00Z`, or how long ago, such as `15m`');
}
