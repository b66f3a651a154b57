import type { Database } from '../sqlite.js';
import type { KnownNotice } from './router-notices.js';

/** A revision of a notice with its recorded decisions (JSON). */
export type StandingRevision = Pick<KnownNotice, 'jti' | 'number' | 'decisions'>;

/** The action that ended a notice. */
interface StandingEnd {
  readonly verb: string;
  readonly number: number;
  /** 1 if the holder was handed it, else 0. */
  readonly handed: number;
}

interface AboutHolder {
  readonly id: string;
  readonly recipient: string;
}

/** What the ledger has about an organisation, for a gateway that was restored from an older copy. */
export interface RouterStanding {
  /** An originator's revisions after this one, by number and `jti`. */
  revisionsAfter(
    originator: string,
    after: Pick<StandingRevision, 'number' | 'jti'>,
    limit: number,
  ): readonly StandingRevision[];
  /** The newest revisions of one notice with lower numbers than `below`, the newest first. */
  revisionsBelow(
    notice: { readonly originator: string; readonly id: string },
    below: number,
    limit: number,
  ): readonly StandingRevision[];
  /** The withdrawal or recall of a notice, and whether the holder was handed it; undefined for one that has neither. */
  endOf(originator: string, about: AboutHolder): StandingEnd | undefined;
  /** The actions on one notice but ends and declines that a holder was handed, the newest first. */
  actsOn(originator: string, about: AboutHolder, limit: number): readonly string[];
}

// Not as a join, for which SQLite reads all actions that the holder was handed of this originator.
const HANDED =
  'SELECT 1 FROM act WHERE act.originator = action.originator AND act.action = action.digest AND act.recipient = ?';
const KEPT_BACK =
  'SELECT 1 FROM unact WHERE unact.originator = action.originator AND unact.action = action.digest AND unact.recipient = ?';

/** Creates the view on the tables `notice`, `action`, `act` and `unact`. */
export function createRouterStanding(db: Database): RouterStanding {
  const after = db.prepare<[string, number, string, number], StandingRevision>(
    `SELECT jti, number, decisions FROM notice INDEXED BY notice_number
     WHERE originator = ? AND (number, jti) > (?, ?) ORDER BY number, jti LIMIT ?`,
  );
  // Must repeat the expression of the index `notice_newest`, or SQLite does not use it.
  const newest = db.prepare<[string, string, number, number], StandingRevision>(
    `SELECT jti, number, decisions FROM notice
     WHERE originator = ? AND substr(jti, 1, instr(jti, '.') - 1) = ? AND number < ?
     ORDER BY number DESC LIMIT ?`,
  );
  const end = db.prepare<[string, string, string], StandingEnd>(
    `SELECT verb, number, EXISTS (${HANDED}) AS handed FROM action INDEXED BY action_notice
     WHERE originator = ? AND id = ? AND verb IN ('withdraw', 'cancel') ORDER BY number DESC LIMIT 1`,
  );
  // Without the actions that a narrowing keeps from the holder for good. No narrowing keeps back an end or a bar.
  const acts = db.prepare<[string, string, string, string, number], { readonly digest: string }>(
    `SELECT digest FROM action INDEXED BY action_notice
     WHERE originator = ? AND id = ? AND verb NOT IN ('decline', 'withdraw', 'cancel') AND EXISTS (${HANDED})
       AND (verb IN ('suspend', 'restrict') OR NOT EXISTS (${KEPT_BACK}))
     ORDER BY number DESC, digest DESC LIMIT ?`,
  );
  return {
    revisionsAfter: (originator, { number, jti }, limit) => after.all(originator, number, jti, limit),
    revisionsBelow: ({ originator, id }, below, limit) => newest.all(originator, id, below, limit),
    endOf: (originator, { id, recipient }) => end.get(recipient, originator, id),
    actsOn: (originator, { id, recipient }, limit) =>
      acts.all(originator, id, recipient, recipient, limit).map(({ digest }) => digest),
  };
}
