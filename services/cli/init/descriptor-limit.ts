import { readFileSync } from 'node:fs';

/**
 * Returns how many descriptors a child of this process may open: the hard limit, to which nats-server raises its own. Undefined
 * where the system does not tell, or sets no limit.
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
