import { type Consumption, consume } from '../../shared/bus/consume.js';
import type { Delivery } from '../../shared/bus/delivery.js';
import { sources } from '../../shared/bus/streams.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { createBudget } from '../../shared/kernel/budget.js';
import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { isStale } from '../../shared/trust/directory.js';
import type { FrameId } from '../../shared/kernel/ids.js';
import { unlessAborted } from '../../shared/kernel/pause.js';
import { parseSubject, type Subject } from '../../shared/wire/subjects.js';
import type { Identity } from '../identity.js';
import type { ClockWatch } from '../clock-watch.js';
import type { BrokerLink } from '../link.js';
import type { LoopStep } from '../loop.js';
import type { GuardedOpening } from './guarded-opening.js';
import type { InboxDrain } from './inbox-drain.js';

/**
 * The receiver of each class of frame. After a temporary error (`mayPass`) the frame is delivered again;
 * after any other it is dropped.
 */
export interface Receivers {
  readonly delivery: (named: Named<'delivery'>, bytes: Uint8Array) => Promise<void>;
  /** A delivery of the hub's own: `in.delivery.hub.<frame>`. */
  readonly recall: (frame: FrameId, bytes: Uint8Array) => Promise<void>;
  readonly report: (frame: FrameId, bytes: Uint8Array) => Promise<void>;
  readonly receipt: (named: Named<'receipt'>, bytes: Uint8Array) => Promise<void>;
  readonly answer: (frame: FrameId, bytes: Uint8Array) => Promise<void>;
  readonly directory: (bytes: Uint8Array) => Promise<void>;
  readonly checkpoint: (bytes: Uint8Array) => Promise<void>;
}

type Named<T extends Subject['type']> = Extract<Subject, { readonly type: T }>;

interface FrameConsumerDeps {
  readonly identity: Identity;
  readonly clockWatch: Pick<ClockWatch, 'mayPass'>;
  readonly link: BrokerLink;
  readonly receivers: Receivers;
  readonly guard: GuardedOpening;
  readonly drain: Pick<InboxDrain, 'seen'>;
  /** The stream IN is consumed. */
  readonly onAttached: () => void;
  /** The frame is dropped for good. */
  readonly onDropped: (dropped: Incoming & { readonly error: LiaisonError }) => Promise<void>;
  /** A frame was handled and acknowledged. */
  readonly onTaken: (taken: Incoming) => void;
  /** The frame could not be taken now; the broker delivers it again. */
  readonly onError: (error: LiaisonError) => void;
}

/** A frame as its subject names it. */
interface Incoming {
  readonly frame: string | null;
  readonly class: string;
}

/** Frames handled at once: their signatures are verified in parallel, and their writes share transactions. */
export const MAX_CONCURRENT_FRAMES = 32;
/** Bytes of the frames handled at once: some two hundred notices. */
const MAX_CONCURRENT_BYTES = 1024 * 1024;
/** Frames fetched from the broker and not begun, of up to 512 KiB each. */
const MAX_FETCHED_FRAMES = 64;
const FIRST_REDELIVERY_MS = 500;
const MAX_REDELIVERY_MS = 30_000;

/** Creates the step that consumes frames until the connection ends or the gateway stops. */
export function createFrameConsumer(deps: FrameConsumerDeps): LoopStep {
  const { link, onError } = deps;
  return async (signal) => {
    const bus = await link.bus(signal);
    const budget = createBudget(MAX_CONCURRENT_BYTES);
    const handle = async (delivery: Delivery): Promise<void> => {
      // A stream that was lost and created again is consumed without attaching anew: its first frame shows that it is back.
      deps.onAttached();
      deps.drain.seen(delivery.pending);
      const done = await budget.take(delivery.bytes.length);
      await take(delivery, deps).finally(done);
    };
    const consumption: Consumption = await consume(bus, sources.in, {
      handle,
      onError,
      parallel: MAX_CONCURRENT_FRAMES,
      ahead: MAX_FETCHED_FRAMES,
    });
    deps.onAttached();
    await unlessAborted(bus.closed, signal);
    await consumption.stop();
  };
}

async function take(delivery: Delivery, deps: FrameConsumerDeps): Promise<void> {
  const subject = parseSubject(delivery.subject);
  const frame = subject && 'frame' in subject ? subject.frame : null;
  const named = { frame, class: subject?.type ?? 'unknown' };
  try {
    await deps.guard(delivery, () => dispatch(subject, delivery.bytes, deps));
    delivery.ack();
    deps.onTaken(named);
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (deps.clockWatch.mayPass(error)) {
      deps.onError(error);
      delivery.nak(Math.min(FIRST_REDELIVERY_MS * 2 ** (delivery.attempt - 1), MAX_REDELIVERY_MS));
      return;
    }
    await deps.onDropped({ ...named, error });
    delivery.term();
  }
}

function dispatch(
  subject: Subject | undefined,
  bytes: Uint8Array,
  { identity, receivers }: FrameConsumerDeps,
): Promise<void> {
  if (subject?.type === 'directory') return receivers.directory(bytes);
  if (isStale(identity.directory.current(), identity.clock())) {
    throw fail('directory-stale', 'nothing can be verified: the next update of the directory is overdue');
  }
  switch (subject?.type) {
    case 'delivery':
      if (subject.originator === LEDGER_OWNER) return receivers.recall(subject.frame, bytes);
      return receivers.delivery(subject, bytes);
    case 'report':
      return receivers.report(subject.frame, bytes);
    case 'receipt':
      return receivers.receipt(subject, bytes);
    case 'answer':
      return receivers.answer(subject.frame, bytes);
    case 'checkpoint':
      return receivers.checkpoint(bytes);
    case undefined:
    case 'out':
    case 'ledger':
    case 'parked':
    case 'quarantine':
    case 'command':
    case 'status':
      throw fail('subject-invalid', 'not a subject for an organisation');
  }
}
