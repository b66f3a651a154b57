import type { Bus } from '../../shared/bus/connect.js';
import { type ConsumerState, consumerState } from '../../shared/bus/consumer-state.js';
import { lastOn, type Stored } from '../../shared/bus/direct-get.js';
import { type Source, sources } from '../../shared/bus/streams.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { type Code, fail, isCode } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { ReadArchive } from './auditor-http.js';
import type { ProjectionFollower } from './follower.js';
import type { ReceivedHeartbeat } from './heartbeat-watch.js';
import type { LedgerWriter } from './writer.js';
import type { RecordReader } from './reader.js';
import type { RollbackCheck } from './rollback.js';

/** Brings the projection to what the ledger says, and keeps an eye on whether it is still the same ledger. */
export interface CatchUp {
  isDone(): boolean;
  /** Looks whether it is still the same stream; to be called before a heartbeat is looked at. */
  notice(): Promise<void>;
  /** Goes as far as it can; throws what keeps it, to be asked again. */
  step(): Promise<void>;
  /** The newest heartbeat if it speaks of this life of the stream. */
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
  readonly read: RecordReader;
  readonly readArchive: ReadArchive;
  readonly lastHeartbeat: () => ReceivedHeartbeat | undefined;
  readonly orgs: () => readonly OrgId[];
  readonly signal: AbortSignal;
  readonly onForeign: (code: Code, stored: Pick<Stored, 'seq' | 'subject'>) => void;
  readonly onEpoch: (epoch: string) => void;
}

const STRAGGLER_MS = 1_000;

export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { store, follower } = deps;
  let state: ConsumerState | undefined;
  let entered: { readonly epoch: string; readonly target: number } | undefined;
  let done = false;
  return {
    isDone: () => done,
    notice: async () => {
      state = await consumerState(deps.core, deps.source);
      // What was acknowledged and did not pass here, the stream forgot while this router was away: the auditor has it.
      const isWhole = state.acknowledged <= follower.head();
      if (entered?.epoch === state.epoch && isWhole) return;
      done = false;
      entered = undefined;
      await follower.leave();
      await begin(deps, state.epoch);
    },
    step: async () => {
      if (state === undefined) return;
      if (entered === undefined) {
        await enter(deps, state);
        entered = { epoch: state.epoch, target: state.delivered + state.pending };
        deps.orgs().forEach(deps.rollback.suspect);
      }
      await deps.rollback.look({ epoch: entered.epoch, seq: follower.head() });
      if (done) return;
      await takeStragglers(deps);
      if (follower.head() < entered.target) throw fail('not-ready', 'the ledger is being read');
      await recordAgain(deps, entered.epoch);
      done = true;
    },
    heartbeat: () => heartbeatOf(deps, store.fact('epoch')),
  };
}

/** A heartbeat of another life of the stream says nothing about this one. */
function heartbeatOf(
  { lastHeartbeat }: Pick<CatchUpDeps, 'lastHeartbeat'>,
  epoch: string | undefined,
): ReceivedHeartbeat | undefined {
  const heartbeat = lastHeartbeat();
  return heartbeat?.epoch === epoch ? heartbeat : undefined;
}

/** In another life of the stream every sequence begins anew. */
async function begin({ store, onEpoch }: CatchUpDeps, epoch: string): Promise<void> {
  const before = store.fact('epoch');
  if (before === epoch) return;
  if (before !== undefined) onEpoch(epoch);
  await store.commit(() => {
    store.ledger.resetSequences();
    store.deliveries.startAnew();
    store.setFact('epoch', epoch);
    store.setFact('head', '0');
  });
}

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

/** As far as the records of the epoch are there without a gap. */
function headOf(store: RouterStore, epoch: string): number {
  let head = Number(store.fact('head') ?? 0);
  for (const seq of store.ledger.ahead({ epoch, seq: head })) {
    if (seq !== head + 1) break;
    head = seq;
  }
  return head;
}

/** Reads the auditor's file, whole the first time; gives how far in this epoch it reaches. */
async function rebuild(
  deps: CatchUpDeps,
  { epoch, acknowledged }: { readonly epoch: string; readonly acknowledged: number },
): Promise<number> {
  const { store } = deps;
  const heartbeat = heartbeatOf(deps, epoch);
  if (heartbeat === undefined) throw fail('auditor-silent', 'no heartbeat of this epoch yet');
  if (heartbeat.seq < acknowledged) throw fail('auditor-silent', 'the auditor has not kept everything yet');
  for (let from = Number(store.fact('auditor') ?? 0) + 1; ; ) {
    const batch = await deps.readArchive(from);
    for (const kept of batch) {
      const isHere = kept.epoch === epoch;
      const place = { epoch: kept.epoch, seq: kept.seq };
      // What the auditor keeps was verified when it came: a revocation since then changes nothing.
      const stored = { ...kept, storedAt: new Date(0) };
      const answer = await deps.read(stored, { place, isHere, bytes: null, kept: true });
      if (answer !== 'applied') deps.onForeign(answer, kept);
      from = kept.number + 1;
    }
    if (batch.length === 0) break;
    await store.commit(() => store.setFact('auditor', String(from - 1)));
  }
  return heartbeat.seq;
}

/** The newest record of each organisation, which a consumer whose router died may hand out only after its time. */
async function takeStragglers({ core, orgs, follower, signal }: CatchUpDeps): Promise<void> {
  const { stream } = sources.ledgerAuditor;
  const found = await Promise.all(
    orgs().map((org) => lastOn(core, { stream, subject: subjects.ledger(org) })),
  );
  const news = found.filter(
    (stored): stored is Stored => stored !== undefined && stored.seq > follower.head(),
  );
  for (const stored of news.toSorted((a, b) => a.seq - b.seq)) {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(STRAGGLER_MS)]);
    try {
      await follower.reach(stored, soon);
    } catch (error) {
      if (isCode(error, 'timed-out')) return;
      throw error;
    }
  }
}

/** After a loss of the stream: what no heartbeat confirmed is recorded again, byte for byte, in its order. */
async function recordAgain({ store, writer }: CatchUpDeps, epoch: string): Promise<void> {
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
