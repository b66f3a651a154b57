/** Series of samples, one every ten seconds for half an hour: `value x180`, as promtool writes it. */
export interface AlertCase {
  readonly bad: Readonly<Record<string, string>>;
  /** The same numbers where nothing is wrong. */
  readonly good: Readonly<Record<string, string>>;
}

const always = (value: number): string => `${value}x180`;
/** A counter that moves within the last ten minutes of twenty-five. */
const moved = (to: number): string => `0x100 ${to}x80`;
const DAY = 86_400;

function level(series: string, bad: number, good: number): AlertCase {
  return { bad: { [series]: always(bad) }, good: { [series]: always(good) } };
}

function count(series: string, by = 1): AlertCase {
  return { bad: { [series]: moved(by) }, good: { [series]: always(by) } };
}

/** Each alarm with numbers that raise it and numbers that do not. */
export const ALERT_CASES: Readonly<Record<string, AlertCase>> = {
  LiaisonDown: level('up{job="liaison",instance="a",process="router"}', 0, 1),
  LiaisonSilent: {
    bad: { 'up{job="liaison",instance="a"}': always(1) },
    good: { 'up{job="liaison",instance="a"}': always(1), 'liaison_ready{instance="a"}': always(0) },
  },
  LiaisonNotReady: level('liaison_not_ready{process="router",code="auditor-silent"}', 1, 0),
  LiaisonBrokerAway: level('liaison_nats_connected{process="router"}', 0, 1),
  LiaisonBusy: level('nodejs_eventloop_lag_p99_seconds{job="liaison"}', 0.7, 0.1),
  LiaisonMemory: level('process_resident_memory_bytes{job="liaison"}', 900_000_000, 200_000_000),
  LiaisonAlarm: count('liaison_alarms_total{process="router",alarm="inbox-away"}'),
  LiaisonDirectoryEnds: level('liaison_directory_next_update_timestamp_seconds', DAY / 2, 7 * DAY),
  LiaisonDirectoriesDiffer: {
    bad: {
      'liaison_directory_version{process="a"}': always(3),
      'liaison_directory_version{process="b"}': always(4),
    },
    good: {
      'liaison_directory_version{process="a"}': always(4),
      'liaison_directory_version{process="b"}': always(4),
    },
  },
  LiaisonKeyEnds: level('liaison_key_expiry_timestamp_seconds{use="hub"}', 0, 60 * DAY),
  LiaisonSecurityEvent: count('liaison_router_security_events_total{code="signature-invalid"}'),
  LiaisonRecordsLost: count('liaison_auditor_lost_records_total'),
  LiaisonForeignRecord: count('liaison_auditor_foreign_records_total{code="signature-invalid"}'),
  LiaisonOutboxWaits: level('liaison_gateway_outbox_oldest_seconds', 400, 2),
  LiaisonReceiptsMissing: count('liaison_gateway_missing_total{code="timed-out"}'),
  LiaisonParked: level('liaison_router_parked_frames', 3, 0),
  LiaisonOrganisationSick: level('liaison_router_sick_organisations', 1, 0),
  LiaisonQuarantine: count('liaison_router_quarantined_total{code="frame-unreadable"}'),
  LiaisonDroppedAtGateway: count('liaison_gateway_broken_total{code="record-foreign"}'),
  LiaisonAuditorSilent: {
    bad: { liaison_router_heartbeat_timestamp_seconds: '0+10x120 1200x60' },
    good: { liaison_router_heartbeat_timestamp_seconds: '0+10x180' },
  },
  LiaisonLedgerLags: level('liaison_auditor_lag_records', 15_000, 100),
  LiaisonPoliciesFaulty: level('liaison_router_policies_faulty', 1, 0),
  LiaisonRefusals: {
    bad: { 'liaison_router_refused_total{code="key-expired"}': moved(30) },
    good: { 'liaison_router_refused_total{code="key-expired"}': moved(5) },
  },
  LiaisonConsoleMisses: {
    bad: { liaison_console_missed_events_total: moved(1), liaison_console_lost_events_total: always(0) },
    good: { liaison_console_missed_events_total: always(1), liaison_console_lost_events_total: always(0) },
  },
};
