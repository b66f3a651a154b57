import type { Bus } from '../../shared/bus/connect.js';
import { lastOn, nextOn } from '../../shared/bus/direct-get.js';
import { publishNext } from '../../shared/bus/publish.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { subjects } from '../../shared/wire/subjects.js';
import { sources } from '../../shared/bus/streams.js';
import type { ProjectionFollower } from './follower.js';
import type { RecordPosition } from './projection.js';
import type { RollbackCheck } from './rollback.js';

/** A signed record that is to stand on `ledger.<org>`. */
export interface Writing {
  readonly org: OrgId;
  /** The organisation's last sequence when this was decided: what came since could have changed the decision. */
  readonly position: number;
  /** Of its statement. */
  readonly digest: string;
  readonly bytes: Uint8Array;
  /** Takes it into the projection; within a transaction. */
  readonly apply: (recordPosition: RecordPosition) => void;
}

export interface LedgerWriter {
  /**
   * Stores a record exactly once and applies it. Throws `busy` when somebody else recorded something of this
   * organisation meanwhile: it is applied by then, and whoever decided decides again. Throws `full`, `not-ready`, and
   * `ledger-damaged` when the stream gives out again a sequence that was read. Gives
   * the record's sequence: the position of who has more to record that was decided before.
   */
  write(writing: Writing): Promise<number>;
  /**
   * For who delivers what is recorded without recording anything, so that no compare-and-set would tell. Throws `busy`
   * when something stands on the ledger that was not known at `position`: it is applied by then.
   */
  confirm(writing: Pick<Writing, 'org' | 'position'>): Promise<void>;
  /** Resolves when nothing is being written for the organisation. */
  settled(org: OrgId): Promise<void>;
}

interface WriterDeps {
  readonly core: Bus;
  readonly store: RouterStore;
  readonly follower: () => ProjectionFollower;
  readonly rollback: Pick<RollbackCheck, 'proven' | 'suspect'>;
  readonly signal: AbortSignal;
}

export function createLedgerWriter(deps: WriterDeps): LedgerWriter {
  const under = new Map<OrgId, Promise<unknown>>();
  const publish = async (writing: Writing, expected: number): Promise<number | 'stale'> => {
    const work = publishAndApply(deps, writing, expected);
    const quiet = work.catch(() => undefined);
    under.set(writing.org, quiet);
    return work.finally(() => {
      if (under.get(writing.org) === quiet) under.delete(writing.org);
    });
  };
  return {
    write: async (writing) => {
      const { org, position, digest } = writing;
      const epoch = deps.follower().epoch();
      // What the ledger forgot is not there to refuse a first record: that is looked for.
      if (position > 0) {
        const first = await publish(writing, position);
        if (first !== 'stale') return first;
      }
      const last = await newestOf(deps, org);
      if (last === undefined) {
        await expectNothing(deps, writing);
        const second = await publish(writing, 0);
        if (second !== 'stale') return second;
        throw busy();
      }
      if (last.seq < position) deps.rollback.suspect(org);
      await deps.follower().reach(last, deps.signal);
      // An earlier try of this very record may have been stored without its acknowledgement arriving.
      const place = deps.store.ledger.placeOf(digest);
      if (place?.epoch !== epoch) throw busy();
      return place.seq;
    },
    confirm: (at) => confirm(deps, at),
    settled: async (org) => {
      await under.get(org);
    },
  };
}

const LEDGER = { stream: sources.ledgerAuditor.stream, subject: 'ledger.*' };

const newestOf = ({ core }: WriterDeps, org: OrgId) =>
  lastOn(core, { stream: sources.ledgerAuditor.stream, subject: subjects.ledger(org) });

async function confirm(
  deps: WriterDeps,
  { org, position }: Pick<Writing, 'org' | 'position'>,
): Promise<void> {
  const last = await newestOf(deps, org);
  if (last === undefined) return expectNothing(deps, { org, position });
  if (last.seq === position) return;
  if (last.seq < position) deps.rollback.suspect(org);
  await deps.follower().reach(last, deps.signal);
  throw busy();
}

const busy = () => fail('busy', 'somebody else recorded meanwhile');

/** Compare-and-set on the organisation's own subject: several routers need no lease, and a stale one is harmless. */
async function publishAndApply(
  { core, store, follower, rollback, signal }: WriterDeps,
  { org, bytes, apply }: Writing,
  expected: number,
): Promise<number | 'stale'> {
  const [epoch, head] = [follower().epoch(), follower().head()];
  const answer = await publishNext(core, { subject: subjects.ledger(org), bytes, expected, signal });
  if (answer === 'full') throw fail('full', 'the ledger takes nothing');
  if (answer === 'stale') return 'stale';
  if (answer.seq <= head) throw rollback.proven(epoch);
  await store.commit(() => apply({ place: { epoch, seq: answer.seq }, isHere: true, bytes, kept: false }));
  follower().passed(answer.seq);
  return answer.seq;
}

/**
 * Nothing is on the subject: there never was, or the stream forgot it, or was made anew, which is another matter. What was
 * forgotten unread could have been a narrowing.
 */
async function expectNothing(
  { core, store, follower }: WriterDeps,
  { org, position }: Pick<Writing, 'org' | 'position'>,
): Promise<void> {
  await follower().confirmEpoch();
  const behind = follower().head() + 1;
  const next = await nextOn(core, { ...LEDGER, from: behind });
  if (next !== undefined && next.seq > behind) throw busy();
  if (store.ledger.lastSeq(org) !== position) throw busy();
}
