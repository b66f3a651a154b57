import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from '../../shared/bus/delivery.js';
import { type Code, errorFrom } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { type Buckets, createBuckets, type Rate } from '../token-buckets.js';
import { createFrameYield } from './yield-between-frames.js';
import { type Frame, readFrame } from '../frames/frame.js';
import type { Hub } from '../hub.js';
import { isPoison, type OpenAlone, SUSPECT_FROM } from '../frames/poison.js';
import { quarantineMessage } from '../frames/quarantine-message.js';
import { answerQuery } from '../queries/query.js';
import { relayReceipts, type ReceiptSteps } from '../receipts/receipts.js';
import { route, type RecipeSteps } from '../frames/recipe.js';
import { keepAckAlive } from '../keep-ack-alive.js';
import { retryOnConflict } from '../retry-on-conflict.js';

interface HandleDeps {
  readonly hub: Hub;
  readonly openAlone: OpenAlone;
  readonly recipes: { readonly steps: RecipeSteps; readonly receiptSteps: ReceiptSteps };
}

interface Handling {
  readonly hub: Hub;
  readonly buckets: Buckets;
  readonly openAlone: OpenAlone;
  /** Frame that each organisation's quota was last charged for, so that a redelivery is not charged again. */
  readonly charged: Map<OrgId, FrameId>;
  /**
   * For each organisation, the subject of the message that a child process opened without dying, so that the
   * message must be failing for another reason.
   */
  readonly cleared: Map<OrgId, string>;
  /** Resolves when the next frame may start. */
  readonly turn: () => Promise<void>;
  readonly steps: RecipeSteps;
  readonly receiptSteps: ReceiptSteps;
}

/** Attempt at which a failing message raises `frame-stuck`, and the attempts between later alarms. */
const STUCK_FROM = 3;
const STUCK_EVERY = 60;
const QUOTA_PAUSE_MS = 200;
/** The rate of frames that are already recorded: an outbox offers at most eight a second. */
const RESEND_RATE: Rate = { burst: 100, perSecond: 20 };
/**
 * The rate of frames of receipts with nothing new in them: each costs up to 64 verifications. A gateway sends
 * one frame of receipts a second; after a fault it repeats them, up to 64 a frame, which the burst covers a
 * hundred times over.
 */
const REPEATED_RECEIPTS_RATE: Rate = { burst: 100, perSecond: 5 };

/** Handles one message of an organisation's OUT. When it throws, the message is redelivered. */
export type HandleMessage = (org: OrgId, delivery: Delivery) => Promise<void>;

/** Creates the handler for OUT messages of all organisations. */
export function createHandleMessage({ hub, openAlone, recipes }: HandleDeps): HandleMessage {
  const handling: Handling = {
    hub,
    openAlone,
    ...recipes,
    buckets: createBuckets(hub.clock),
    charged: new Map(),
    cleared: new Map(),
    turn: createFrameYield(),
  };
  return async (org, delivery) => {
    // Throws while the gate is closed: then nothing is refused, decided or quarantined.
    hub.snapshot();
    await keepAckAlive(delivery, () => handle(handling, org, delivery));
  };
}

async function handle(handling: Handling, org: OrgId, delivery: Delivery): Promise<void> {
  const { hub } = handling;
  try {
    if (await isPoisonMessage(handling, org, delivery)) {
      await quarantineMessage(hub, { ...delivery, org, settle: async () => delivery.term() }, 'poison-frame');
      return;
    }
    const frame = read(org, delivery);
    if ('code' in frame) {
      await quarantineMessage(hub, { ...delivery, org, settle: () => delivery.settle() }, frame.code);
      return;
    }
    await retryOnConflict(() => dispatch(handling, frame, () => delivery.working()));
  } catch (thrown) {
    alarmIfStuck(hub, { org, attempt: delivery.attempt }, errorFrom(thrown).code);
    throw thrown;
  }
}

