import { isCode } from '../../shared/kernel/errors.js';
import { type Report, verifyReport } from '../../shared/ledger/record.js';
import { MAX_NARROWINGS } from '../../shared/wire/frame-limits.js';
import { frames, type LedgerRecord } from '../../shared/wire/frames.js';
import type { Snapshot } from '../hub.js';
import type { Frame } from './frame.js';

/** A report of the hub as the originator of its frame brought it along, verified. */
export interface Brought {
  readonly report: Report;
  /** Its record; as the canonical form is the only one, these are the bytes that were recorded. */
  readonly bytes: Uint8Array;
}

/** What a gateway brought along with a frame that it offers again: upper bounds of every decision (docs/architecture.md#rule-3). */
export interface BroughtReports {
  readonly routing: Brought | undefined;
  readonly narrowings: readonly Brought[];
}

/** Verifies the reports that came with a frame. One that does not verify, or is about another frame, counts as absent. */
export async function openBrought(frame: Frame, snapshot: Snapshot): Promise<BroughtReports> {
  const records = [...(frame.report === undefined ? [] : [frame.report]), ...frame.narrowings];
  const brought = await Promise.all(
    records.slice(0, MAX_NARROWINGS + 1).map((record) => open(record, frame, snapshot)),
  );
  const reports = brought.filter((one): one is Brought => one !== undefined);
  return {
    routing: reports.find(({ report }) => report.reason === 'routing'),
    narrowings: reports.filter(({ report }) => report.reason === 'narrowing'),
  };
}

async function open(
  record: LedgerRecord,
  { org, id }: Frame,
  { directory, now }: Snapshot,
): Promise<Brought | undefined> {
  try {
    const report = await verifyReport(record, { directory, now, org });
    return report.frame === id ? { report, bytes: frames.record.encode(record) } : undefined;
  } catch (thrown) {
    if (isCode(thrown, 'internal')) throw thrown;
    return undefined;
  }
}
