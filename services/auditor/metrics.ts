import { type Code, CODES } from '../shared/kernel/errors.js';
import type { Meter } from '../shared/runtime/meter.js';
import type { Archive } from './archive.js';
import type { ArchiveFollower } from './follower.js';
import type { Heartbeats } from './heartbeats.js';

/** The auditor's counters. */
export interface AuditorMetrics {
  /** Counts a record that no router signed. */
  foreign(code: Code): void;
  /** Counts records that the broker dropped before they were archived. */
  lost(records: number): void;
  /** Counts a heartbeat that was not published. */
  unsent(code: Code): void;
}

/** Registers the auditor's counters. */
export function createAuditorMetrics(meter: Meter): AuditorMetrics {
  const codes = (name: string, help: string): ((code: Code) => void) =>
    meter.counters({ name: `liaison_auditor_${name}_total`, help, label: 'code', values: CODES });
  return {
    foreign: codes('foreign_records', 'Records refused because no router signed them, by reason'),
    lost: meter.counter({
      name: 'liaison_auditor_lost_records_total',
      help: 'Records that the broker lost before they were archived',
    }),
    unsent: codes('heartbeat_failures', 'Heartbeats that could not be published, by reason'),
  };
}

interface Gauged {
  readonly archive: Pick<Archive, 'count'>;
  readonly follower: Pick<ArchiveFollower, 'behind'>;
  readonly heartbeats: Pick<Heartbeats, 'last'>;
}

/** Registers the auditor's gauges, read at each scrape. */
export function measureAuditor(meter: Meter, { archive, follower, heartbeats }: Gauged): void {
  const gauge = (name: string, help: string, read: () => number | undefined): void =>
    meter.gauge({ name: `liaison_auditor_${name}`, help }, read);
  gauge('records', 'Records in the archive, over all epochs of the ledger', archive.count);
  gauge('lag_records', 'Records of the ledger that are not archived yet, at the last pull', follower.behind);
  gauge('heartbeat_timestamp_seconds', 'When the last heartbeat was published', () => {
    const time = heartbeats.last()?.time.getTime();
    return time === undefined ? undefined : time / 1000;
  });
}
