import type { Bus } from '../../shared/bus/connect.js';
import { lastOn, nextOn } from '../../shared/bus/direct-get.js';
import { publishNext } from '../../shared/bus/publish.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { LedgerPlace } from '../../shared/ledger/command-content.js';
import { subjects } from '../../shared/wire/subjects.js';
import { sources } from '../../shared/bus/streams.js';
import type { ProjectionFollower } from './follower.js';
import type { RecordPosition } from './projection.js';
import type { RollbackCheck } from './rollback.js';

/** A signed record to write to `ledger.<org>`. */
export interface Writing {
  readonly org: OrgId;
  /** The organisation's last sequence when the record was decided: a later record could have changed the decision. */
  readonly position: number;
  /** Digest of its statement. */
  readonly digest: string;
  readonly bytes: Uint8Array;
  /** Applies the record to the projection; called within a transaction. */
  readonly apply: (recordPosition: RecordPosition) => void;
}

/** Writes records to LEDGER. */
export interface LedgerWriter {
  /**
   * Stores a record exactly once and applies it; returns its sequence, after which the caller may write
   * another. Throws `busy` when another router wrote for this organisation since `position`: that record is
   * applied by then, and the caller decides again. Throws `full`, `not-ready`, and `ledger-damaged` when the
   * stream gives out a known sequence again.
   */
  write(writing: Writing): Promise<number>;
  /**
   * Checks the position before a delivery that records nothing, and so has no compare-and-set. Throws `busy` when the ledger
   * has a later record of this organisation: it is applied by then.
   */
  confirm(writing: Pick<Writing, 'org' | 'position'>): Promise<void>;
  /** The position up to which this router has applied the ledger. Throws `not-ready` before it follows one. */
  applied(): LedgerPlace;
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

/** Creates the writer of one router. */
export function createLedgerWriter(deps: WriterDeps): LedgerWriter {
  const writing = new Map<OrgId, Promise<unknown>>();
  const publish = async (record: Writing, expected: number): Promise<number | 'stale'> => {
    const work = publishAndApply(deps, record, expected);
    const quiet = work.catch(() => undefined);
    writing.set(record.org, quiet);
    return work.finally(() => {
      if (writing.get(record.org) === quiet) writing.delete(record.org);
    });
  };
  return {
    applied: () => ({ epoch: deps.follower().epoch(), sequence: deps.follower().head() }),
    write: async (record) => {
      const { org, position, digest } = record;
      const epoch = deps.follower().epoch();
      // At position 0 the compare-and-set cannot detect records that the stream dropped: the check is below.
      if (position > 0) {
        const first = await publish(record, position);
        if (first !== 'stale') return first;
      }
      const last = await newestOf(deps, org);
      if (last === undefined) {
        await expectNothing(deps, record);
        const second = await publish(record, 0);
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
      await writing.get(org);
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

const busy = () => fail('busy', 'another router has written a record meanwhile');

/**
 * Publishes by compare-and-set on the organisation's subject, so that several routers need no lease and a
 * router that is behind does no harm.
 */
async function publishAndApply(
  { core, store, follower, rollback, signal }: WriterDeps,
  { org, bytes, apply }: Writing,
  expected: number,
): Promise<number | 'stale'> {
  const [epoch, head] = [follower().epoch(), follower().head()];
  const answer = await publishNext(core, { subject: subjects.ledger(org), bytes, expected, signal });
  if (answer === 'full') throw fail('full', 'the stream LEDGER is full');
  if (answer === 'stale') return 'stale';
  if (answer.seq <= head) throw rollback.proven(epoch);
  await store.commit(() => apply({ place: { epoch, seq: answer.seq }, isHere: true, bytes, kept: false }));
  follower().passed(answer.seq);
  return answer.seq;
}

/**
 * The subject is empty: it had no record yet, or the stream dropped its records. Throws `busy` when a dropped record was not
 * applied, as it could be a narrowing, and `not-ready` when the stream was created again.
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
