import type { Delivery } from '../../shared/bus/delivery.js';
import { errorFrom, LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { type Buckets, createBuckets } from '../token-buckets.js';
import { createIntakePace, type IntakePace } from './pace.js';
import { createFrameYield } from './yield-between-frames.js';
import { type Frame, readFrame } from '../frames/frame.js';
import type { Hub } from '../hub.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { isPoison, type OpenAlone } from '../../shared/trust/suspect/open-alone.js';
import { quarantineMessage } from '../frames/quarantine-message.js';
import { answerQuery, isTooOld, rejectQuery } from '../queries/query.js';
import { relayReceipts, type ReceiptSteps } from '../receipts/receipts.js';
import { route, type RecipeSteps } from '../frames/recipe.js';
import { keepAckAlive } from '../../shared/bus/keep-ack-alive.js';
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
  /**
   * For each organisation, the subject of the last suspicious message that a child process opened without a
   * crash; that message fails for another reason.
   */
  readonly cleared: Map<OrgId, string>;
  readonly pace: IntakePace;
  /** Resolves when the next frame may start. */
  readonly turn: () => Promise<void>;
  readonly steps: RecipeSteps;
  readonly receiptSteps: ReceiptSteps;
  /** Takes a message that is no frame out of the queue. */
  readonly reject: typeof rejectQuery;
}

/** From this delivery on, a message is suspected of killing the process that opens it. */
const SUSPECT_FROM = 5;
/** Attempt at which a failing message raises `frame-stuck`, and the attempts between later alarms. */
const STUCK_FROM = 3;
const STUCK_EVERY = 60;

/** Handles one message of an organisation's OUT. When it throws, the message is redelivered. */
type HandleMessage = (org: OrgId, delivery: Delivery) => Promise<void>;

/** The handlers for OUT messages of all organisations, one for each consumer. */
export interface HandleMessages {
  readonly frame: HandleMessage;
  readonly query: HandleMessage;
}

/** Creates the handlers. */
export function createHandleMessages({ hub, openAlone, recipes }: HandleDeps): HandleMessages {
  const [buckets, turn] = [createBuckets(hub.clock), createFrameYield()];
  const pace = createIntakePace({ hub, buckets, turn });
  const handlingWith = (reject: Handling['reject']): Handling => {
    return { hub, openAlone, ...recipes, buckets, pace, cleared: new Map(), turn, reject };
  };
  const [ofFrames, ofQueries] = [handlingWith(quarantineMessage), handlingWith(rejectQuery)];
  return {
    frame: async (org, delivery) => {
      // Throws while the gate is closed: then nothing is refused, decided or quarantined.
      hub.snapshot();
      await keepAckAlive(delivery, () => handle(ofFrames, org, delivery));
    },
    query: async (org, delivery) => {
      // Questions are answered while the gate is closed. One that keeps failing is quarantined once the gate is open, or
      // dropped when its gateway has given up.
      if (delivery.attempt >= SUSPECT_FROM && !hub.isOpen()) {
        if (!isTooOld(delivery.storedAt, hub.clock())) hub.snapshot();
        await delivery.settle();
        return;
      }
      await keepAckAlive(delivery, () => handle(ofQueries, org, delivery));
    },
  };
}

async function handle(handling: Handling, org: OrgId, delivery: Delivery): Promise<void> {
  const { hub, reject } = handling;
  try {
    if (await isPoisonMessage(handling, org, delivery)) {
      await quarantineMessage(hub, { ...delivery, org, settle: async () => delivery.term() }, 'poison-frame');
      return;
    }
    const frame = read(org, delivery);
    if ('code' in frame) {
      await reject(hub, { ...delivery, org, settle: () => delivery.settle() }, frame.code);
      return;
    }
    await retryOnConflict(() => dispatch(handling, frame, () => delivery.working()));
  } catch (thrown) {
    alarmIfStuck(hub, { org, attempt: delivery.attempt }, errorFrom(thrown));
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
  thrown: LiaisonError,
): void {
  // What is waited for is the cause.
  const { code } = thrown.cause instanceof LiaisonError ? thrown.cause : thrown;
  // The first suspicion raises the alarm, because a router that died at the earlier attempts raised none.
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
    if (mayPass(error, 'submission', delivery.attempt)) throw error;
    return { code: error.code };
  }
}

async function dispatch(handling: Handling, frame: Frame, working: () => void): Promise<void> {
  const { hub, buckets, pace, steps, receiptSteps, turn } = handling;
  switch (frame.of) {
    case 'submission':
      return route(hub, frame, { ...steps, open: pace.notices(steps.open, working) });
    case 'receipt':
      await turn();
      return relayReceipts(hub, frame, { ...receiptSteps, open: pace.receipts(receiptSteps.open, working) });
    case 'query':
      return answerQuery(hub, frame, buckets);
  }
}
