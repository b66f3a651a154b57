import type { Home } from '../../../services/shared/runtime/home.js';
import { findRunning } from '../../../services/cli/home/run-file.js';
import { residentOf, usageOf } from '../usage.js';

/** The kinds of processes of a federation; all gateways are one kind. */
export const PROCESS_KINDS = ['gateways', 'router', 'nats', 'auditor', 'console', 'simulator'] as const;
export type ProcessKind = (typeof PROCESS_KINDS)[number];

/** A figure for each kind as fields of one row: `gatewaysMicros`, `routerMicros`, … */
export type KindFields<Unit extends string> = Readonly<Record<`${ProcessKind}${Unit}`, number>>;

/** A process at one moment. */
export interface ProcessUse {
  readonly process: string;
  /** CPU seconds so far. */
  readonly cpu: number;
  readonly residentMiB: number;
}

/** Reads every process of the federation in a home, in the order of its `run.json`; an ended process has zeros. */
export function processUses(home: Home): readonly ProcessUse[] {
  return Object.entries(findRunning(home)?.processes ?? {})
    .map(([process, pid]) => ({ process, cpu: usageOf(pid).cpu, residentMiB: residentOf(pid) }))
    .filter(({ residentMiB }) => residentMiB > 0);
}

/** Returns the CPU seconds that each process spent between two moments. */
export function spentBetween(
  before: readonly ProcessUse[],
  after: readonly ProcessUse[],
): ReadonlyMap<string, number> {
  const begun = new Map(before.map(({ process, cpu }) => [process, cpu]));
  return new Map(after.map(({ process, cpu }) => [process, cpu - (begun.get(process) ?? 0)]));
}

/** Sums the figures of the processes of each kind. */
export function byKind<Unit extends string>(
  unit: Unit,
  values: Iterable<readonly [process: string, value: number]>,
): KindFields<Unit> {
  const sums = Object.fromEntries(PROCESS_KINDS.map((kind) => [`${kind}${unit}`, 0]));
  for (const [process, value] of values) {
    const field = `${kindOf(process)}${unit}`;
    sums[field] = (sums[field] ?? 0) + value;
  }
  return sums as KindFields<Unit>;
}

function kindOf(process: string): ProcessKind {
  const found = PROCESS_KINDS.find((kind) => kind === process || process.startsWith(`${kind}-`));
  return found ?? 'gateways';
}
