import type { OrgId } from '../../shared/kernel/ids.js';
import type { DecisionPart, NoticePart } from '../../shared/ledger/record-parts.js';
import type { Because } from '../../shared/notice/because.js';
import type { LastingBar } from '../../shared/notice/lasting-bars.js';
import { type Decision, DENIED } from '../../shared/policy/decision.js';
import { narrow } from '../../shared/policy/narrow.js';
import type { PolicyNotice } from '../../shared/policy/plan.js';
import { isSuspended } from '../../shared/trust/directory.js';
import type { SubmittedNotice } from '../../shared/trust/open-notice.js';
import type { Snapshot } from '../hub.js';

/** What a decision is made from. `part` may have been recorded long ago. */
export interface DecideNowParams {
  readonly part: Pick<NoticePart, 'attributes' | 'sections'>;
  readonly snapshot: Snapshot;
  readonly notice?: Pick<SubmittedNotice, 'routing'>;
  readonly recipients?: readonly OrgId[];
  /** What restrictions by the originator take. */
  readonly barred?: ReadonlyMap<string, LastingBar> | undefined;
  /** Denies every recipient, for this reason. */
  readonly because?: Because;
}

/** Decides from the snapshot alone, without regard to what is recorded. */
export function decideNow({
  part,
  snapshot,
  notice,
  recipients,
  barred,
  because,
}: DecideNowParams): readonly Decision[] {
  const { addressees = recipients, excluded } = notice?.routing ?? {};
  const asked: PolicyNotice = {
    attributes: part.attributes,
    sections: part.sections,
    closed: closedFor(snapshot, because),
    ...(addressees === undefined ? {} : { addressees }),
    ...(excluded === undefined ? {} : { excluded }),
    ...(recipients === undefined ? {} : { recipients }),
    ...(barred === undefined ? {} : { barred }),
  };
  return snapshot.policy.decide(asked);
}

/** Recipients that are denied whatever the policies say, and why: suspended ones, or all of them when `because` is given. */
export function closedFor({ directory, now }: Snapshot, because?: Because): ReadonlyMap<OrgId, Because> {
  const closed = new Map<OrgId, Because>();
  for (const organisation of directory.organisations.values()) {
    if (because !== undefined) closed.set(organisation.id, because);
    else if (isSuspended(organisation, now)) closed.set(organisation.id, 'suspended');
  }
  return closed;
}

/** Narrows one recorded decision by the present one; a recipient without a present decision gets nothing. */
export function narrowTo(recorded: DecisionPart, now: readonly Decision[]): DecisionPart {
  const decision = now.find(({ recipient }) => recipient === recorded.to);
  return narrow(recorded, decision ?? { ...endedFor(recorded.to), because: 'suspended' });
}

/** Narrows one recorded decision to nothing, because its notice has ended. */
export function narrowToEnd(recorded: DecisionPart): DecisionPart {
  return narrow(recorded, endedFor(recorded.to));
}

const endedFor = (recipient: OrgId): Decision => ({ ...DENIED, recipient, rules: [], because: 'ended' });
