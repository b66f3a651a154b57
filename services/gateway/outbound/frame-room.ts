import type { OrgId } from '../../shared/kernel/ids.js';
import {
  mostActionBytes,
  mostReportBytes,
  mostSuspensionBytes,
  roomForReport,
} from '../../shared/ledger/report-size.js';
import type { Unframed, UnframedItem } from '../../shared/store/gateway/gateway-make-frames.js';
import { MAX_FRAME_BYTES, MAX_PAIRS } from '../../shared/wire/frame-limits.js';

/** The room of one frame; each method counts what it takes, and returns false for what does not fit. */
export interface FrameRoom {
  takesItem(item: Pick<UnframedItem, 'bytes' | 'pairs'>): boolean;
  takesNotice(notice: Pick<Unframed, 'sdJwt' | 'listed' | 'isSuspended'>): boolean;
}

/**
 * Counts the content of one frame and of the report on it; `others` are all possible recipients. The first item always fits.
 * Once an item does not fit, no later one is taken, which keeps the order.
 */
export function createFrameRoom(others: readonly OrgId[]): FrameRoom {
  const room = roomForReport(others);
  let [bytes, report, pairs, count] = [0, 0, 0, 0];
  const take = (more: {
    readonly bytes: number;
    readonly report: number;
    readonly pairs: number;
  }): boolean => {
    bytes += more.bytes;
    report += more.report;
    pairs += more.pairs;
    count += 1;
    return count === 1 || (bytes <= MAX_FRAME_BYTES && report <= room && pairs <= MAX_PAIRS);
  };
  return {
    takesItem: (item) =>
      take({
        bytes: item.bytes.length,
        report: mostActionBytes(item.bytes.length, others),
        pairs: item.pairs,
      }),
    takesNotice: ({ sdJwt, listed, isSuspended }) =>
      take({
        bytes: sdJwt.length,
        report: mostReportBytes(listed, others) + (isSuspended === 1 ? mostSuspensionBytes(others) : 0),
        pairs: Math.min(listed ?? others.length, others.length),
      }),
  };
}
