import { parentPort } from 'node:worker_threads';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { isBusy, isFlushFailure } from '../sqlite-error.js';
import { loadSqlite } from '../sqlite.js';
import type { CheckpointAsked, CheckpointOutcome } from './checkpoint-thread.js';

/*
 * Moves write-ahead logs into their databases, each with a connection of its own, so that the thread that answers is not blocked
 * by the flushes. A connection is kept until its database is closed: the package for Node 20 ends one only when the collector
 * takes its statements.
 */

type Run = (mode: 'PASSIVE' | 'TRUNCATE') => CheckpointOutcome;

const connections = new Map<string, { readonly db: DatabaseSyncInstance; readonly run: Run }>();

parentPort?.on('message', (asked: CheckpointAsked) => {
  parentPort?.postMessage(outcomeOf(asked), []);
});

function outcomeOf({ path, mode }: CheckpointAsked): CheckpointOutcome {
  try {
    if (mode !== 'CLOSE') return connect(path)(mode);
    connections.get(path)?.db.close();
    connections.delete(path);
    return 'whole';
  } catch (thrown) {
    if (isFlushFailure(thrown)) return 'disk-failed';
    return isBusy(thrown) ? 'part' : 'failed';
  }
}

function connect(path: string): Run {
  const known = connections.get(path);
  if (known !== undefined) return known.run;
  const db = new (loadSqlite().DatabaseSync)(path);
  db.exec('PRAGMA busy_timeout = 0; PRAGMA synchronous = NORMAL');
  const [passive, truncate] = ['PASSIVE', 'TRUNCATE'].map((mode) =>
    db.prepare(`PRAGMA wal_checkpoint(${mode})`),
  );
  const run: Run = (mode) => {
    const row = (mode === 'PASSIVE' ? passive : truncate)?.get();
    const { busy, log, checkpointed } = row as Readonly<Record<'busy' | 'log' | 'checkpointed', number>>;
    return busy === 0 && log === checkpointed ? 'whole' : 'part';
  };
  connections.set(path, { db, run });
  return run;
}
