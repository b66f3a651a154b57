import { seconds } from '../../shared/kernel/clock.js';
import type { FrameId } from '../../shared/kernel/ids.js';
import type { Command } from '../../shared/ledger/command.js';
import type { ReleaseInCommand } from '../../shared/ledger/command/commanded-release.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import type { CommandRecord } from '../../shared/ledger/command-record.js';
import type { QuarantineRecord } from '../../shared/ledger/quarantine-record.js';
import { recallFrame } from '../../shared/ledger/recall.js';
import type { RecordedShares } from '../../shared/store/router/router-shares.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { digest, digestOfHex } from '../../shared/trust/digest.js';
import { memoryEnd } from './apply-acts.js';
import { applyRecall } from './apply-recall.js';
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
  record: Pick<CommandRecord, Named | 'part' | 'token'> & Pick<Command, 'released'>,
  recordPosition: RecordPosition,
): void {
  const { org, part, token, released, issuedAt } = record;
  const stored = { ...record, type: 'command', exp: part.accepted, ...recallFields(record) } as const;
  if (!addRecord(store, stored, recordPosition)) return;
  const { command: id, verb, person, seq, accepted, outcome, entry } = part;
  const known = { id, digest: digest(token), verb, person, entry, record: record.digest };
  store.quarantine.setCommand({ ...known, seq, accepted, outcome });
  if (outcome === 'cancelled') applyRecall(store, record);
  if (outcome === 'submitted' && released !== undefined) submitReleased(store, released, issuedAt);
  if (outcome === 'adopted' && verb === 'baseline') {
    const bundle = digestOfHex(entry);
    noteBaseline(store, { bundle, issuedAt });
    // Where members release their rules, the newest judgement names what is missing.
    const judgement = { release: null, bundle, findings: '[]', at: issuedAt.getTime(), by: person };
    if (store.releases.bundle() !== undefined) store.releases.judge(judgement);
  }
  if (!closesEntry(outcome)) return;
  store.quarantine.close({ org, entry }, { place: recordPosition.place, at: seconds(issuedAt) });
}

/** Adds a release of the federation to those that wait for their judgement. */
function submitReleased(store: RouterStore, { wire, verified }: ReleaseInCommand, issuedAt: Date): void {
  const { statement: token, files } = wire;
  const { statement, digest: release, version } = verified;
  const about = { org: LEDGER_OWNER, statement, digest: release, version };
  // A record states its time in whole seconds: a router that wrote it and one that read it note the same.
  store.releases.submit({ ...about, token, files, at: seconds(issuedAt) * 1000 });
}

/**
 * Returns the fields that replace those of other commands in the stored record of a recall's command. Both records of
 * a recall are kept as long as its notice may live, because they are handed over.
 */
function recallFields({
  part: { outcome, accepted },
  digest: named,
}: Pick<CommandRecord, 'part' | 'digest'>): { exp?: number; frame?: FrameId; shares?: string } {
  const exp = memoryEnd(accepted * 1000);
  if (outcome === 'proposed') return { exp };
  if (outcome !== 'cancelled') return {};
  // Its delivery rests on this record and has no notices.
  const shares: RecordedShares = { notices: [], left: {}, gone: {} };
  return { exp, frame: recallFrame(named), shares: JSON.stringify(shares) };
}

/** True for an outcome after which the entry is no longer in quarantine. */
export function closesEntry(outcome: string): boolean {
  return outcome === 'routed' || outcome === 'discarded';
}
