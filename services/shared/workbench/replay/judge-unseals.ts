import type { OrgId } from '../../kernel/ids.js';
import { type RecordedAction, readRecordedAction } from '../../ledger/action.js';
import type { UnsealPart } from '../../ledger/listed-part.js';
import type { Report } from '../../ledger/record.js';
import type { UnactPart } from '../../ledger/record-own-parts.js';
import type { DecidingPolicies } from './deciding-policies.js';
import type { EarlierRecords } from './earlier-records.js';
import type { NamedRecord, ReplayTally } from './findings.js';
import type { SettleOptions } from './settle-doubts.js';

/** The unseals of one record, and the actions that it takes back: rules decided them, about a notice of an earlier record. */
export interface DoubtedActions {
  readonly type: 'actions';
  readonly named: NamedRecord;
  readonly issuedAt: Date;
  readonly unseals: readonly RecordedAction[];
  readonly unacts: readonly UnactPart[];
  readonly by: DecidingPolicies;
}

/** Returns what rules decided about the actions of a record; undefined when they decided nothing. */
export function doubtedActions(
  { beside, unacts, issuedAt }: Report,
  named: NamedRecord,
  by: DecidingPolicies,
): DoubtedActions | undefined {
  const unseals = (beside.actions ?? []).map(readRecordedAction).filter(({ verb }) => verb === 'unseal');
  if (unseals.length + unacts.length === 0) return undefined;
  return { type: 'actions', named, issuedAt, unseals, unacts, by };
}

type Settling = SettleOptions & { readonly earlier: EarlierRecords; readonly tally: ReplayTally };

/** Judges unseals and what a narrowing takes back of them, with the revisions that earlier records hold. */
export function settleActions(doubt: DoubtedActions, settling: Settling): void {
  const { org } = doubt.named;
  for (const action of doubt.unseals) {
    // Recorded again with a frame that was made anew: it was judged by the record before.
    const isKnown = settling.earlier.action(org, action.digest) !== undefined;
    for (const part of unsealsIn(action))
      if (isKnown) settling.tally.confirm(1);
      else settleUnseal(doubt, { action, part, recorded: 'permitted' }, settling);
  }
  for (const { to, digest } of doubt.unacts) {
    const action = settling.earlier.action(org, digest);
    if (action === undefined) settling.tally.leave('earlier-record');
    else settleUnact(doubt, { action, to }, settling);
  }
}

const unsealsIn = ({ listed }: RecordedAction): readonly UnsealPart[] =>
  listed.filter((part): part is UnsealPart => 'disclosure' in part);

interface JudgedUnseal {
  readonly action: RecordedAction;
  readonly part: UnsealPart;
  readonly recorded: 'permitted' | 'denied';
}

function settleUnseal(
  { named, by }: DoubtedActions,
  { action: { id, digest: action }, part, recorded }: JudgedUnseal,
  { earlier, tally, isWhole }: Settling,
): void {
  const { to: recipient, section } = part;
  const revision = earlier.revision(named.org, part.digest);
  if (revision === undefined && !isWhole) return tally.leave('earlier-record');
  const { attributes } = revision ?? {};
  const verdict = attributes && by.policy.unseal({ attributes, recipient, section });
  if ((verdict?.open === true) === (recorded === 'permitted')) return tally.confirm(1);
  if (!by.isExact) return tally.leave('other-directory');
  const rules = verdict?.open === false ? verdict.rules : [];
  tally.find({ code: 'decision-differs', ...named, id, action, recipient, section, recorded, rules });
}

/** Judges a narrowing that keeps an action from a holder: key and notice come before the rules. */
function settleUnact(
  doubt: DoubtedActions,
  { action, to }: { readonly action: RecordedAction; readonly to: OrgId },
  settling: Settling,
): void {
  const { by, named, issuedAt } = doubt;
  const revoked = by.directory.key(action.kid)?.revokedAt;
  const part = unsealsIn(action).find((one) => one.to === to);
  const revision = part && settling.earlier.revision(named.org, part.digest);
  const isExplained =
    (revoked !== undefined && revoked <= issuedAt) ||
    (revision !== undefined && settling.earlier.isOver(named.org, { ...revision, number: Infinity })) ||
    (revision !== undefined && revision.exp * 1000 <= issuedAt.getTime());
  if (isExplained) settling.tally.confirm(1);
  else if (part === undefined) settling.tally.leave('key-revoked');
  else settleUnseal(doubt, { action, part, recorded: 'denied' }, settling);
}
