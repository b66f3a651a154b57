import { setTimeout as delay } from 'node:timers/promises';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { isEndingVerb } from '../../shared/notice/action-verbs.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { MAX_ITEMS } from '../../shared/wire/frame-limits.js';
import type { Item } from '../../shared/wire/frames.js';
import type { Frame } from '../frames/frame.js';
import type { RecipeSteps } from '../frames/recipe.js';
import type { Hub } from '../hub.js';
import type { OpenedReceipts } from '../receipts/open-receipts.js';
import type { ReceiptSteps } from '../receipts/receipts.js';
import type { Buckets, Rate } from '../token-buckets.js';
import { isWithinQuota } from './quota.js';

/** Delays the first step of a recipe until its organisation may send more; delays only that organisation's frames. */
export interface IntakePace {
  /** `working` extends the broker's acknowledgement deadline. */
  notices(open: RecipeSteps['open'], working: () => void): RecipeSteps['open'];
  receipts(open: ReceiptSteps['open'], working: () => void): ReceiptSteps['open'];
}

interface PaceDeps {
  readonly hub: Hub;
  readonly buckets: Buckets;
  /** Resolves when the next frame may start. */
  readonly turn: () => Promise<void>;
}

const PAUSE_MS = 200;
/**
 * The rate at which this process takes frames that are already recorded: they get no new record, so no quota counts them.
 * An outbox offers at most eight a second.
 */
const RESEND_RATE: Rate = { burst: 100, perSecond: 20 };
/**
 * The rate of frames of receipts with nothing new in them: each costs up to 64 verifications. A gateway sends
 * one frame of receipts a second; after a fault it repeats them, up to 64 a frame, which the burst covers a
 * hundred times over.
 */
const REPEATED_RECEIPTS_RATE: Rate = { burst: 100, perSecond: 5 };

/** The rate of frames that are signed ahead of time: they get no record, so no quota counts them. */
const AHEAD_RATE: Rate = { burst: 20, perSecond: 1 };

/** Creates the pace of one router. */
export function createIntakePace({ hub, buckets, turn }: PaceDeps): IntakePace {
  // The last charged frame of each organisation, so that a redelivery is not charged again.
  const charged = new Map<OrgId, FrameId>();
  const isRecorded = ({ org, id }: Frame): boolean => hub.store.ledger.reportOn(org, id) !== undefined;
  const isAllowed = (frame: Frame): boolean =>
    isRecorded(frame) || isWithinQuota(hub, frame.org, countOf(frame));
  const isResendAllowed = (frame: Frame): boolean => {
    const { org, id, attempt } = frame;
    // The same frame sent a second time starts with attempt 1.
    if (!isRecorded(frame) || (attempt > 1 && charged.get(org) === id)) return true;
    // A recipient that is away must not use up the quota for new notices.
    return buckets.take(`again ${org}`, 1, RESEND_RATE);
  };
  return {
    notices: (open, working) => async (of, frame) => {
      await waitFor(hub, () => isResendAllowed(frame), working);
      charged.set(frame.org, frame.id);
      for (;;) {
        await waitFor(hub, () => isAllowed(frame), working);
        await turn();
        const opened = await open(of, frame);
        if (opened.type === 'ahead') {
          await waitFor(hub, () => buckets.take(`ahead ${frame.org}`, 1, AHEAD_RATE), working);
          return opened;
        }
        // Check again after reading the ledger position: records of other routers before it are counted, and later ones make
        // this frame's own record fail.
        if (isAllowed(frame)) return opened;
      }
    },
    receipts: (open, working) => async (of, frame) => {
      const opened = await open(of, frame);
      if (opened.type === 'opened' && isNothingNew(opened)) {
        const isTaken = (): boolean => buckets.take(`receipt again ${frame.org}`, 1, REPEATED_RECEIPTS_RATE);
        await waitFor(hub, isTaken, working);
      }
      return opened;
    },
  };
}

/** True when all receipts and changes that `openReceipts` has kept of the frame are on the ledger already. */
function isNothingNew({ receipts, changes }: OpenedReceipts): boolean {
  return [...receipts, ...changes].every(({ isRecorded }) => isRecorded);
}

async function waitFor({ signal }: Hub, isTaken: () => boolean, working: () => void): Promise<void> {
  while (!isTaken()) {
    working();
    await delay(PAUSE_MS, undefined, { signal });
  }
}

/**
 * Returns the number of items charged for a frame: all but those that claim to end or bar sharing, as the ledger counts them. A
 * frame with too many, which is quarantined as one message, is charged the maximum of a frame.
 */
function countOf(frame: Frame): number {
  try {
    const charged = frame.submission().items.filter((item) => !claimsToEnd(item));
    return Math.min(charged.length, MAX_ITEMS);
  } catch {
    return 1;
  }
}

/**
 * True for an action whose unverified claims name an end or a bar. If it does not verify, it is refused, and
 * its refusal counts against the quota.
 */
function claimsToEnd({ action }: Item): boolean {
  if (!action) return false;
  try {
    const { verb } = Object(claimsIn(action.statement)) as { readonly verb?: unknown };
    return isEndingVerb(verb);
  } catch {
    return false;
  }
}
