import { readFileSync } from 'node:fs';

/**
 * Returns how many descriptors a child of this process may open: the hard limit, to which nats-server raises its own.
 * Undefined if the system sets no limit or does not report it.
 */
export function descriptorLimit(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const hard = /^Max open files +\S+ +(\d+)/m.exec(limits)?.[1];
    return hard === undefined ? undefined : Number(hard);
  } catch {
    return undefined;
  }
}
