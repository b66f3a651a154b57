import type { Clock } from '../shared/kernel/clock.js';
import { frames } from '../shared/wire/frames.js';
import type { Archive } from './archive.js';
import { claimsOf } from './record-facts.js';

/**
 * Returns the ledger's time after one more record: the record's own time, but never before that of the newest record so far.
 * A record ahead of the auditor's clock advances it only up to that clock.
 */
export function timeAfter(newest: Date, issuedAt: Date, clock: Clock): Date {
  return new Date(Math.max(newest.getTime(), Math.min(issuedAt.getTime(), clock().getTime())));
}

/** Reads the time of the last record of an archive; 1970 for an empty one. */
export async function lastTime(archive: Pick<Archive, 'count' | 'read'>): Promise<Date> {
  for await (const { bytes, ruledOut } of archive.read(archive.count(), 1)) {
    const statement =
      ruledOut === undefined
        ? (frames.record.decode(bytes).statement?.statement ?? '')
        : Buffer.from(bytes).toString();
    return new Date(Number(claimsOf({ statement })['iat']) * 1000);
  }
  return new Date(0);
}
