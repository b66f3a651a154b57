import { seconds } from '../../shared/kernel/clock.js';
import type { Hub } from '../hub.js';
import { applyReport, type RecordPosition, reportEnd } from '../ledger/projection.js';
import { isForgotten } from '../ledger/prune-archived.js';
import type { Brought, BroughtReports } from './brought.js';
import type { Frame } from './frame.js';

/**
 * Records again, byte for byte, the reports that an originator sends along and that the ledger has lost. So a
 * recipient that they allowed stays a holder, and receipts that name them count; the present decisions narrow
 * them afterwards (docs/architecture.md#rule-3). A routing report is not recorded again once the frame has
 * another one, nor any report once the sweep forgets what it decided: old frames cost no records. Throws `busy`, `full`.
 */
export async function restoreReports(
  { store, ledger, snapshot }: Pick<Hub, 'store' | 'ledger' | 'snapshot'>,
  { org, id }: Pick<Frame, 'org' | 'id'>,
  { routing, narrowings }: BroughtReports,
): Promise<void> {
  const restore = async ({ report, bytes }: Brought): Promise<void> => {
    const { digest } = report;
    const end = Math.max(reportEnd(report), seconds(report.issuedAt));
    if (store.ledger.has(digest) || isForgotten(end, snapshot().now)) return;
    const apply = (at: RecordPosition): void => applyReport(store, report, at);
    await ledger.write({ org, position: store.ledger.lastSeq(org), bytes, digest, apply });
  };
  if (routing !== undefined && store.ledger.reportOn(org, id) === undefined) await restore(routing);
  for (const narrowing of narrowings) await restore(narrowing);
}
