import { createRing, type Ring, type RingEvent } from './console-ring.js';
import { CONSOLE_MIGRATIONS } from './console-schema.js';
import { type Counted, createTally, type Tally } from './console-tally.js';
import { type OnAlarm, openDerived } from '../derived-database.js';
import type { Database } from '../sqlite.js';

/** How far the console heard a publisher: `instance` is one life of it, in which `seq` rises by one. */
export interface HeardSource {
  readonly source: string;
  readonly instance: string;
  readonly seq: number;
}

/** Who is signed in: `hash` of the cookie's token, `caller` that of the token shown for it, milliseconds since the epoch. */
export interface Session {
  readonly hash: string;
  readonly caller: string;
  readonly expires: number;
}

export interface Heard {
  readonly events: readonly RingEvent[];
  readonly counted: readonly Counted[];
  readonly sources: readonly HeardSource[];
}

/** The console's memory of the last day in one SQLite file: status events, counts of them, who is signed in. */
export interface ConsoleStore {
  readonly ring: Ring;
  readonly tally: Tally;
  readonly sessions: Sessions;
  sources(): readonly HeardSource[];
  /** All of it or nothing. */
  take(heard: Heard): void;
  /** Forgets a bounded piece of what is too old, or too much. Milliseconds since the epoch. */
  sweep(now: number): void;
  close(): void;
}

export interface Sessions {
  add(session: Session): void;
  find(hash: string): Session | undefined;
  end(hash: string): void;
}

interface Keeping {
  readonly keptMs: number;
  /** Events. */
  readonly most: number;
  readonly onAlarm?: OnAlarm;
}

export function openConsoleStore(path: string, { keptMs, most, onAlarm = () => {} }: Keeping): ConsoleStore {
  const db = openDerived(path, { migrations: CONSOLE_MIGRATIONS, onAlarm });
  // Best effort already on its way here: what a power cut takes is a gap.
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF');
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

function createSessions(db: Database): Sessions {
  const add = db.prepare<[string, string, number]>('INSERT INTO session VALUES (?, ?, ?)');
  const find = db.prepare<[string], Session>('SELECT hash, caller, expires FROM session WHERE hash = ?');
  const end = db.prepare<[string]>('DELETE FROM session WHERE hash = ?');
  return {
    add: ({ hash, caller, expires }) => void add.run(hash, caller, expires),
    find: (hash) => find.get(hash),
    end: (hash) => void end.run(hash),
  };
}
