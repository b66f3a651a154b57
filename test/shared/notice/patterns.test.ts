import { readdirSync, readFileSync } from 'node:fs';
import { checkSync } from 'recheck';
import { expect, test } from 'vitest';

const folder = new URL('../../../proto/schema/', import.meta.url);
const source = readdirSync(folder)
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');
const patterns = [
  ...new Set([...source.matchAll(/"pattern": ("(?:[^"\\]|\\.)*")/g)].map(([, json = '""']) => json)),
];

test('there are patterns to check', () => {
  expect(patterns.length).toBeGreaterThan(3);
});

test.each(patterns)('the pattern %s has no slow input', (json) => {
  expect(checkSync(JSON.parse(json), 'u').status).toBe('safe');
});

test('every string and list of the schemas is bounded, and every object closed', () => {
  const unbounded: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const schema = node as Record<string, unknown>;
    const bounded = 'enum' in schema || 'const' in schema;
    if (schema['type'] === 'string' && !bounded && !('maxLength' in schema)) unbounded.push(path);
    if (schema['type'] === 'array' && 'items' in schema && !('maxItems' in schema) && !path.includes('kind-'))
      unbounded.push(path);
    if (
      schema['type'] === 'object' &&
      'additionalProperties' in schema &&
      schema['additionalProperties'] !== false
    ) {
      unbounded.push(path);
    }
    for (const [key, value] of Object.entries(schema)) walk(value, `${path}/${key}`);
  };
  for (const file of readdirSync(folder)) walk(JSON.parse(readFileSync(new URL(file, folder), 'utf8')), file);
  expect(unbounded).toEqual([]);
});
