import type { Database } from '../sqlite.js';

/** Names one action and one holder of its notice. */
export interface ActKey {
  readonly originator: string;
  readonly action: string;
  readonly recipient: string;
}

/** The actions that narrowings keep from holders. Writes belong into a transaction. */
export interface RouterUnacts {
  /** Notes that an action no longer goes to a holder, which therefore owes no answer; nothing for an end or a bar. */
  unact(key: ActKey, exp: number): void;
  /** True when an action that is no end or bar no longer goes to a holder. */
  isUnacted(key: ActKey): boolean;
  /** The actions that a frame hands over and that are not answered, without ends and bars. */
  openActsIn(originator: string, frame: string): readonly Pick<ActKey, 'action' | 'recipient'>[];
}

/** Creates the store of actions that no longer go to holders, on the tables `unact` and `act`. */
export function createRouterUnacts(db: Database): RouterUnacts {
  const unact = db.prepare<[string, string, string, number]>(
    'INSERT OR IGNORE INTO unact (originator, action, recipient, exp) VALUES (?, ?, ?, ?)',
  );
  const mark = db.prepare<[string, string, string]>(
    'UPDATE act SET answered = 1 WHERE originator = ? AND action = ? AND recipient = ? AND ending = 0',
  );
  const unacted = db.prepare<[string, string, string], object>(
    `SELECT 1 FROM unact WHERE originator = ?1 AND action = ?2 AND recipient = ?3 AND NOT EXISTS
       (SELECT 1 FROM act WHERE originator = ?1 AND action = ?2 AND recipient = ?3 AND ending = 1)`,
  );
  const open = db.prepare<[string, string], Pick<ActKey, 'action' | 'recipient'>>(
    `SELECT action, recipient FROM act
     WHERE originator = ? AND frame = ? AND answered = 0 AND ending = 0 ORDER BY recipient, action`,
  );
  return {
    unact: ({ originator, action, recipient }, exp) => {
      unact.run(originator, action, recipient, exp);
      mark.run(originator, action, recipient);
    },
    isUnacted: ({ originator, action, recipient }) =>
      unacted.get(originator, action, recipient) !== undefined,
    openActsIn: (originator, frame) => open.all(originator, frame),
  };
}
