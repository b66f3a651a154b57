import { cpus } from 'node:os';

/** What came out of several rounds of the same. */
export interface Figures {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  const [least = Number.NaN, most = Number.NaN] = [sorted[0], sorted.at(-1)];
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, least, most };
}

/** The value that so much of all (0 to 1) does not exceed; 0 of none. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** How much the second grows for each one of the first, by least squares. */
export function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const above = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const below = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

/** Of what was measured once. */
export function once(value: number): Figures {
  return { median: value, least: value, most: value };
}

/** The machine that the figures are of. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** Version of the nats-server that was measured, where one was. */
  readonly nats?: string;
}

export function thisMachine(nats?: string): Machine {
  const all = cpus();
  const machine = { cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length, node: process.version };
  return nats === undefined ? machine : { ...machine, nats };
}

/** In one line, for a person. */
export function machineText({ cpu, cores, node, nats }: Machine): string {
  const broker = nats === undefined ? '' : `, nats-server ${nats}`;
  return `${cpu}, ${cores} cores, Node ${node}${broker}`;
}
