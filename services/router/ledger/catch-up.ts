import type { Bus } from '../../shared/bus/connect.js';
import { type ConsumerState, consumerState } from '../../shared/bus/consumer-state.js';
import { lastOn, type StoredMessage } from '../../shared/bus/direct-get.js';
import { type Source, sources } from '../../shared/bus/streams.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { type Code, fail, isCode } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { ArchivedRecord, ReadArchive } from './auditor-http.js';
import type { ProjectionFollower } from './follower.js';
import type { ReceivedHeartbeat } from './heartbeat-watch.js';
import type { LedgerWriter } from './writer.js';
import type { OpenRecord } from './reader.js';
import type { RollbackCheck } from './rollback.js';
import { RecordUnverified } from './unverified.js';

/** Brings the projection up to date with the ledger, and detects that the ledger was replaced by another. */
export interface CatchUp {
  /** True when everything that the ledger held at the start of this epoch is applied. */
  isDone(): boolean;
  /** Starts over when the stream is no longer the same one. Call before reading a heartbeat. */
  checkEpoch(): Promise<void>;
  /** Catches up as far as possible. Throws the reason when it is not done yet; call again. */
  step(): Promise<void>;
  /** The newest heartbeat, when it is about this epoch. */
  heartbeat(): ReceivedHeartbeat | undefined;
}

interface CatchUpDeps {
  readonly core: Bus;
  readonly source: Source;
  readonly store: RouterStore;
  readonly clock: Clock;
  readonly follower: ProjectionFollower;
  readonly writer: LedgerWriter;
  readonly rollback: Pick<RollbackCheck, 'suspect' | 'look'>;
  readonly open: OpenRecord;
  readonly readArchive: ReadArchive;
  readonly lastHeartbeat: () => ReceivedHeartbeat | undefined;
  readonly orgs: () => readonly OrgId[];
  readonly signal: AbortSignal;
  readonly onForeign: (code: Code, stored: Pick<StoredMessage, 'seq' | 'subject'>) => void;
  readonly onEpoch: (epoch: string) => void;
}

const NEWEST_TIMEOUT_MS = 1_000;

/** Creates the catch-up of one router; nothing is read before the first `checkEpoch`. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { store, follower } = deps;
  let state: ConsumerState | undefined;
  let entered: { readonly epoch: string; readonly target: number } | undefined;
  let done = false;
  return {
    isDone: () => done,
    checkEpoch: async () => {
      state = await consumerState(deps.core, deps.source);
      // Records that were acknowledged but not applied are gone from the stream: the auditor has them.
      const isWhole = state.acknowledged <= follower.head();
      if (entered?.epoch === state.epoch && isWhole) return;
      done = false;
      entered = undefined;
      await follower.leave();
      await resetForEpoch(deps, state.epoch);
    },
    step: async () => {
      if (state === undefined) return;
      if (entered === undefined) {
        await enter(deps, state);
        entered = { epoch: state.epoch, target: state.delivered + state.pending };
        deps.orgs().forEach(deps.rollback.suspect);
      }
      await deps.rollback.look({ epoch: entered.epoch, seq: follower.head() });
      const waiting = follower.waiting();
      if (waiting !== undefined) throw new RecordUnverified(`${waiting.seq} of the ledger`, waiting.code);
      if (done) return;
      await readNewest(deps);
      if (follower.head() < entered.target) throw fail('not-ready', 'the ledger is being read');
      await recordUnarchived(deps, entered.epoch);
      done = true;
    },
    heartbeat: () => heartbeatOf(deps, store.fact('epoch')),
  };
}

/** The newest heartbeat, when it is about this epoch. */
function heartbeatOf(
  { lastHeartbeat }: Pick<CatchUpDeps, 'lastHeartbeat'>,
  epoch: string | undefined,
): ReceivedHeartbeat | undefined {
  const heartbeat = lastHeartbeat();
  return heartbeat?.epoch === epoch ? heartbeat : undefined;
}

/** Resets the stored sequences when the epoch has changed, because they start again at 1. */
async function resetForEpoch({ store, onEpoch }: CatchUpDeps, epoch: string): Promise<void> {
  const before = store.fact('epoch');
  if (before === epoch) return;
  if (before !== undefined) onEpoch(epoch);
  await store.commit(() => {
    store.ledger.resetSequences();
    store.deliveries.resetToRecorded();
    store.setFact('epoch', epoch);
    store.setFact('head', '0');
  });
}

