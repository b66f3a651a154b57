import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../shared/bus/connect.js';
import { type ConsumerState, consumerState } from '../shared/bus/consumer-state.js';
import { pull } from '../shared/bus/pull.js';
import type { Delivery } from '../shared/bus/delivery.js';
import { nextOn, type StoredMessage } from '../shared/bus/direct-get.js';
import { sources } from '../shared/bus/streams.js';
import { SET_BACK } from '../shared/ledger/rollback.js';
import { errorFrom, fail, LiaisonError } from '../shared/kernel/errors.js';
import type { Keeper, LedgerMessage } from './keeper.js';
import { repeat } from './repeat.js';

/** The position up to which every valid record of the LEDGER stream is on disk. */
export interface ArchivePosition {
  readonly epoch: string;
  readonly seq: number;
}

/** Follows the LEDGER stream and archives its records. */
export interface ArchiveFollower {
  /** Undefined before the stream is entered, and while its epoch changes. */
  position(): ArchivePosition | undefined;
  /** Why the last step failed; undefined when it succeeded. */
  fault(): LiaisonError | undefined;
  /** Records that were not on disk at the last step; undefined before the first. */
  behind(): number | undefined;
  stop(): Promise<void>;
}

interface FollowerDeps {
  readonly bus: Bus;
  readonly keeper: Keeper;
  /** Called with the number of records that the stream dropped before they were archived. */
  readonly onLost: (records: number) => void;
  /** Called when everything acknowledged is on disk, before anything new is read; reading waits while it throws. */
  readonly onEntered: () => Promise<void>;
  /** Called after each step, and awaited before the next. */
  readonly onStep: (fault: LiaisonError | undefined) => Promise<void>;
}

/** Records in one pull and one flush. */
const MAX_BATCH = 256;
const RETRY_PAUSE_MS = 500;
/** Pause after each batch that is not full: records that arrive during it share one flush of the disk (docs/adr/0008). */
const PACE_MS = 100;
/** How often, and at what interval, a replica is asked for a message before it counts as lost. */
const MAX_READ_ATTEMPTS = 10;
const READ_INTERVAL_MS = 200;
const SUBJECT = 'ledger.*';
const STREAM = sources.ledgerAuditor.stream;

/**
 * Follows the LEDGER stream in order until stopped. The consumer announces new records; records that it leaves out (a late
 * redelivery, records acknowledged before the file lost them) are read by sequence, so that the position never skips one.
 */
export function followLedger(deps: FollowerDeps): ArchiveFollower {
  let position: ArchivePosition | undefined;
  let behind: number | undefined;
  let fault: LiaisonError | undefined = fail('not-ready', 'the ledger was not read yet');

  const reading: Reading = { ...deps, losses: createLosses(deps.onLost) };
  const take = async (batch: readonly Delivery[]): Promise<void> => {
    const state = await consumerState(deps.bus, sources.ledgerAuditor);
    behind = state.pending + state.ackPending;
    if (position === undefined || isElsewhere(state, position)) {
      // The batch may be of the old or the new epoch: it is redelivered.
      position = undefined;
      position = await enter(reading, state);
      for (const delivery of batch) delivery.nak();
      return;
    }
    await expectEnd(reading, position.seq);
    position = await settle(reading, position, batch);
    for (const delivery of batch) delivery.ack();
    behind = Math.max(0, behind - batch.length);
  };
  const step = async (): Promise<number> => {
    const batch =
      position === undefined ? [] : await pull(deps.bus, sources.ledgerAuditor, { max: MAX_BATCH });
    try {
      await take(batch);
    } catch (error) {
      for (const delivery of batch) delivery.nak(RETRY_PAUSE_MS);
      throw error;
    }
    return batch.length === MAX_BATCH ? 0 : PACE_MS;
  };
  const loop = repeat(async () => {
    const next = await step().catch(errorFrom);
    fault = next instanceof LiaisonError ? next : undefined;
    await deps.onStep(fault);
    return next instanceof LiaisonError ? RETRY_PAUSE_MS : next;
  });
  return { position: () => position, fault: () => fault, behind: () => behind, stop: loop.stop };
}

