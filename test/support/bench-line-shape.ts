import { expect } from 'vitest';
import type { BenchLine } from '../bench/measurement.js';

export const figuresShape = {
  median: expect.any(Number),
  least: expect.any(Number),
  most: expect.any(Number),
};

/** The fields that every bench prints with `--json`, besides its own. */
export function lineShape(bench: string, { nats = false } = {}) {
  return {
    bench,
    at: expect.stringMatching(/^2[0-9]{3}-.*Z$/) as string,
    machine: {
      cpu: expect.any(String),
      cores: expect.any(Number),
      node: process.version,
      ...(nats ? { nats: expect.stringMatching(/^2\./) } : {}),
    },
    figures: expect.any(Array),
    series: expect.any(Array),
  };
}

/** Checks that names are unique, medians are within their spread, and ratios refer to existing figures. */
export function expectSound({ figures, series }: BenchLine): void {
  const names = figures.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, value, ratio } of figures) {
    expect(value.least, name).toBeLessThanOrEqual(value.median);
    expect(value.median, name).toBeLessThanOrEqual(value.most);
    if (ratio !== undefined) expect(names, name).toContain(ratio.to);
    if (ratio !== undefined) expect(ratio.median, name).toBeGreaterThan(0);
  }
  for (const { name, lines } of series)
    for (const { points } of lines) expect(points.length, name).toBeGreaterThan(1);
}