/** From `SUSPECT_FROM` on, opens the message in a child process first; true when it makes the child crash. */
async function isPoisonMessage(
  { openAlone, cleared }: Handling,
  org: OrgId,
  { attempt, subject, bytes }: Delivery,
): Promise<boolean> {
  if (attempt < SUSPECT_FROM || cleared.get(org) === subject) return false;
  const isFound = await isPoison(openAlone, { org, subject, bytes });
  if (!isFound) cleared.set(org, subject);
  return isFound;
}

/** Raises an alarm for a message that keeps failing, because it delays the other messages of its organisation. */
function alarmIfStuck(
  { events, signal }: Hub,
  { org, attempt }: { readonly org: OrgId; readonly attempt: number },
  code: Code,
): void {
  // A router that died at the earlier attempts raised none: the first suspicion does.
  const isFirst = attempt === STUCK_FROM || attempt === SUSPECT_FROM;
  const isDue = isFirst || (attempt > STUCK_FROM && attempt % STUCK_EVERY === 0);
  if (isDue && !signal.aborted) events.alarm('frame-stuck', code, { originator: org, attempt });
}

function read(
  org: OrgId,
  delivery: Delivery,
): Frame | { readonly code: ReturnType<typeof errorFrom>['code'] } {
  try {
    return readFrame(org, delivery);
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (error.family === 'operational') throw error;
    return { code: error.code };
  }
}

async function dispatch(handling: Handling, frame: Frame, working: () => void): Promise<void> {
  const { hub, buckets, steps, turn } = handling;
  switch (frame.of) {
    case 'notice':
      await keepQuota(handling, frame, working);
      await turn();
      return route(hub, frame, steps);
    case 'receipt':
      await turn();
      return relayReceipts(hub, frame, { ...handling.receiptSteps, open: openPaced(handling, working) });
    case 'query':
      return answerQuery(hub, frame, buckets);
  }
}

/** Waits until the organisation's quota allows the frame. Only frames of the same organisation wait behind it. */
async function keepQuota(
  { hub, buckets, charged }: Handling,
  frame: Frame,
  working: () => void,
): Promise<void> {
  const { org, id } = frame;
  // A redelivery by the broker is not charged again; the same frame sent a second time starts with attempt 1.
  if (frame.attempt > 1 && charged.get(org) === id) return;
  const isTaken = (): boolean => {
    // Resent frames have their own rate: a recipient that is away must not use up the quota for new notices.
    if (hub.store.ledger.reportOn(org, id) !== undefined) return buckets.take(`again ${org}`, 1, RESEND_RATE);
    const { perMinute = 0 } = hub.snapshot().directory.organisations.get(org)?.quotas ?? {};
    return buckets.take(`notice ${org}`, count, { burst: perMinute, perSecond: perMinute / 60 });
  };
  const count = countOf(frame);
  await waitFor(hub, isTaken, working);
  charged.set(org, id);
}

/** Opens a frame of receipts and waits for `REPEATED_RECEIPTS_RATE` when none of them says anything new. */
function openPaced({ hub, buckets, receiptSteps }: Handling, working: () => void): ReceiptSteps['open'] {
  return async (of, frame) => {
    const opened = await receiptSteps.open(of, frame);
    if (opened.type === 'opened' && opened.receipts.every(({ isRecorded }) => isRecorded)) {
      const isTaken = (): boolean => buckets.take(`receipt again ${frame.org}`, 1, REPEATED_RECEIPTS_RATE);
      await waitFor(hub, isTaken, working);
    }
    return opened;
  };
}

async function waitFor({ signal }: Hub, isTaken: () => boolean, working: () => void): Promise<void> {
  while (!isTaken()) {
    working();
    await delay(QUOTA_PAUSE_MS, undefined, { signal });
  }
}

function countOf(frame: Frame): number {
  try {
    return frame.submission().notices.length;
  } catch {
    return 1;
  }
}