interface Reading extends FollowerDeps {
  readonly losses: ReturnType<typeof createLosses>;
}

/** Reports the sequences from the first up to but not including the second as lost; each only once. */
function createLosses(onLost: FollowerDeps['onLost']) {
  const reported = new Map<string, number>();
  return (epoch: string, [first, end]: readonly [number, number]): void => {
    const from = Math.max(first, reported.get(epoch) ?? 0);
    if (from >= end) return;
    reported.set(epoch, end);
    onLost(end - from);
  };
}

/** True when the stream was created again after the broker lost its disk, or its consumer was set back. */
function isElsewhere(state: ConsumerState, { epoch, seq }: ArchivePosition): boolean {
  return state.epoch !== epoch || state.delivered < seq;
}

/** Starts after the last archived record of this epoch, and reads what was acknowledged but is not in the file. */
async function enter(deps: Reading, { epoch, acknowledged }: ConsumerState): Promise<ArchivePosition> {
  await expectEnd(deps, deps.keeper.lastSeq(epoch));
  const seq = Math.min(deps.keeper.lastSeq(epoch), acknowledged);
  const reached = await readUntil(deps, { epoch, seq }, acknowledged);
  await deps.onEntered();
  return { epoch, seq: reached };
}

/** Throws `ledger-damaged` when the stream ends before the last archived record of this epoch. */
async function expectEnd({ bus }: Reading, seq: number): Promise<void> {
  if (seq === 0) return;
  for (
    let attempt = 1;
    (await nextOn(bus, { stream: STREAM, subject: SUBJECT, from: seq })) === undefined;
  ) {
    if (attempt === MAX_READ_ATTEMPTS) throw fail('ledger-damaged', SET_BACK);
    attempt += 1;
    await delay(READ_INTERVAL_MS);
  }
}

async function settle(
  deps: Reading,
  position: ArchivePosition,
  batch: readonly Delivery[],
): Promise<ArchivePosition> {
  const messages = batch.toSorted((a, b) => a.seq - b.seq);
  let { seq } = position;
  let run: LedgerMessage[] = [];
  for (const message of messages) {
    if (message.seq > seq + 1) {
      await deps.keeper.keep(position.epoch, run);
      run = [];
      seq = await readUntil(deps, { ...position, seq }, message.seq - 1);
    }
    run.push(message);
    seq = Math.max(seq, message.seq);
  }
  await deps.keeper.keep(position.epoch, run);
  return { ...position, seq };
}

/** Reads the next message from a sequence on. Asks again for a missing one, because a replica may lag for a moment. */
async function nextThere(bus: Bus, from: number): Promise<StoredMessage | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const message = await nextOn(bus, { stream: STREAM, subject: SUBJECT, from });
    if (message?.seq === from || attempt === MAX_READ_ATTEMPTS) return message;
    await delay(READ_INTERVAL_MS);
  }
}

/** Reads by sequence from the position up to `last`; reports and skips what the stream no longer holds. */
async function readUntil(deps: Reading, { epoch, seq }: ArchivePosition, last: number): Promise<number> {
  let found: LedgerMessage[] = [];
  for (let next = seq + 1; next <= last; ) {
    const message = await nextThere(deps.bus, next);
    const there = Math.min(message?.seq ?? Number.POSITIVE_INFINITY, last + 1);
    deps.losses(epoch, [next, there]);
    next = there + 1;
    if (message === undefined || message.seq > last) break;
    found.push(message);
    if (found.length === MAX_BATCH) await deps.keeper.keep(epoch, found.splice(0));
  }
  await deps.keeper.keep(epoch, found);
  return Math.max(seq, last);
}
