import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createArchiveClient } from '../../../services/router/ledger/auditor-http.js';
import { pruneArchived } from '../../../services/router/ledger/prune-archived.js';
import {
  createTakeInChild,
  keepSnapshots,
  type Snapshots,
} from '../../../services/router/ledger/snapshots.js';
import { systemClock } from '../../../services/shared/kernel/clock.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { restoreRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { snapshotsOf } from '../../../services/shared/store/snapshot-files.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { startHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const CHILD = pathToFileURL(join(projectRoot, 'dist/services/router/ledger/snapshot-child.js'));
const DAY = 86_400;

const open = (path: string): Promise<RouterStore> =>
  restoreRouterStore(path, { onAlarm: () => undefined, onSkip: () => undefined });

const snapshotsFor = (database: string, store: RouterStore): Snapshots =>
  keepSnapshots({
    database,
    store,
    take: createTakeInChild(CHILD),
    clock: systemClock,
    log: createLogger('test-snapshots', 'silent'),
    firstMs: 10,
    everyMs: 50,
  });

describe('router: a snapshot of the projection', () => {
  test('taken by a child process restores a router without its database; only later records are read from the auditor', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'] });
    const path = join(hub.broker.home.root, 'own', 'router.db');
    mkdirSync(join(hub.broker.home.root, 'own'));
    const first = await open(path);
    const router = await hub.start({ store: first });
    await hub.open(router);
    const europol = await hub.gateway('europol');
    await europol.listen();
    const before = [await routed(europol), await routed(europol), await routed(europol)];
    await until('a heartbeat about them', () => first.fact('auditor') === '4');
    const snapshots = snapshotsFor(path, first);
    await until('a snapshot', () => snapshotsOf(path).length > 0);
    await snapshots.stop();
    const after = [await routed(europol), await routed(europol)];
    await until('the auditor', async () => (await hub.auditor.records()).length === 5);
    await router.stop();
    await first.close();
    for (const part of ['', '-wal', '-shm']) rmSync(path + part, { force: true });

    const asked: number[] = [];
    const archive = createArchiveClient(
      hub.auditor.url(),
      readSecret(hub.broker.home.hub('router', 'auditor.token')),
    );
    const second = await open(path);
    const again = await hub.start({
      store: second,
      readArchive: (from) => {
        asked.push(from);
        return archive.readArchive(from);
      },
    });
    await hub.open(again);
    // A reading that failed is repeated.
    expect([...new Set(asked)]).toEqual([5, 7]);
    for (const id of [...before, ...after]) expect(second.ledger.reportOn(europol.org, id)).toBeDefined();
    await routed(europol);
    await again.stop();
    await second.close();
  });

  test('contains no rows that an earlier sweep deleted, and then replaces all earlier snapshots', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'liaison-forgot-'));
    const path = join(folder, 'router.db');
    const store = await open(path);
    const epoch = 'e';
    const hear = (seq: number, days: number): Promise<void> => {
      const time = new Date(days * DAY * 1_000);
      const heartbeat = { epoch, seq, count: seq, size: 0, time, token: 'none', frame: Buffer.of() };
      return pruneArchived(store, { heartbeat, clock: () => heartbeat.time, head: seq });
    };
    const notice = {
      originator: 'europol',
      number: 1,
      state: 'active',
      frame: 'f',
      at: 1,
      kind: 'red',
    } as const;
    await store.commit(() => {
      store.setFact('epoch', epoch);
      for (const [name, exp] of [
        ['forgotten', 1],
        ['remembered', 100],
      ] as const) {
        const own = { jti: `${name}-one.1`, digest: name, exp: exp * DAY, part: '{}', decisions: '[]' };
        store.notices.put({ ...notice, ...own }, { epoch, seq: 1 });
      }
    });
    // An earlier snapshot may be deleted while the folder is read.
    const contentOf = (file: string): Buffer => (existsSync(file) ? readFileSync(file) : Buffer.of());
    const holding = (word: string): readonly string[] =>
      readdirSync(folder).filter(
        (name) => /snapshot-\d/.test(name) && contentOf(join(folder, name)).includes(word),
      );
    await hear(1, 2);
    const snapshots = snapshotsFor(path, store);
    await until('a first snapshot', () => holding('forgotten-one').length === 1);
    await hear(2, 40);
    await until('a snapshot without it', () => holding('forgotten-one').length === 0);
    expect(holding('remembered-one')).toHaveLength(1);
    await hear(3, 40);
    await until('another, while nothing was forgotten', () => holding('remembered-one').length === 2);
    await hear(4, 40);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(holding('remembered-one')).toHaveLength(2);
    await snapshots.stop();
    await store.close();
    rmSync(folder, { recursive: true });
  });
});

/** Sends a frame with one notice and waits for the report; returns its id. */
async function routed(gateway: PlayedGateway): Promise<string> {
  const sent = await gateway.frame([await gateway.issue()]);
  await gateway.send(sent);
  await gateway.reportOn(sent);
  return sent.id;
}
