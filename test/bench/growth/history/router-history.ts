import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { provisionHome } from '../../../../services/cli/init/provision-home.js';
import { seedPath } from '../../../../services/cli/init/seed-path.js';
import { forkProcess } from '../../../../services/cli/up/fork-process.js';
import { HUB_ACCOUNTS } from '../../../../services/shared/bus/accounts.js';
import { type Bus, connectAs } from '../../../../services/shared/bus/connect.js';
import { consumerState } from '../../../../services/shared/bus/consumer-state.js';
import { lastOn } from '../../../../services/shared/bus/direct-get.js';
import { publishLatest } from '../../../../services/shared/bus/publish.js';
import { sources } from '../../../../services/shared/bus/streams.js';
import { pause } from '../../../../services/shared/kernel/pause.js';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import { openRouterStore, type RouterStore } from '../../../../services/shared/store/router/router-store.js';
import { snapshotsOf } from '../../../../services/shared/store/snapshot-files.js';
import { takeSnapshot } from '../../../../services/shared/store/take-snapshot.js';
import { readSecret } from '../../../../services/shared/trust/secret-file.js';
import { claimsIn } from '../../../../services/shared/trust/token-claims.js';
import { readCheckpoint } from '../../../../services/shared/wire/checkpoint-frame.js';
import { subjects } from '../../../../services/shared/wire/subjects.js';
import { type BrokerFixture, endOf } from '../../broker-fixture.js';
import { quantileOf } from '../../figures.js';
import { residentOf } from '../../usage.js';
import { fillProjection } from './fill-projection.js';
import { type HistoryFigure, type HistoryParams, type HistoryRow, measureOnBroker } from './history-part.js';
import { createRecordSource } from './record-source.js';

const WHOLE_RECORDS = 1_000_000;
/** Records that follow the snapshot. */
const LATER_RECORDS = 1_000;
const HEARTBEATS = 300;
const MIB = 1024 ** 2;

/** Measures a router process whose projection holds 1,000,000 records: a start without its database, and a heartbeat. */
export function measureRouterHistory(params: HistoryParams): Promise<HistoryRow> {
  return measureOnBroker(params, (broker) => measureOn(broker, params));
}

async function measureOn(broker: BrokerFixture, { share, say }: HistoryParams): Promise<HistoryRow> {
  const { home, url, monitor, adopt } = broker;
  await provisionHome(home, { run: { nats: url, monitor }, say: () => undefined });
  const seed = readSecret(seedPath(home, HUB_ACCOUNTS.core, { role: 'router' }));
  const core = await connectAs({ servers: url, seed, role: 'router', name: 'bench' });
  adopt(core.close);
  const auditor = await startAuditor(broker);
  const empty = await startRouter(broker, auditor);
  await empty.stop();
  const records = Math.round(share * WHOLE_RECORDS);
  const database = home.router(1, 'router.db');
  await withStore(database, (store) => fillProjection(store, { home, records, say }));
  say('taking a snapshot');
  const began = performance.now();
  await takeSnapshot(database, { keep: 1, at: Date.now() });
  const snapshotMs = performance.now() - began;
  const bytes = statSync(snapshotsOf(database)[0]?.path ?? '').size;
  say(`${LATER_RECORDS} more records`);
  const later = await startRouter(broker, auditor);
  await publishRecords(broker, core);
  await later.stop();
  for (const part of ['', '-wal', '-shm']) rmSync(database + part, { force: true });
  say('starting without the database');
  const restored = await startRouter(broker, auditor);
  await restored.stop();
  const heartbeats = await withStore(database, measureHeartbeats);
  const figures: readonly HistoryFigure[] = [
    { name: 'ready, from the snapshot', unit: 'ms', value: restored.readyMs, goal: 10_000 },
    { name: 'ready, no history', unit: 'ms', value: empty.readyMs },
    { name: 'heartbeat, p50', unit: 'ms', value: quantileOf(heartbeats, 0.5), goal: 1 },
    { name: 'heartbeat, p99', unit: 'ms', value: quantileOf(heartbeats, 0.99) },
    { name: 'snapshot', unit: 'ms', value: snapshotMs },
    { name: 'database', unit: 'MiB', value: bytes / MIB },
    { name: 'memory', unit: 'MiB', value: restored.residentMiB },
  ];
  const history = `${records.toLocaleString('en')} records, ${LATER_RECORDS.toLocaleString('en')} after the snapshot`;
  return { part: 'router', history, figures };
}

