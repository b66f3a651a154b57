import { encodeBase64 } from '../../shared/kernel/base64.js';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { timeOfHeartbeat } from '../../shared/ledger/heartbeat.js';
import { type Recovery, verifyRecovery } from '../../shared/ledger/command/recovery.js';
import { type OpenedCheckpoint, openCheckpoint, parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { logKeysOf } from '../../shared/tlog/log-keys.js';
import { firstHead, lifeOf } from '../../shared/tlog/log-life.js';
import type { TreeHead } from '../../shared/tlog/verify-proof.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import type { Identity } from '../identity.js';
import type { BegunLife, CosignedCheckpoint } from './cosigned-file.js';
import { ownOrigin, type ReceivedCheckpoint } from './received-checkpoint.js';

/** What a checkpoint of another life than the cosigned one is: the beginning of the next life, or no life of this log. */
export type OtherLife =
  | {
      readonly type: 'next';
      readonly head: OpenedCheckpoint;
      readonly before: TreeHead;
      readonly begun: BegunLife;
    }
  | { readonly type: 'refused' };

/** How far the clocks of the hub's processes may be apart (docs/limits.md), in milliseconds. */
const MAX_CLOCK_OFFSET_MS = 3_600_000;

/**
 * Judges a checkpoint of another life of the log than the one that was cosigned last; undefined for any other. A witness takes
 * the next life only with the order of two persons that ends the life before at the checkpoint that it cosigned, or at a larger
 * one, and that was given after it cosigned that. `before` is the tree over the order alone, from which the checkpoint must
 * follow: its record is the first entry. Throws as `openCheckpoint` does, and errors that may end by themselves.
 */
export async function judgeOtherLife(
  { directory, clock }: Pick<Identity, 'directory' | 'clock'>,
  last: CosignedCheckpoint | undefined,
  received: ReceivedCheckpoint,
): Promise<OtherLife | undefined> {
  const current = directory.current();
  const origin = ownOrigin(received.note, current);
  if (last === undefined || origin === last.origin) return undefined;
  const head = await openCheckpoint(received.note, { origin, keys: logKeysOf(current, origin, clock()) });
  const { proposal, record } = received.recovery ?? { proposal: new Uint8Array(), record: new Uint8Array() };
  try {
    const order = await verifyRecovery({ proposal, record }, { directory: current, now: clock() });
    requireNext({ federation: current.federation, origin, last, order });
    const begun = {
      note: last.note,
      heartbeat: last.heartbeat,
      shown: received.note,
      proposal: encodeBase64(proposal),
      record: encodeBase64(record),
      since: order.since,
    };
    return { type: 'next', head, before: firstHead(order.record), begun };
  } catch (thrown) {
    if (mayPass(errorFrom(thrown), 'gateway-frame')) throw thrown;
    return { type: 'refused' };
  }
}

interface NextParams {
  readonly federation: string;
  readonly origin: string;
  readonly last: CosignedCheckpoint;
  readonly order: Recovery;
}

/** Throws `log-forked` unless the order ends the cosigned life where it was cosigned or later, and begins this one. */
function requireNext({ federation, origin, last, order }: NextParams): void {
  const ended = parseCheckpointText(order.ended.checkpoint);
  const isNext = lifeOf(origin, federation) === lifeOf(last.origin, federation) + 1;
  const isSameRoot = Buffer.from(ended.root).equals(last.root);
  const hasCosigned = ended.size > last.size || (ended.size === last.size && isSameRoot);
  const isLater = order.since * 1000 >= timeOfHeartbeat(last.heartbeat) - MAX_CLOCK_OFFSET_MS;
  if (isNext && ended.origin === last.origin && hasCosigned && isLater) return;
  throw fail('log-forked', 'the order does not end the log at what was cosigned');
}
