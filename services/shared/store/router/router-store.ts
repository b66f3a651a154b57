import { type Commit, createCommitGroup } from '../commit-group.js';
import { type OnAlarm, openDerived, openFromSnapshot } from '../derived-database.js';
import { createRouterActions, type RouterActions } from './router-actions.js';
import { createRouterAsks, type RouterAsks } from './router-asks.js';
import { createRouterDeliveries, type RouterDeliveries } from './router-deliveries.js';
import { createRouterForwards, type RouterForwards } from './router-forwards.js';
import { createRouterLedger, type RouterLedger } from './router-ledger.js';
import { createRouterNotices, type RouterNotices } from './router-notices.js';
import { createRouterQuarantine, type RouterQuarantine } from './router-quarantine.js';
import { createRouterQuotas, type RouterQuotas } from './router-quotas.js';
import { ROUTER_MIGRATIONS } from './router-schema.js';
import { createRouterReleases, type RouterReleases } from './router-releases.js';
import { createRouterRecalls, type RouterRecalls } from './router-recalls.js';
import { createRouterShares, type RouterShares } from './router-shares.js';
import { createRouterStanding, type RouterStanding } from './router-standing.js';
import { createRouterSweep, type SweepProjection } from './router-sweep.js';
import type { Database } from '../sqlite.js';
import { createWalCheckpoints } from '../wal/checkpoint-wal.js';

/** The router's view of the ledger in one SQLite file. The ledger itself stays the authority. */
export interface RouterStore extends Pick<Database, 'read'> {
  readonly commit: Commit;
  readonly ledger: RouterLedger;
  readonly notices: RouterNotices;
  readonly deliveries: RouterDeliveries;
  readonly forwards: RouterForwards;
  readonly actions: RouterActions;
  readonly asks: RouterAsks;
  readonly recalls: RouterRecalls;
  readonly releases: RouterReleases;
  readonly shares: RouterShares;
  readonly standing: RouterStanding;
  readonly quarantine: RouterQuarantine;
  readonly quotas: RouterQuotas;
  /** A single named value, set by `setFact`. */
  fact(name: string): string | undefined;
  setFact(name: string, value: string): void;
  /** Deletes a portion of the rows whose retention time has passed, closed quarantine entries and commands included. */
  readonly sweep: SweepProjection;
  close(): Promise<void>;
}

/** Opens or creates the view; a damaged one is moved aside, reported to `onAlarm`, and starts empty. */
export function openRouterStore(path: string, onAlarm: OnAlarm = () => {}): RouterStore {
  return routerStoreOn(openDerived(path, { migrations: ROUTER_MIGRATIONS, onAlarm }), path);
}

/** Opens the view; replaces a missing or damaged one with its newest undamaged snapshot, as `openFromSnapshot` does. */
export async function restoreRouterStore(
  path: string,
  restoring: {
    readonly onAlarm: OnAlarm;
    readonly onSkip: (reason: string) => void;
  },
): Promise<RouterStore> {
  return routerStoreOn(await openFromSnapshot(path, { ...restoring, migrations: ROUTER_MIGRATIONS }), path);
}

function routerStoreOn(db: Database, path: string): RouterStore {
  db.exec('PRAGMA wal_autocheckpoint = 0');
  // No commit is flushed: what a power cut takes is read again, from the stream or from the auditor.
  const { commit, flush, hold } = createCommitGroup(db, { onCommit: () => checkpoints.look() });
  const checkpoints = createWalCheckpoints({ path, hold });
  const values = createNamedValues(db);
  const quarantine = createRouterQuarantine(db);
  const sweep = createRouterSweep(db);
  const shares = createRouterShares(db);
  return {
    commit,
    read: db.read,
    ...values,
    ledger: createRouterLedger(db),
    notices: createRouterNotices(db),
    actions: createRouterActions(db),
    asks: createRouterAsks(db),
    recalls: createRouterRecalls(db),
    releases: createRouterReleases(db, values),
    deliveries: createRouterDeliveries(db, shares),
    forwards: createRouterForwards(db),
    shares,
    standing: createRouterStanding(db),
    quarantine,
    quotas: createRouterQuotas(db),
    sweep: (before, limit) => sweep(before, limit) + quarantine.sweep(before, limit),
    close: async () => {
      await flush();
      await checkpoints.close();
      db.close();
    },
  };
}

function createNamedValues(db: Database): Pick<RouterStore, 'fact' | 'setFact'> {
  const get = db.prepare<[string], { readonly value: string }>('SELECT value FROM fact WHERE name = ?');
  const set = db.prepare<[string, string]>(
    'INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return { fact: (name) => get.get(name)?.value, setFact: (name, value) => void set.run(name, value) };
}
