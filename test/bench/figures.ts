import { cpus } from 'node:os';

/** Median and spread of one measurement over several rounds. */
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

/** Returns the quantile: the value that a share (0 to 1) of all values does not exceed; 0 for no values. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Returns the slope of y over x by least squares. */
export function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const above = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const below = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

/** Returns the figures of a single value. */
export function once(value: number): Figures {
  return { median: value, least: value, most: value };
}

/** The machine that was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** Version of the nats-server, if one was measured. */
  readonly nats?: string;
}

export function thisMachine(nats?: string): Machine {
  const all = cpus();
  const machine = { cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length, node: process.version };
  return nats === undefined ? machine : { ...machine, nats };
}

/** Formats the machine as one line of text. */
export function machineText({ cpu, cores, node, nats }: Machine): string {
  const broker = nats === undefined ? '' : `, nats-server ${nats}`;
  return `${cpu}, ${cores} cores, Node ${node}${broker}`;
}