async function withStore<T>(database: string, work: (store: RouterStore) => Promise<T>): Promise<T> {
  const store = openRouterStore(database);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function startAuditor({ home, url, adopt }: BrokerFixture): Promise<string> {
  const settings = {
    HOME: home.root,
    NATS_URL: url,
    NATS_TLS: '',
    PORT: 0,
    METRICS_PORT: 0,
    HEARTBEAT_SECONDS: 1,
  };
  const auditor = forkProcess({ service: 'auditor', settings, log: home.log('auditor') });
  adopt(endOf(auditor));
  return String((await auditor.ready)['url']);
}

interface StartedRouter {
  /** From its start to an open gate. */
  readonly readyMs: number;
  readonly residentMiB: number;
  readonly stop: () => Promise<unknown>;
}

async function startRouter({ home, url, adopt }: BrokerFixture, auditor: string): Promise<StartedRouter> {
  const policies = join(projectRoot, 'policies');
  const own = { HOME: home.root, NATS_URL: url, NATS_TLS: '', PORT: 0, METRICS_PORT: 0 };
  const settings = { ...own, AUDITOR_URL: auditor, POLICIES: policies, ROUTER: 1 };
  const began = performance.now();
  const router = forkProcess({ service: 'router', settings, log: home.log('router') });
  const stop = endOf(router);
  adopt(stop);
  const ready = `${String((await router.ready)['url'])}/readyz`;
  while (!(await fetch(ready)).ok) await pause(20);
  return { readyMs: performance.now() - began, residentMiB: residentOf(router.pid), stop };
}

/** Publishes records as another router would, and waits until the router has applied them and the auditor has archived them. */
async function publishRecords({ home }: BrokerFixture, core: Bus): Promise<void> {
  const source = await createRecordSource(home);
  for (let seq = 1; seq <= LATER_RECORDS; seq += 1) {
    const { subject, bytes } = (await source.record(seq)).entry;
    await publishLatest(core, { subject, bytes });
  }
  const isDone = async (): Promise<boolean> => {
    const { pending, ackPending } = await consumerState(core, sources.ledgerRouter(1));
    return pending + ackPending === 0 && (await archived(core)) >= LATER_RECORDS;
  };
  while (!(await isDone())) await pause(100);
}

/** The sequence that the newest heartbeat confirms. */
async function archived(core: Bus): Promise<number> {
  const stored = await lastOn(core, { stream: 'CHECKPOINT', subject: subjects.checkpoint() });
  if (stored === undefined) return 0;
  return Number(Object(claimsIn(readCheckpoint(stored.bytes).heartbeat))['seq'] ?? 0);
}

/** The times of heartbeats that each confirm one more record, in milliseconds. */
async function measureHeartbeats(store: RouterStore): Promise<readonly number[]> {
  const epoch = store.fact('epoch') ?? '';
  const times: number[] = [];
  for (let each = 1; each <= HEARTBEATS; each += 1) {
    const [seq, now] = [10 * LATER_RECORDS + each, new Date()];
    const record = {
      digest: `bench ${each}`,
      org: 'europol',
      frame: `bench ${each}`,
      type: 'routing',
    } as const;
    const bytes = new Uint8Array(2_000);
    const facts = { epoch, seq, at: now.getTime(), exp: now.getTime() / 1_000, kept: false, bytes };
    await store.commit(() => store.ledger.add({ ...record, ...facts }));
    const began = performance.now();
    await store.commit(() => {
      store.ledger.keepUntil({ epoch, seq }, now.getTime());
      store.setFact('head', String(seq));
    });
    store.ledger.bytesAfter({ epoch, seq });
    times.push(performance.now() - began);
  }
  return times;
}
