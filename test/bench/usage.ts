import { readFileSync } from 'node:fs';

/** The resources that a process used so far. */
export interface Usage {
  /** CPU seconds. */
  readonly cpu: number;
  /** Peak resident memory in MiB. */
  readonly peak: number;
}

/** Linux reports hundredths of a second, whatever the kernel's tick is. */
const TICKS = 100;

/** Reads `/proc`; zeros where there is none. */
export function usageOf(pid: number | undefined): Usage {
  if (pid === undefined) return { cpu: 0, peak: 0 };
  const fields = (read(`/proc/${pid}/stat`).split(') ').at(-1) ?? '').split(' ');
  const cpu = (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS;
  const peak = Number(/^VmHWM:\s+([0-9]+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
  return { cpu, peak };
}

/** Returns the resident memory of a process in MiB. */
export function residentOf(pid: number): number {
  return Number(/^VmRSS:\s+([0-9]+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The counts by size, and the median. */
export interface Histogram {
  readonly median: number;
  readonly largest: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Counts sizes by powers of two: `1`, `2`, `3-4`, `5-8`, … */
export function histogramOf(sizes: readonly number[]): Histogram {
  const sorted = sizes.toSorted((a, b) => a - b);
  const counts: Record<string, number> = {};
  for (const size of sorted) {
    const top = 2 ** Math.ceil(Math.log2(size));
    const name = top <= 2 ? String(top) : `${top / 2 + 1}-${top}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, largest: sorted.at(-1) ?? 0, counts };
}
