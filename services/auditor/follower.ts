import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../shared/bus/connect.js';
import { type ConsumerState, consumerState } from '../shared/bus/consumer-state.js';
import { pull } from '../shared/bus/pull.js';
import type { Delivery } from '../shared/bus/delivery.js';
import { nextOn, type Stored } from '../shared/bus/direct-get.js';
import { sources } from '../shared/bus/streams.js';
import { SET_BACK } from '../shared/ledger/rollback.js';
import { errorFrom, fail, type LiaisonError } from '../shared/kernel/errors.js';
import type { Keeper, LedgerMessage } from './keeper.js';
import { repeat } from './repeat.js';

/** Every valid record of this epoch's LEDGER stream up to `seq` is on disk. */
export interface ArchivePosition {
  readonly epoch: string;
  readonly seq: number;
}

export interface ArchiveFollower {
  /** Undefined before the ledger was entered, and while its epoch is being changed. */
  position(): ArchivePosition | undefined;
  /** Why the last step failed; undefined when it did not. */
  fault(): LiaisonError | undefined;
  /** Records that were not on disk at the last look; undefined before the first. */
  behind(): number | undefined;
  stop(): Promise<void>;
}

interface FollowerDeps {
  readonly bus: Bus;
  readonly keeper: Keeper;
  /** Called with how many records the stream does not hold any more and nobody kept. */
  readonly onLost: (records: number) => void;
  /** Called when what was acknowledged is on disk, before anything new is taken; what it throws prevents that. */
  readonly onEntered: () => Promise<void>;
  readonly onStep: (fault: LiaisonError | undefined) => void;
}

const BATCH = 256;
const PAUSE_MS = 500;
/** Records after the first gather for this long, so that they share one flush of the disk (docs/adr/0008). */
const PACE_MS = 100;
const TRIES = 10;
const AGAIN_MS = 200;
const SUBJECT = 'ledger.*';
const STREAM = sources.ledgerAuditor.stream;

/**
 * Reads the LEDGER stream in order and for ever. The consumer says that there is something; whatever it leaves out (a
 * redelivery that comes late, records acknowledged before the file lost them) is read by sequence, so that the
 * position never passes over anything.
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
      // What was pulled may be of before or after: it comes again.
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
  const step = async (): Promise<void> => {
    const batch = position === undefined ? [] : await pull(deps.bus, sources.ledgerAuditor, { max: BATCH });
    try {
      await take(batch);
    } catch (error) {
      for (const delivery of batch) delivery.nak(PAUSE_MS);
      throw error;
    }
  };
  const loop = repeat(async () => {
    fault = await step().then(() => undefined, errorFrom);
    deps.onStep(fault);
    return fault === undefined ? PACE_MS : PAUSE_MS;
  });
  return { position: () => position, fault: () => fault, behind: () => behind, stop: loop.stop };
}

interface Reading extends FollowerDeps {
  readonly losses: ReturnType<typeof createLosses>;
}

/** Tells of sequences from the first up to, and without, the second: of each once, however often it is read again. */
function createLosses(onLost: FollowerDeps['onLost']) {
  const told = new Map<string, number>();
  return (epoch: string, [first, end]: readonly [number, number]): void => {
    const from = Math.max(first, told.get(epoch) ?? 0);
    if (from >= end) return;
    told.set(epoch, end);
    onLost(end - from);
  };
}

/** The broker lost its disk and was provisioned again, or its consumer was set back. */
function isElsewhere(state: ConsumerState, { epoch, seq }: ArchivePosition): boolean {
  return state.epoch !== epoch || state.delivered < seq;
}

/** Goes on after the last record kept of this epoch, and reads again what was acknowledged but is not in the file. */
async function enter(deps: Reading, { epoch, acknowledged }: ConsumerState): Promise<ArchivePosition> {
  await expectEnd(deps, deps.keeper.lastSeq(epoch));
  const seq = Math.min(deps.keeper.lastSeq(epoch), acknowledged);
  const reached = await readUntil(deps, { epoch, seq }, acknowledged);
  await deps.onEntered();
  return { epoch, seq: reached };
}

/** Throws `ledger-damaged` when the stream ends before what was kept of this life of it. */
async function expectEnd({ bus }: Reading, seq: number): Promise<void> {
  if (seq === 0) return;
  for (let tries = 1; (await nextOn(bus, { stream: STREAM, subject: SUBJECT, from: seq })) === undefined; ) {
    if (tries === TRIES) throw fail('ledger-damaged', SET_BACK);
    tries += 1;
    await delay(AGAIN_MS);
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

/** A replica of a cluster may be a moment behind: what it does not show is asked for again before it counts as lost. */
async function nextThere(bus: Bus, from: number): Promise<Stored | undefined> {
  for (let tries = 1; ; tries += 1) {
    const message = await nextOn(bus, { stream: STREAM, subject: SUBJECT, from });
    if (message?.seq === from || tries === TRIES) return message;
    await delay(AGAIN_MS);
  }
}

/** Reads by sequence from the position up to `last`; what the stream does not hold any more is told, and passed over. */
async function readUntil(deps: Reading, { epoch, seq }: ArchivePosition, last: number): Promise<number> {
  let found: LedgerMessage[] = [];
  for (let next = seq + 1; next <= last; ) {
    const message = await nextThere(deps.bus, next);
    const there = Math.min(message?.seq ?? Number.POSITIVE_INFINITY, last + 1);
    deps.losses(epoch, [next, there]);
    next = there + 1;
    if (message === undefined || message.seq > last) break;
    found.push(message);
    if (found.length === BATCH) await deps.keeper.keep(epoch, found.splice(0));
  }
  await deps.keeper.keep(epoch, found);
  return Math.max(seq, last);
}
