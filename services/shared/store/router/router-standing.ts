import type { Database } from '../sqlite.js';
import type { KnownNotice } from './router-notices.js';

/** A revision of a notice with its recorded decisions (JSON). */
export type StandingRevision = Pick<KnownNotice, 'jti' | 'number' | 'kind' | 'exp' | 'decisions'>;

/** The action that ended a notice. */
interface StandingEnd {
  readonly digest: string;
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
  /**
   * The number of the newest revision of a notice that a holder is allowed; undefined without one. Costs the same
   * however many revisions the holder is not allowed.
   */
  newestAllowed(originator: string, about: AboutHolder): number | undefined;
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

/** Creates the view on the tables `notice`, `allowed`, `action`, `act` and `unact`. */
export function createRouterStanding(db: Database): RouterStanding {
  const after = db.prepare<[string, number, string, number], StandingRevision>(
    `SELECT jti, number, kind, exp, decisions FROM notice INDEXED BY notice_number
     WHERE originator = ? AND (number, jti) > (?, ?) ORDER BY number, jti LIMIT ?`,
  );
  const newest = db.prepare<[string, string, string], { readonly number: number }>(
    'SELECT number FROM allowed WHERE originator = ? AND id = ? AND recipient = ? ORDER BY number DESC LIMIT 1',
  );
  const end = db.prepare<[string, string, string], StandingEnd>(
    `SELECT digest, verb, number, EXISTS (${HANDED}) AS handed FROM action INDEXED BY action_notice
     WHERE originator = ? AND id = ? AND verb IN ('withdraw', 'cancel') ORDER BY number DESC LIMIT 1`,
  );
  // Without the actions that a narrowing keeps from the holder for good. No narrowing keeps back an end or a bar.
  const acts = db.prepare<[string, string, string, string, number], { readonly digest: string }>(
    `SELECT digest FROM action INDEXED BY action_notice
     WHERE originator = ? AND id = ? AND verb NOT IN ('decline', 'review', 'withdraw', 'cancel') AND EXISTS (${HANDED})
       AND (verb IN ('suspend', 'restrict') OR NOT EXISTS (${KEPT_BACK}))
     ORDER BY number DESC, digest DESC LIMIT ?`,
  );
  return {
    revisionsAfter: (originator, { number, jti }, limit) => after.all(originator, number, jti, limit),
    newestAllowed: (originator, { id, recipient }) => newest.get(originator, id, recipient)?.number,
    endOf: (originator, { id, recipient }) => end.get(recipient, originator, id),
    actsOn: (originator, { id, recipient }, limit) =>
      acts.all(originator, id, recipient, recipient, limit).map(({ digest }) => digest),
  };
}
