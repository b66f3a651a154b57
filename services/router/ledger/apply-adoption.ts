import { seconds } from '../../shared/kernel/clock.js';
import type { AdoptionRecord } from '../../shared/ledger/release/adoption-record.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { addRecord, type RecordPosition } from './projection.js';

/** Applies the record of a judgement to the projection, once. Call within a transaction. */
export function applyAdoption(
  store: RouterStore,
  record: Pick<AdoptionRecord, 'digest' | 'org' | 'frame' | 'issuedAt' | 'part'>,
  recordPosition: RecordPosition,
): void {
  const { issuedAt, part } = record;
  if (!addRecord(store, { ...record, type: 'adoption', exp: seconds(issuedAt) }, recordPosition)) return;
  const { release, bundle, by } = part;
  const findings = JSON.stringify(part.findings);
  // A record states its time in whole seconds: a router that wrote it and one that read it note the same.
  store.releases.judge({ release, bundle, findings, at: seconds(issuedAt) * 1000, by });
}
