import { fail } from '../../shared/kernel/errors.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import { recordsOfLife } from '../log/life-records.js';
import type { Primary } from './primary.js';

/** Enough for all records of one answer. */
const ALL = Number.MAX_SAFE_INTEGER;

/**
 * Returns the reader of the auditor's records in the order of a life of the log. Throws `not-ready` while the auditor is in another
 * one, and as `primary` does.
 */
export function recordsInLife({ life, records }: Pick<Primary, 'life' | 'records'>, number: number) {
  const page = async function* (from: number): AsyncGenerator<KeptEntry> {
    yield* await records(from);
  };
  return async (from: number): Promise<readonly KeptEntry[]> => {
    if (number === 1) return records(from);
    const shown = await life();
    if (shown?.life !== number) throw fail('not-ready', `the auditor is not in life ${number} of the log`);
    const { read } = recordsOfLife({ count: () => ALL, read: page }, shown.begunBy);
    const listed: KeptEntry[] = [];
    for await (const record of read(from, ALL)) listed.push(record);
    return listed;
  };
}
