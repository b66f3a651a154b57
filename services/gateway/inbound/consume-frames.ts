import { type Consumption, consume } from '../../shared/bus/consume.js';
import type { Delivery } from '../../shared/bus/delivery.js';
import { sources } from '../../shared/bus/streams.js';
import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { isStale } from '../../shared/trust/directory.js';
import type { FrameId } from '../../shared/kernel/ids.js';
import { untilAborted } from '../../shared/kernel/pause.js';
import { parseSubject, type Subject } from '../../shared/wire/subjects.js';
import { createBudget } from '../budget.js';
import type { Identity } from '../identity.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import type { BrokerLink } from '../link.js';
import type { LoopStep } from '../loop.js';

/** What each class of frame is handed to. What throws and `mayPass` comes again, anything else is dropped. */
export interface Receivers {
  readonly delivery: (named: Named<'delivery'>, bytes: Uint8Array) => Promise<void>;
  readonly report: (frame: FrameId, bytes: Uint8Array) => Promise<void>;
  readonly receipt: (named: Named<'receipt'>, bytes: Uint8Array) => Promise<void>;
  readonly answer: (frame: FrameId, bytes: Uint8Array) => Promise<void>;
  readonly directory: (bytes: Uint8Array) => Promise<void>;
  readonly checkpoint: (bytes: Uint8Array) => Promise<void>;
}

type Named<T extends Subject['type']> = Extract<Subject, { readonly type: T }>;

interface FrameConsumerDeps {
  readonly identity: Identity;
  readonly link: BrokerLink;
  readonly receivers: Receivers;
  /** The broker gives us frames. */
  readonly onAttached: () => void;
  /** The frame is dropped for good. */
  readonly onDropped: (dropped: Incoming & { readonly error: LiaisonError }) => Promise<void>;
  readonly onTaken: (taken: Incoming) => void;
  /** The frame could not be taken now; the broker delivers it again. */
  readonly onError: (error: LiaisonError) => void;
}

/** A frame as its subject names it. */
interface Incoming {
  readonly frame: string | null;
  readonly class: string;
}

/** Frames under way at the same time: their signatures are checked together, what they write is one transaction. */
const PARALLEL = 32;
/** … and not more bytes than this, which is some two hundred notices. */
const PARALLEL_BYTES = 1024 * 1024;
/** Frames taken from the broker and not begun: up to 512 KiB each. */
const AHEAD = 64;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/** One step: takes frames from the broker until the connection ends or the gateway stops. */
export function createFrameConsumer(deps: FrameConsumerDeps): LoopStep {
  const { link, onError } = deps;
  return async (signal) => {
    const bus = await link.bus(signal);
    const budget = createBudget(PARALLEL_BYTES);
    const handle = async (delivery: Delivery): Promise<void> => {
      // Streams that were missing and made again are served without attaching anew: a frame, or a checkpoint soon, tells.
      deps.onAttached();
      const done = await budget.take(delivery.bytes.length);
      await take(delivery, deps).finally(done);
    };
    const consumption: Consumption = await consume(bus, sources.in, {
      handle,
      onTrouble: onError,
      parallel: PARALLEL,
      ahead: AHEAD,
    });
    deps.onAttached();
    await Promise.race([bus.closed, untilAborted(signal)]);
    await consumption.stop();
  };
}

async function take(delivery: Delivery, deps: FrameConsumerDeps): Promise<void> {
  const subject = parseSubject(delivery.subject);
  const frame = subject && 'frame' in subject ? subject.frame : null;
  const named = { frame, class: subject?.type ?? 'unknown' };
  try {
    await dispatch(subject, delivery.bytes, deps);
    delivery.ack();
    deps.onTaken(named);
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (mayPass(error, 'gateway-frame')) {
      deps.onError(error);
      delivery.nak(Math.min(FIRST_PAUSE_MS * 2 ** (delivery.attempt - 1), MAX_PAUSE_MS));
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
    throw fail('directory-stale', 'the directory is older than its next update: nothing is verified with it');
  }
  switch (subject?.type) {
    case 'delivery':
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
