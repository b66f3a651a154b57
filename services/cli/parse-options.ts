import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `20s`, `5m`, `500ms`, `1h`; a bare number is seconds. Milliseconds come out. */
export function parseDuration(text: string): number {
  const [, number = '', unit = 's'] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const duration = Number(number) * (UNIT_MS[unit] ?? 0);
  if (number !== '' && duration > 0) return duration;
  throw new InvalidArgumentError('expected a time such as `20s`, `500ms`, `5m`');
}

/** A number from `low` to `high`. */
export function parseNumber(low: number, high: number, whole = true): (text: string) => number {
  return (text) => {
    const number = Number(text);
    const valid =
      text.trim() !== '' && number >= low && number <= high && (!whole || Number.isInteger(number));
    if (valid) return number;
    throw new InvalidArgumentError(`expected a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
  };
}

/** Gathers a list from a repeated or comma-separated option. */
export function parseList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((word) => word !== '')];
}