/** Rebuilds from the auditor's archive where the stream no longer has the records, then follows the stream. */
async function enter(deps: CatchUpDeps, { epoch, acknowledged }: ConsumerState): Promise<void> {
  const { store, follower } = deps;
  let head = headOf(store, epoch);
  if (store.fact('rebuilt') !== epoch || head < acknowledged) {
    head = Math.max(head, await rebuild(deps, { epoch, acknowledged }));
    await store.commit(() => {
      store.setFact('rebuilt', epoch);
      store.setFact('head', String(head));
    });
  }
  await follower.enter(epoch, head);
}

/** The last sequence up to which the records of the epoch are applied without a gap. */
function headOf(store: RouterStore, epoch: string): number {
  let head = Number(store.fact('head') ?? 0);
  for (const seq of store.ledger.ahead({ epoch, seq: head })) {
    if (seq !== head + 1) break;
    head = seq;
  }
  return head;
}

/** Applies the auditor's archive from where the last rebuild ended; returns the sequence of this epoch that it reaches. */
async function rebuild(
  deps: CatchUpDeps,
  { epoch, acknowledged }: { readonly epoch: string; readonly acknowledged: number },
): Promise<number> {
  const { store } = deps;
  const heartbeat = heartbeatOf(deps, epoch);
  if (heartbeat === undefined) throw fail('auditor-silent', 'no heartbeat of this epoch yet');
  if (heartbeat.seq < acknowledged)
    throw fail('auditor-silent', 'the auditor has not archived everything yet');
  for (let from = Number(store.fact('auditor') ?? 0) + 1; ; ) {
    const batch = await deps.readArchive(from);
    const last = batch.at(-1);
    if (last === undefined) return heartbeat.seq;
    await applyArchived(deps, epoch, batch);
    from = last.number + 1;
  }
}

/** Verifies a batch of archived records in parallel, and applies them with their position in one transaction. */
async function applyArchived(
  { store, open, onForeign }: CatchUpDeps,
  epoch: string,
  batch: readonly ArchivedRecord[],
): Promise<void> {
  // The auditor verified each record on arrival, so later revocations change nothing.
  const opened = await Promise.all(
    batch.map(async (kept) => (kept.isRuledOut ? RULED_OUT : open({ ...kept, storedAt: new Date(0) }))),
  );
  const stuck = opened.findIndex(({ type }) => type === 'waits');
  const usable = stuck === -1 ? batch : batch.slice(0, stuck);
  await store.commit(() => {
    for (const [at, { number, epoch: of, seq }] of usable.entries()) {
      const record = opened[at];
      const place = { epoch: of, seq };
      if (record?.type === 'usable') record.apply({ place, isHere: of === epoch, bytes: null, kept: true });
      store.setFact('auditor', String(number));
    }
  });
  for (const [at, kept] of usable.entries()) {
    const record = opened[at];
    if (record?.type === 'foreign') onForeign(record.code, kept);
  }
  const [next, waiting] = [batch[usable.length], opened[stuck]];
  if (next !== undefined && waiting?.type === 'waits') {
    throw new RecordUnverified(`${next.number} of the auditor`, waiting.code);
  }
}

const RULED_OUT = { type: 'ruled-out' } as const;

/**
 * Reads the newest record of each organisation from the stream directly, because after a crash the consumer
 * delivers that record only after `ack_wait`.
 */
async function readNewest({ core, orgs, follower, signal }: CatchUpDeps): Promise<void> {
  const { stream } = sources.ledgerAuditor;
  const found = await Promise.all(
    orgs().map((org) => lastOn(core, { stream, subject: subjects.ledger(org) })),
  );
  const unread = found.filter(
    (stored): stored is StoredMessage => stored !== undefined && stored.seq > follower.head(),
  );
  for (const stored of unread.toSorted((a, b) => a.seq - b.seq)) {
    try {
      await withDeadline({ signal, ms: NEWEST_TIMEOUT_MS }, (soon) => follower.reach(stored, soon));
    } catch (error) {
      if (isCode(error, 'timed-out')) return;
      throw error;
    }
  }
}

/** After the loss of the stream, writes every unconfirmed record to it again, byte for byte and in order. */
async function recordUnarchived({ store, writer }: CatchUpDeps, epoch: string): Promise<void> {
  for (const { digest, org, bytes } of store.ledger.unkept(epoch)) {
    await writer.write({
      org: parseOrgId(org),
      position: store.ledger.lastSeq(org),
      digest,
      bytes,
      apply: ({ place }) => {
        store.ledger.setLastSeq(org, place.seq);
        store.ledger.move(digest, place);
      },
    });
  }
}
