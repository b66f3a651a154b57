import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { fail } from '../../services/shared/kernel/errors.js';
import type { BenchLine } from './measurement.js';

const text = { type: 'string', maxLength: 300 };
const number = { type: 'number' };

function having(
  properties: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
) {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties: { ...properties, ...optional },
  } as const;
}

const listOf = (items: object): object => ({ type: 'array', items });
const FIGURES = { median: number, least: number, most: number };
const AXIS = having({ name: text, unit: text });
const FIGURE = having(
  { name: text, unit: text, value: having(FIGURES) },
  { perSecond: having(FIGURES), ratio: having({ ...FIGURES, to: text }), headline: { const: true } },
);
const SERIES = having({
  name: text,
  x: AXIS,
  y: AXIS,
  lines: listOf(having({ name: text, points: listOf(having({ x: number, y: number })) })),
});
const LINE = having({
  bench: text,
  at: { type: 'string', pattern: '^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$' },
  machine: having({ cpu: text, cores: number, node: text }, { nats: text }),
  figures: listOf(FIGURE),
  series: listOf(SERIES),
});
const isLine = new Ajv({ strict: true }).compile(LINE);

/** Reads the lines that benches printed with `--json`. Throws `usage` with the number of a malformed line. */
function readLines(path: string): readonly BenchLine[] {
  return readText(path)
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, `${path}:${index + 1}`)]));
}

/**
 * Returns the last line of each bench, in the order in which the benches first occur. Throws `usage` as
 * `readLines` does, and for a file without a line.
 */
export function readNewest(path: string): readonly BenchLine[] {
  const newest = new Map(readLines(path).map((line) => [line.bench, line]));
  if (newest.size === 0) throw fail('usage', `\`${path}\` holds no line of a bench`);
  return [...newest.values()];
}

/**
 * Returns the last line of this bench. Throws `usage` as `readLines` does, and for a file without such a
 * line.
 */
export function readBaseline(path: string, bench: string): BenchLine {
  const line = readLines(path).findLast((each) => each.bench === bench);
  if (line !== undefined) return line;
  throw fail('usage', `\`${path}\` holds no line of \`bench ${bench} --json\``);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw fail('usage', `\`${path}\` cannot be read`);
  }
}

function parseLine(line: string, place: string): BenchLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw fail('usage', `${place}: not JSON`);
  }
  if (isLine(value)) return value as unknown as BenchLine;
  const [error] = isLine.errors ?? [];
  throw fail(
    'usage',
    `${place}: not a line of a bench: ${error?.instancePath ?? ''} ${error?.message ?? ''}`,
  );
}
