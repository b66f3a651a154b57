import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { eachDenied } from '../../shared/ledger/denials.js';
import type { DenialPart } from '../../shared/ledger/record-parts.js';
import { subjects } from '../../shared/wire/subjects.js';
import { forwardAgain } from './answered.js';
import type { DecidedNotice } from './decide.js';
import type { DecidedAction } from './decide-actions.js';
import type { DeliveredFrame } from './deliver.js';
import type { Hub } from '../hub.js';
import type { Signed } from './recorded-reports.js';

/**
 * Publishes the signed reports to the originator's `in.report.<frame>`, forwards receipts that the ledger holds already, then
 * emits the status events.
 */
export async function reportFrame(hub: Hub, delivered: DeliveredFrame): Promise<void> {
  await sendReports(hub, delivered.frame.org, delivered.reports);
  const { frame, frames } = delivered;
  if (isAnswered(hub, delivered)) await forwardAgain(hub, { org: frame.org, ids: frames });
  // Status events wait until the frame is settled.
  setImmediate(() => {
    try {
      emitEvents(hub, delivered);
    } catch (thrown) {
      hub.events.alarm('status-not-told', errorFrom(thrown).code, { originator: delivered.frame.org });
    }
  });
}

/** True when the ledger has receipts for something that this frame offers again. */
function isAnswered({ store }: Hub, { frame, frames, notices, isNew }: DeliveredFrame): boolean {
  if (notices.some(({ answered }) => answered.size > 0)) return true;
  if (isNew && frames.length === 1) return false;
  return store.read(() => frames.some((id) => store.deliveries.answeredBy(frame.org, id).length > 0));
}

/**
 * Publishes reports into the originator's IN. A report that IN does not accept is not retried here: the
 * originator's outbox offers the frame again until it has the report.
 */
export async function sendReports(
  { publishToInbox }: Pick<Hub, 'publishToInbox'>,
  originator: OrgId,
  reports: readonly Signed[],
): Promise<void> {
  for (const { id, bytes } of reports)
    await publishToInbox(originator, { subject: subjects.report(id), bytes });
}

function emitEvents(hub: Hub, { frame, notices, actions, refused, outcomes, isNew }: DeliveredFrame): void {
  if (!isNew) return;
  for (const decided of actions) emitRecall(hub, frame, decided);
  // The event of a notice recorded with an earlier frame was published then.
  const fresh = notices.filter(({ narrowed }) => narrowed === undefined);
  for (const notice of fresh) emitNotice(hub, { frame, notice, outcomes });
  for (const { jti, code } of refused) {
    hub.events.emit('refused', { originator: frame.org, frame: frame.id, jti, code });
  }
}

/** Publishes one event `recalled` for each holder that is handed a withdrawal. */
function emitRecall(
  { events, store }: Hub,
  { org: originator, id: frame }: DeliveredFrame['frame'],
  { action, to }: DecidedAction,
): void {
  if (action.verb !== 'withdraw') return;
  const { jti = null, kind } = store.notices.newestOf(originator, action.id) ?? {};
  for (const recipient of to) events.emit('recalled', { originator, recipient, kind, frame, jti });
}

interface EmitNoticeParams extends Pick<DeliveredFrame, 'frame' | 'outcomes'> {
  readonly notice: DecidedNotice;
}

function emitNotice({ events }: Hub, { frame, outcomes, notice }: EmitNoticeParams): void {
  const { part, decisions, denials } = notice;
  const { jti, attributes } = part;
  const { org: originator, id } = frame;
  const { kind } = attributes;
  events.emit('submitted', { originator, kind, frame: id, jti });
  for (const { to: recipient, outcome, sections, rules } of [
    ...decisions.filter(isAddressed),
    ...denials.filter(isAddressed).flatMap(eachDenied),
  ]) {
    const delivery = outcomes.get(recipient);
    const isWaiting = outcome !== 'denied' && (delivery === 'parked' || delivery === 'deferred');
    const ids = rules.map((rule) => rule.id);
    const about = { originator, kind, frame: id, jti, recipient, outcome, sections, rules: ids };
    events.emit(isWaiting ? delivery : outcome, about);
  }
}

/** Skips recipients the notice was not addressed to; with many members that is almost everyone. */
function isAddressed({ because }: Pick<DenialPart, 'because'>): boolean {
  return because !== 'not-addressed';
}
