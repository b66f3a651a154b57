import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { eachDenied } from '../../shared/ledger/denials.js';
import type { DenialPart } from '../../shared/ledger/record-parts.js';
import { subjects } from '../../shared/wire/subjects.js';
import { forwardAgain } from './answered.js';
import type { DecidedNotice } from './decide.js';
import type { Handled } from './deliver.js';
import type { Hub } from '../hub.js';
import type { Signed } from './record.js';

/** The same signed reports → `in.report.<frame>`, what was answered already, then the status events. */
export async function reportFrame(hub: Hub, handled: Handled): Promise<void> {
  await sendReports(hub, handled.frame.org, handled.reports);
  if (handled.notices.some(({ answered }) => answered.size > 0)) await forwardAgain(hub, handled.frame);
  // The frame is settled first: whoever watches can wait.
  setImmediate(() => {
    try {
      tell(hub, handled);
    } catch (thrown) {
      hub.events.alarm('status-not-told', errorFrom(thrown).code, { originator: handled.frame.org });
    }
  });
}

/** One that does not fit into the originator's IN is asked for again: what is unsettled is offered again. */
export async function sendReports(
  { publishToInbox }: Pick<Hub, 'publishToInbox'>,
  originator: OrgId,
  reports: readonly Signed[],
): Promise<void> {
  for (const { id, bytes } of reports)
    await publishToInbox(originator, { subject: subjects.report(id), bytes });
}

function tell(hub: Hub, { frame, notices, refused, handed, isNew }: Handled): void {
  if (!isNew) return;
  for (const notice of notices) tellNotice(hub, { frame, notice, handed });
  for (const { jti, code } of refused) {
    hub.events.emit('refused', { originator: frame.org, frame: frame.id, jti, code });
  }
}

interface Telling extends Pick<Handled, 'frame' | 'handed'> {
  readonly notice: DecidedNotice;
}

function tellNotice({ events }: Hub, { frame, handed, notice }: Telling): void {
  const { part, decisions, denials } = notice;
  const { jti, attributes } = part;
  const { org: originator, id } = frame;
  const { kind } = attributes;
  events.emit('submitted', { originator, kind, frame: id, jti });
  for (const { to: recipient, outcome, sections, rules } of [
    ...decisions.filter(concerns),
    ...denials.filter(concerns).flatMap(eachDenied),
  ]) {
    const status = handed.get(recipient);
    const isWaiting = outcome !== 'denied' && (status === 'parked' || status === 'deferred');
    const ids = rules.map((rule) => rule.id);
    const said = { originator, kind, frame: id, jti, recipient, outcome, sections, rules: ids };
    events.emit(isWaiting ? status : outcome, said);
  }
}

/** Whom a notice is not addressed to it has nothing to do with; of many members those are nearly all. */
function concerns({ because }: Pick<DenialPart, 'because'>): boolean {
  return because !== 'not-addressed';
}
