import type { Bus } from '../../shared/bus/connect.js';
import { type Consumption, consume } from '../../shared/bus/consume.js';
import { consumerState } from '../../shared/bus/consumer-state.js';
import type { Delivery } from '../../shared/bus/delivery.js';
import { getAt, type StoredMessage } from '../../shared/bus/direct-get.js';
import type { Source } from '../../shared/bus/streams.js';
import { type Code, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { UnverifiedRecord } from '../../shared/ledger/rule-out.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import type { LedgerPosition } from '../../shared/store/router/router-ledger.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { createStreamProgress, type StreamProgress } from './progress.js';
import type { OpenRecord } from './reader.js';
import { readMissing } from './read-missing.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';

/** Follows the LEDGER stream and applies its records to the projection. */
export interface ProjectionFollower {
  /** The epoch that sequences belong to. Throws `not-ready` before `enter`. */
  epoch(): string;
  /** Starts following in an epoch in which everything up to `seq` is applied. */
  enter(epoch: string, seq: number): Promise<void>;
  /** Marks a sequence as applied by the writer. */
  passed(seq: number): void;
  /** Resolves when a message of the stream and everything before it are applied. Throws `timed-out`. */
  reach(stored: StoredMessage, signal: AbortSignal): Promise<void>;
  /** Throws `not-ready` when the stream is no longer of this epoch. */
  confirmEpoch(): Promise<void>;
  /** The sequence up to which everything is applied. */
  head(): number;
  /** The first record that cannot be verified yet, and why. Later records are not used. */
  waiting(): WaitingRecord | undefined;
  /** Stops following. */
  leave(): Promise<void>;
}

/** A record that cannot be verified yet. */
export interface WaitingRecord {
  readonly seq: number;
  readonly code: Code;
}

interface FollowerDeps {
  readonly core: Bus;
  readonly source: Source;
  readonly store: RouterStore;
  readonly open: OpenRecord;
  /** True when an operator's command on the ledger rules the record out: it is then skipped. */
  readonly isRuledOut: (record: UnverifiedRecord) => Promise<boolean>;
  /** Resolves when this router has no write under way for the organisation of this subject. */
  readonly settled: (subject: string) => Promise<void>;
  readonly onForeign: (code: Code, stored: Pick<StoredMessage, 'seq' | 'subject'>) => void;
  readonly onError: (error: LiaisonError) => void;
}

const MAX_PARALLEL_RECORDS = 16;
const REACH_TIMEOUT_MS = 10_000;

/** Creates a follower that follows nothing before `enter`. */
export function createFollower(deps: FollowerDeps): ProjectionFollower {
  let entered: Entered | undefined;
  let consumption: Consumption | undefined;
  const here = (): Entered => {
    if (entered === undefined) throw fail('not-ready', 'the ledger is not being followed yet');
    return entered;
  };
  const leave = async (): Promise<void> => {
    await consumption?.stop();
    consumption = undefined;
    entered = undefined;
  };
  const takeInTurn = createTakeInTurn(deps, here);
  const handle = (delivery: Delivery): Promise<void> => takeInTurn(delivery).then(() => delivery.ack());
  return {
    epoch: () => here().epoch,
    enter: async (epoch, seq) => {
      await leave();
      const progress = progressFrom(deps.store, { epoch, seq });
      entered = { epoch, progress, ahead: new Map(), waiting: new Map() };
      const { core, source, onError } = deps;
      consumption = await consume(core, source, { handle, onError, parallel: MAX_PARALLEL_RECORDS });
    },
    passed: (seq) => entered?.progress.pass(seq),
    reach: async (stored, signal) => {
      await withDeadline({ signal, ms: REACH_TIMEOUT_MS }, (soon) =>
        readMissing(here().progress, { ...missingOf(deps, takeInTurn), seq: stored.seq - 1, signal: soon }),
      );
      // Applied here as well: the consumer may deliver the message late.
      await take(deps, here(), { ...stored, attempt: 0 });
    },
    confirmEpoch: async () => {
      const { epoch } = await consumerState(deps.core, deps.source);
      if (epoch !== here().epoch) throw fail('not-ready', 'the ledger was created again');
    },
    head: () => entered?.progress.head() ?? 0,
    waiting: () => firstOf(entered?.waiting),
    leave,
  };
}

function missingOf({ core, source }: FollowerDeps, takeInTurn: (message: Message) => Promise<void>) {
  return {
    read: (seq: number) => getAt(core, { stream: source.stream, seq }),
    take: (stored: StoredMessage) => takeInTurn({ ...stored, attempt: 0 }),
  };
}

interface Entered {
  readonly epoch: string;
  readonly progress: StreamProgress;
  /** Records applied while an earlier one was still missing: the organisation of each, by sequence. */
  readonly ahead: Map<number, OrgId>;
  /** Records that cannot be verified yet, by sequence. */
  readonly waiting: Map<number, Code>;
}

function firstOf(waiting: Entered['waiting'] = new Map()): WaitingRecord | undefined {
  const [first] = [...waiting].toSorted(([one], [other]) => one - other);
  return first && { seq: first[0], code: first[1] };
}

/** Applies records of different organisations in parallel, and those of one organisation in order. */
function createTakeInTurn(deps: FollowerDeps, here: () => Entered): (message: Message) => Promise<void> {
  const inOrder = createInOrder();
  return (message) =>
    inOrder(message.subject, async () => {
      await deps.settled(message.subject);
      await take(deps, here(), message);
    });
}

/** Runs work of the same name one after the other, whether or not it fails. */
function createInOrder(): (name: string, work: () => Promise<void>) => Promise<void> {
  const turns = new Map<string, Promise<void>>();
  return async (name, work) => {
    const turn = (turns.get(name) ?? Promise.resolve()).then(work);
    const quiet = turn.catch(() => undefined);
    turns.set(name, quiet);
    try {
      await turn;
    } finally {
      if (turns.get(name) === quiet) turns.delete(name);
    }
  };
}

function progressFrom({ ledger }: RouterStore, place: LedgerPosition): StreamProgress {
  const progress = createStreamProgress(place.seq);
  for (const ahead of ledger.ahead(place)) progress.pass(ahead);
  return progress;
}

type Message = Pick<Delivery, 'seq' | 'subject' | 'bytes' | 'attempt' | 'storedAt'>;

async function take(
  { store, open, onForeign, isRuledOut }: FollowerDeps,
  { epoch, progress, ahead, waiting }: Entered,
  message: Message,
): Promise<void> {
  const place = { epoch, seq: message.seq };
  const isAhead = progress.head() < message.seq - 1;
  if (!store.ledger.at(place)) {
    const recordPosition = { place, isHere: true, isAhead, bytes: message.bytes, kept: false };
    const opened = await open(message);
    if (opened.type === 'waits' && !(await isRuledOut({ epoch, ...message }))) {
      waiting.set(message.seq, opened.code);
      throw fail('not-ready', 'a record of the ledger cannot be verified yet');
    }
    if (opened.type === 'usable') await store.commit(() => opened.apply(recordPosition));
    else if (opened.type === 'foreign') onForeign(opened.code, message);
  }
  waiting.delete(message.seq);
  const about = parseSubject(message.subject);
  if (about?.type === 'ledger') ahead.set(message.seq, about.org);
  progress.pass(message.seq);
  await movePositions(store, { ahead, head: progress.head() });
}

/**
 * An organisation's position is the sequence after which its next record is written. It never moves past a
 * gap, because the gap may hide a narrowing; it does move past messages that no router signed
 * (docs/architecture.md#rule-4).
 */
async function movePositions(
  { ledger, commit }: RouterStore,
  { ahead, head }: Pick<Entered, 'ahead'> & { readonly head: number },
): Promise<void> {
  const passed = [...ahead].filter(([seq]) => seq <= head);
  const news = passed.filter(([seq, org]) => ledger.lastSeq(org) < seq);
  if (news.length > 0) await commit(() => news.forEach(([seq, org]) => ledger.setLastSeq(org, seq)));
  for (const [seq] of passed) ahead.delete(seq);
}
