import { InvalidArgumentError } from 'commander';
import { nearestOrAll } from '../../shared/kernel/nearest.js';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses `20s`, `5m`, `500ms`, `1h`, `1d`, or a number of seconds; returns milliseconds. */
export function parseDuration(text: string): number {
  const [, number = '', unit = 's'] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  const duration = Number(number) * (UNIT_MS[unit] ?? 0);
  if (number !== '' && duration > 0) return duration;
  throw new InvalidArgumentError('expected a time such as `20s`, `500ms`, `5m`');
}

const INSTANT =
  /^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

/** The console keeps events for a day; one minute more allows for transport. */
const MAX_SINCE_MS = 86_460_000;

/** Parses a time such as `2026-11-25T10:00:00Z`, or a duration before now; at most a day ago. */
export function parseSince(text: string): Date {
  const since = readSince(text);
  if (Date.now() - since.getTime() <= MAX_SINCE_MS) return since;
  throw new InvalidArgumentError('expected a time at most a day ago: older events are not kept');
}

/** Parses a time such as `2026-11-25T10:00:00Z`, or a duration before now such as `7d`. */
export function parsePast(text: string): Date {
  return readSince(text);
}

/** Parses a future time, or a duration from now such as `90d`. */
export function parseUntil(text: string): Date {
  const until = INSTANT.test(text) ? new Date(text) : new Date(Date.now() + durationOrNaN(text));
  if (until.getTime() > Date.now()) return until;
  throw new InvalidArgumentError('expected a future time, such as `90d` or `2031-01-31T00:00:00Z`');
}

function durationOrNaN(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    return Number.NaN;
  }
}

const CALLER = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

/** Parses the name of a caller, which problem documents and logs may show. */
export function parseCallerName(text: string): string {
  if (CALLER.test(text)) return text;
  throw new InvalidArgumentError(
    'expected up to 64 letters, digits and `.`, `_`, `@`, `-`, such as `case-system`',
  );
}

function readSince(text: string): Date {
  const instant = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant)) return new Date(instant);
  try {
    return new Date(Date.now() - parseDuration(text));
  } catch {
    throw new InvalidArgumentError(
      'expected a duration, such as `15m`, or a time such as `2026-11-25T10:00:00Z`',
    );
  }
}

/** Returns a parser of numbers from `low` to `high`. */
export function parseNumber(low: number, high: number, whole = true): (text: string) => number {
  return (text) => {
    const number = Number(text);
    const valid =
      text.trim() !== '' && number >= low && number <= high && (!whole || Number.isInteger(number));
    if (valid) return number;
    throw new InvalidArgumentError(`expected a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
  };
}

/** Collects a list from a repeated or comma-separated option. */
export function parseList(text: string, before: readonly string[] = []): readonly string[] {
  const words = text.split(',').filter((word) => word !== '');
  if (words.length > 0) return [...before, ...words];
  throw new InvalidArgumentError('expected one name, or several separated by commas');
}

/** Collects the values of a repeated option, which may contain commas. */
export function parseRepeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/**
 * Accepts what a person types for a notice, with every verb: its id, the last digits of it, as `tail`, the lists and the console
 * show them, or either with the number of a revision behind a dot.
 */
export function parseNoticeName(text: string): string {
  if (/^[0-9a-f-]{1,36}(\.[1-9][0-9]{0,15})?$/.test(text)) return text;
  throw new InvalidArgumentError(
    'expected the id of a notice, such as `01a21070-bbba-74cf-9b6c-e735c36b95a5`, or its last digits',
  );
}

/** Returns a parser that accepts only the known words. */
export function parseWord(known: readonly string[]): (text: string) => string {
  return (text) => {
    if (known.includes(text)) return text;
    throw new InvalidArgumentError(`unknown value \`${text}\`${nearestOrAll(text, known)}`);
  };
}

/** Returns a parser of lists of known words. */
export function parseWords(
  known: readonly string[],
): (text: string, before?: readonly string[]) => readonly string[] {
  return (text, before) => parseList(text, before).map(parseWord(known));
}

/** Returns a parser of comma-separated numbers from `low` to `high`. */
export function parseNumbers(low: number, high: number, whole = true): (text: string) => readonly number[] {
  const parse = parseNumber(low, high, whole);
  return (text) => text.split(',').map(parse);
}
