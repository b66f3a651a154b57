import { createRing, type Ring, type RingEvent } from './console-ring.js';
import { CONSOLE_MIGRATIONS } from './console-schema.js';
import { type Counted, createTally, type Tally } from './console-tally.js';
import { fail } from '../../kernel/errors.js';
import { type OnAlarm, openDerived } from '../derived-database.js';
import type { Database } from '../sqlite.js';

/** The last event received from a publisher; `seq` counts up by one within one `instance`, a run of its process. */
export interface HeardSource {
  readonly source: string;
  readonly instance: string;
  readonly seq: number;
}

/** A session: `hash` of its cookie, `caller` the hash of the API token; `expires` in milliseconds since the epoch. */
export interface Session {
  readonly hash: string;
  readonly caller: string;
  readonly expires: number;
}

/** Received events, their counts and the new positions of their publishers. */
export interface Heard {
  readonly events: readonly RingEvent[];
  readonly counted: readonly Counted[];
  readonly sources: readonly HeardSource[];
}

/** The console's database: status events of the last day, their counts, and sessions. */
export interface ConsoleStore {
  readonly ring: Ring;
  readonly tally: Tally;
  readonly sessions: Sessions;
  sources(): readonly HeardSource[];
  /** Stores events, counts and positions in one transaction. */
  take(heard: Heard): void;
  /** Deletes a bounded number of old or excess rows; `now` in milliseconds since the epoch. */
  sweep(now: number): void;
  close(): void;
}

/** The sessions of people in the console: at most 8 of one caller, and 4,096 in all. */
export interface Sessions {
  /** Adds a session and ends the oldest ones of its caller above the bound. Throws `busy` above the bound for all. */
  add(session: Session): void;
  find(hash: string): Session | undefined;
  end(hash: string): void;
}

interface OpenConsoleStoreParams {
  /** How long events are kept. */
  readonly keptMs: number;
  /** How many events are kept. */
  readonly most: number;
  readonly onAlarm?: OnAlarm;
}

/** Opens or creates the console's database; a damaged one is moved aside, reported to `onAlarm`, and starts empty. */
export function openConsoleStore(
  path: string,
  { keptMs, most, onAlarm = () => {} }: OpenConsoleStoreParams,
): ConsoleStore {
  const db = openDerived(path, { migrations: CONSOLE_MIGRATIONS, onAlarm });
  // Status events have no content, and those that a power cut takes show as a gap.
  db.exec('PRAGMA secure_delete = OFF');
  const [ring, tally] = [createRing(db), createTally(db)];
  const sources = db.prepare<[], HeardSource>('SELECT source, instance, seq FROM source');
  const setSource = db.prepare<[string, string, number]>(
    `INSERT INTO source VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET instance = excluded.instance, seq = excluded.seq`,
  );
  const late = db.prepare<[number]>('DELETE FROM session WHERE expires <= ?');
  return {
    ring,
    tally,
    sessions: createSessions(db),
    sources: () => sources.all(),
    take: (heard) => {
      const settle = db.transaction(() => {
        tally.add(heard.counted);
        for (const { source, instance, seq } of heard.sources) setSource.run(source, instance, seq);
        return ring.add(heard.events);
      });
      settle();
    },
    sweep: (now) => {
      const settle = db.transaction(() => {
        tally.sweep(now, ring.swept() / 1000);
        late.run(now);
        return ring.sweep({ before: (now - keptMs) * 1000, most });
      });
      settle();
    },
    close: () => db.close(),
  };
}

const MAX_PER_CALLER = 8;
const MAX_SESSIONS = 4_096;

function createSessions(db: Database): Sessions {
  const add = db.prepare<[string, string, number]>(
    'INSERT INTO session (hash, caller, expires) VALUES (?, ?, ?)',
  );
  const find = db.prepare<[string], Session>('SELECT hash, caller, expires FROM session WHERE hash = ?');
  const end = db.prepare<[string]>('DELETE FROM session WHERE hash = ?');
  const endOldest = db.prepare<[string, number]>(
    `DELETE FROM session WHERE hash IN (
       SELECT hash FROM session WHERE caller = ? ORDER BY began DESC LIMIT -1 OFFSET ?)`,
  );
  const count = db.prepare<[], { readonly n: number }>('SELECT count(*) AS n FROM session');
  return {
    add: ({ hash, caller, expires }) =>
      db.transaction(() => {
        endOldest.run(caller, MAX_PER_CALLER - 1);
        if ((count.get()?.n ?? 0) >= MAX_SESSIONS) throw fail('busy', 'the console has too many sessions');
        add.run(hash, caller, expires);
      }),
    find: (hash) => find.get(hash),
    end: (hash) => void end.run(hash),
  };
}
