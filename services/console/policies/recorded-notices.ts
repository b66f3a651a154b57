import { fail } from '../../shared/kernel/errors.js';
import type { Jti, OrgId } from '../../shared/kernel/ids.js';
import type { Kind } from '../../shared/notice/kinds.js';
import type { RecordedNotice } from '../../shared/workbench/diff/traffic.js';
import type { AuditorClient } from '../auditor-client.js';

/** A notice on the ledger, with the attributes that it was decided by and none of its content. */
export interface LedgerNotice extends RecordedNotice {
  readonly jti: Jti;
  readonly originator: OrgId;
  readonly kind: Kind;
  readonly at: string;
}

/** The newest first. */
export interface RecordedNotices {
  readonly notices: readonly LedgerNotice[];
  /** False when the auditor stopped before it had read the requested number. */
  readonly complete: boolean;
}

/** Names a recorded notice; the ids of two originators may be equal. */
export interface RecordedName {
  readonly jti: string;
  readonly from: string;
}

/**
 * Reads recorded notices for a viewer: all for `federation`, for an organisation those it sent itself. Both methods reject as
 * `AuditorClient.get` does.
 */
export interface ReadRecorded {
  /** The newest notices, at most `limit`. */
  newest(viewer: string, limit: number): Promise<RecordedNotices>;
  /** One notice; rejects with `not-found` for one that is unknown or not the viewer's. */
  named(viewer: string, name: RecordedName): Promise<LedgerNotice>;
}

/** Creates the reader; each call is one request to the auditor. */
export function createReadRecorded(auditor: AuditorClient): ReadRecorded {
  return {
    newest: async (viewer, limit) =>
      parseRecorded(await auditor.get('/v1/notices', { viewer, limit: String(limit) })),
    named: async (viewer, { jti, from }) => {
      const { notices } = parseRecorded(await auditor.get('/v1/notices', { viewer, jti }));
      const found = notices.find(({ originator }) => originator === from);
      if (found === undefined)
        throw fail('not-found', 'no such recorded notice, or not one of your organisation');
      return found;
    },
  };
}

/** Checks the shape of an answer; the auditor verified the records when it stored them. Throws `auditor-silent`. */
function parseRecorded(answer: unknown): RecordedNotices {
  const { notices, complete } = Object(answer) as Partial<Record<keyof RecordedNotices, unknown>>;
  if (Array.isArray(notices) && notices.every(isRecorded) && typeof complete === 'boolean')
    return { notices, complete };
  throw fail('auditor-silent', 'the response of the auditor has an unknown format');
}

function isRecorded(value: unknown): value is LedgerNotice {
  const notice = Object(value) as Partial<Record<keyof LedgerNotice, unknown>>;
  const { jti, originator, kind, at, attributes, sections, recipients } = notice;
  const areWords = [jti, originator, kind, at].every((word) => typeof word === 'string');
  const areLists = [sections, recipients].every(Array.isArray);
  return areWords && areLists && typeof attributes === 'object' && attributes !== null;
}
