import type { Archive } from '../archive.js';
import type { BegunBy } from './life-file.js';
import { rolledBack } from './open-log.js';

/**
 * The records of the auditor's file in the order of a life of the log: in a later life the order that began it comes first, then
 * every other record. `number` is the place in this order, from 1.
 */
export type LifeRecords = Pick<Archive, 'read' | 'count'>;

/**
 * Returns the records in the order of a life; `begunBy` is undefined for the first. `read` throws `ledger-rolled-back` while the
 * file lacks the order that began the life.
 */
export function recordsOfLife(archive: LifeRecords, begunBy: BegunBy | undefined): LifeRecords {
  const { read, count } = archive;
  if (begunBy === undefined) return { read, count };
  const { record: first } = begunBy;
  return {
    count,
    read: async function* (from, limit) {
      if (count() < first)
        throw rolledBack(
          `the file has ${count()} records, and the order that began this life of the log was ${first}`,
        );
      if (limit > 0 && from === 1) for await (const one of read(first, 1)) yield { ...one, number: 1 };
      const start = Math.max(from, 2);
      for await (const one of read(start <= first ? start - 1 : start, Number.MAX_SAFE_INTEGER)) {
        if (one.number === first) continue;
        const place = one.number < first ? one.number + 1 : one.number;
        if (place - from >= limit) return;
        yield { ...one, number: place };
      }
    },
  };
}

/** Returns the index of a record's entry in a life of the log, by its number in the file: ruled-out records have none. */
export function indexOfRecord(
  number: number,
  { ruledOutBefore }: Pick<Archive, 'ruledOutBefore'>,
  begunBy: BegunBy | undefined,
): number {
  const index = number - 1 - ruledOutBefore(number);
  if (begunBy === undefined || number > begunBy.record) return index;
  return number === begunBy.record ? 0 : index + 1;
}
