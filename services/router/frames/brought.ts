import { isCode } from '../../shared/kernel/errors.js';
import { verifyActionsIn } from '../../shared/ledger/action.js';
import { type Report, verifyReport } from '../../shared/ledger/record.js';
import { MAX_NARROWINGS } from '../../shared/wire/frame-limits.js';
import { frames, type LedgerRecord } from '../../shared/wire/frames.js';
import type { Snapshot } from '../hub.js';
import type { Frame } from './frame.js';

/** A verified report of the hub that the originator sent along with its frame. */
export interface Brought {
  readonly report: Report;
  /** Its record. The encoding is canonical, so these are the recorded bytes. */
  readonly bytes: Uint8Array;
}

/**
 * The reports that a gateway sends along with an offered frame, which the ledger may have lost
 * (docs/architecture.md#rule-3).
 */
export interface BroughtReports {
  readonly routing: Brought | undefined;
  /** Oldest first, as on the ledger, whose order a receipt must name; those of one second as the originator sent them. */
  readonly narrowings: readonly Brought[];
}

/**
 * Verifies the reports sent along with a frame. Treats a report as absent if it does not verify or is about another frame.
 */
export async function openBrought(frame: Frame, snapshot: Snapshot): Promise<BroughtReports> {
  const records = [...(frame.report === undefined ? [] : [frame.report]), ...frame.narrowings];
  const brought = await Promise.all(
    records.slice(0, MAX_NARROWINGS + 1).map((record) => open(record, frame, snapshot)),
  );
  const reports = brought.filter((one): one is Brought => one !== undefined);
  return {
    routing: reports.find(({ report }) => report.reason === 'routing'),
    narrowings: reports
      .filter(({ report }) => report.reason === 'narrowing')
      .toSorted((one, other) => one.report.issuedAt.getTime() - other.report.issuedAt.getTime()),
  };
}

async function open(
  record: LedgerRecord,
  { org, id }: Frame,
  { directory, now }: Snapshot,
): Promise<Brought | undefined> {
  try {
    const report = await verifyReport(record, { directory, now, org });
    verifyActionsIn(report);
    return report.frame === id ? { report, bytes: frames.record.encode(record) } : undefined;
  } catch (thrown) {
    if (isCode(thrown, 'internal')) throw thrown;
    return undefined;
  }
}
