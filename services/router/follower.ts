import type { Bus } from '../shared/bus/connect.js';
import { type Consumption, consume } from '../shared/bus/consume.js';
import { consumerState } from '../shared/bus/consumer-state.js';
import type { Delivery } from '../shared/bus/delivery.js';
import type { Stored } from '../shared/bus/direct-get.js';
import type { Source } from '../shared/bus/streams.js';
import { type Code, fail, type LiaisonError } from '../shared/kernel/errors.js';
import { parseSubject } from '../shared/wire/subjects.js';
import type { Place } from '../shared/store/router-ledger.js';
import type { RouterStore } from '../shared/store/router-store.js';
import { createProgress, type Progress } from './progress.js';
import type { RecordReader } from './record-reader.js';

/** Reads the LEDGER stream into the projection. */
export interface Follower {
  /** The life of the stream that sequences belong to. Throws `not-ready` before it was entered. */
  epoch(): string;
  /** Begins, or begins anew, at an epoch; everything up to `seq` is applied. */
  enter(epoch: string, seq: number): Promise<void>;
  /** This sequence is applied. */
  passed(seq: number): void;
  /** Resolves when a message read from the stream is applied. Throws `timed-out`. */
  reach(stored: Stored, signal: AbortSignal): Promise<void>;
  /** Throws `not-ready` when the stream is not the one that was entered. */
  confirmEpoch(): Promise<void>;
  /** Everything up to here is applied. */
  head(): number;
  leave(): Promise<void>;
}

interface FollowerDeps {
  readonly core: Bus;
  readonly source: Source;
  readonly store: RouterStore;
  readonly read: RecordReader;
  /** Waits until the router itself writes nothing for the organisation of this subject. */
  readonly settled: (subject: string) => Promise<void>;
  readonly onForeign: (code: Code, stored: Pick<Stored, 'seq' | 'subject'>) => void;
  readonly onTrouble: (trouble: LiaisonError) => void;
}

const PARALLEL = 16;
const REACH_MS = 10_000;

export function createFollower(deps: FollowerDeps): Follower {
  let entered: Entered | undefined;
  let consumption: Consumption | undefined;
  const here = (): Entered => {
    if (entered === undefined) throw fail('not-ready', 'the ledger was not entered yet');
    return entered;
  };
  const leave = async (): Promise<void> => {
    await consumption?.stop();
    consumption = undefined;
    entered = undefined;
  };
  const handle = async (delivery: Delivery): Promise<void> => {
    await deps.settled(delivery.subject);
    await take(deps, here(), delivery);
    await delivery.ack();
  };
  return {
    epoch: () => here().epoch,
    enter: async (epoch, seq) => {
      await leave();
      entered = { epoch, progress: progressFrom(deps.store, { epoch, seq }) };
      const { core, source, onTrouble } = deps;
      consumption = await consume(core, source, { handle, onTrouble, parallel: PARALLEL });
    },
    passed: (seq) => entered?.progress.pass(seq),
    reach: async (stored, signal) => {
      // The stream has it already; the consumer may hand it out late (a redelivery), so it is taken from here too.
      const { progress } = here();
      await progress.reach(stored.seq - 1, AbortSignal.any([signal, AbortSignal.timeout(REACH_MS)]));
      await take(deps, here(), { ...stored, attempt: 0 });
    },
    confirmEpoch: async () => {
      const { createdAt } = await consumerState(deps.core, deps.source);
      if (createdAt !== here().epoch) throw fail('not-ready', 'the ledger was made anew');
    },
    head: () => entered?.progress.head() ?? 0,
    leave,
  };
}

interface Entered {
  readonly epoch: string;
  readonly progress: Progress;
}

function progressFrom({ ledger }: RouterStore, place: Place): Progress {
  const progress = createProgress(place.seq);
  for (const ahead of ledger.ahead(place)) progress.pass(ahead);
  return progress;
}

type Message = Pick<Delivery, 'seq' | 'subject' | 'bytes' | 'attempt' | 'storedAt'>;

/** A directory that lists a new hub key may come a moment later than what that key signed. */
const PATIENCE = 3;

async function take(
  { store, read, onForeign }: FollowerDeps,
  { epoch, progress }: Entered,
  message: Message,
): Promise<void> {
  const place = { epoch, seq: message.seq };
  if (!store.ledger.at(place)) {
    const standing = { place, isHere: true, bytes: message.bytes, kept: false };
    const answer = await read(message, standing);
    if (answer === 'key-unknown' && message.attempt < PATIENCE) {
      throw fail('not-ready', 'a record is signed with a key that no directory lists yet');
    }
    if (answer !== 'applied') {
      onForeign(answer, message);
      await skip(store, message);
    }
  }
  progress.pass(message.seq);
}

/** What no router signed moves the sequence of its subject all the same (architecture, rule 4). */
async function skip(store: RouterStore, { subject, seq }: Message): Promise<void> {
  const about = parseSubject(subject);
  if (about?.type === 'ledger') await store.commit(() => store.ledger.setLastSeq(about.org, seq));
}
