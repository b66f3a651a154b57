import { seconds } from '../../shared/kernel/clock.js';
import type { CommandRecord } from '../../shared/ledger/command-record.js';
import type { QuarantineRecord } from '../../shared/ledger/quarantine-record.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { digest, digestOfHex } from '../../shared/trust/digest.js';
import { noteBaseline } from './named-policies.js';
import { addRecord, type RecordPosition } from './projection.js';

type Named = 'digest' | 'org' | 'frame' | 'issuedAt';

/** Applies a quarantine record to the projection, once. Call within a transaction. */
export function applyQuarantine(
  store: RouterStore,
  record: Pick<QuarantineRecord, Named | 'entries'>,
  recordPosition: RecordPosition,
): void {
  const at = seconds(record.issuedAt);
  if (!addRecord(store, { ...record, type: 'quarantine', exp: at }, recordPosition)) return;
  // Refused notices are counted with the report on their frame.
  const messages = record.entries.filter(({ what }) => what === 'message');
  if (messages.length > 0) store.quotas.add(record.org, messages.length, at);
  for (const { entry, reason, what } of record.entries) {
    store.quarantine.open({ org: record.org, entry }, { reason, what, at, place: recordPosition.place });
  }
}

/** Applies a command record to the projection, once. Call within a transaction. */
export function applyCommand(
  store: RouterStore,
  record: Pick<CommandRecord, Named | 'part' | 'token'>,
  recordPosition: RecordPosition,
): void {
  const { org, part, token } = record;
  if (!addRecord(store, { ...record, type: 'command', exp: part.accepted }, recordPosition)) return;
  const { command: id, verb, person, seq, accepted, outcome, entry } = part;
  store.quarantine.setCommand({ id, digest: digest(token), verb, person, entry, seq, accepted, outcome });
  if (outcome === 'adopted' && verb === 'baseline')
    noteBaseline(store, { bundle: digestOfHex(entry), issuedAt: record.issuedAt });
  if (!closesEntry(outcome)) return;
  store.quarantine.close({ org, entry }, { place: recordPosition.place, at: seconds(record.issuedAt) });
}

/** True for an outcome after which the entry is no longer in quarantine. */
export function closesEntry(outcome: string): boolean {
  return outcome === 'routed' || outcome === 'discarded';
}
