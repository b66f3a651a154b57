import { decideFrame } from './decide.js';
import { deliverFrame, type DeliveredFrame } from './deliver.js';
import type { Frame } from './frame.js';
import type { Hub } from '../hub.js';
import { type OpenedFrame, openFrame } from './open.js';
import { quarantineMessage } from './quarantine-message.js';
import { recordFrame } from './record.js';
import { reportFrame } from './report.js';

/**
 * The steps for a frame of notices, injectable. Each step recognises its own earlier result, so that a crash between two
 * steps is repaired by running all of them again.
 */
export interface RecipeSteps {
  readonly open: typeof openFrame;
  readonly decide: typeof decideFrame;
  readonly record: typeof recordFrame;
  readonly deliver: typeof deliverFrame;
  readonly report: typeof reportFrame;
  readonly settle: (frame: Frame) => Promise<unknown>;
}

/** The steps that production uses. */
export const noticeSteps: RecipeSteps = {
  open: openFrame,
  decide: decideFrame,
  record: recordFrame,
  deliver: deliverFrame,
  report: reportFrame,
  settle: (frame) => frame.settle(),
};

/** Routes a frame of notices: from an organisation's account to every recipient that the policies allow. */
export async function route(hub: Hub, frame: Frame, steps: RecipeSteps = noticeSteps): Promise<void> {
  const opened = await steps.open(hub, frame);
  if (opened.type === 'ahead') return leaveAhead(hub, frame, steps);
  if (opened.type === 'unusable') return quarantineMessage(hub, frame, opened.code);
  await carryOut(hub, opened, steps);
  await steps.settle(frame);
}

/** Takes a frame that is signed ahead of time out of OUT; its outbox offers it again. */
async function leaveAhead({ events }: Hub, frame: Frame, steps: RecipeSteps): Promise<void> {
  events.alarm('frame-ahead', 'issued-in-future', { originator: frame.org, frame: frame.id });
  await steps.settle(frame);
}

/** The steps between opening and settling: decide, record, deliver, report. */
export async function carryOut(hub: Hub, opened: OpenedFrame, steps: RecipeSteps): Promise<DeliveredFrame> {
  const decided = steps.decide(opened);
  const recorded = await steps.record(hub, decided);
  const delivered = await steps.deliver(hub, recorded);
  await steps.report(hub, delivered);
  return delivered;
}
