import { fail } from '../../shared/kernel/errors.js';
import type { Jti, OrgId } from '../../shared/kernel/ids.js';
import type { Kind } from '../../shared/notice/kinds.js';
import type { RecordedNotice } from '../../shared/workbench/diff/traffic.js';
import type { AuditorClient } from '../auditor-client.js';

/** What a notice on the ledger was decided from. Nothing of its content. */
export interface LedgerNotice extends RecordedNotice {
  readonly jti: Jti;
  readonly originator: OrgId;
  readonly kind: Kind;
  readonly at: string;
}

/** The newest first. */
export interface RecordedNotices {
  readonly notices: readonly LedgerNotice[];
  /** False when the auditor gave up before it had read so many. */
  readonly complete: boolean;
}

/** Which recorded notice is meant: two originators may have chosen one id. */
export interface RecordedName {
  readonly jti: string;
  readonly from: string;
}

/**
 * What the ledger holds for a viewer, an organisation or `federation`: of an organisation what it sent itself. Both reject
 * as the auditor's client does.
 */
export interface ReadRecorded {
  newest(viewer: string, limit: number): Promise<RecordedNotices>;
  /** Rejects with `not-found` for one that is not there, or not the viewer's. */
  named(viewer: string, name: RecordedName): Promise<LedgerNotice>;
}

export function createReadRecorded(auditor: AuditorClient): ReadRecorded {
  return {
    newest: async (viewer, limit) =>
      parseRecorded(await auditor.get('/v1/notices', { viewer, limit: String(limit) })),
    named: async (viewer, { jti, from }) => {
      const { notices } = parseRecorded(await auditor.get('/v1/notices', { viewer, jti }));
      const found = notices.find(({ originator }) => originator === from);
      if (found === undefined) throw fail('not-found', 'no such recorded notice, or none of yours');
      return found;
    },
  };
}

/** The auditor verified each record when it took it. Throws `auditor-silent` for another form. */
function parseRecorded(answer: unknown): RecordedNotices {
  const { notices, complete } = Object(answer) as Partial<Record<keyof RecordedNotices, unknown>>;
  if (Array.isArray(notices) && notices.every(isRecorded) && typeof complete === 'boolean')
    return { notices, complete };
  throw fail('auditor-silent', 'the auditor answers in another form');
}

function isRecorded(value: unknown): value is LedgerNotice {
  const notice = Object(value) as Partial<Record<keyof LedgerNotice, unknown>>;
  const { jti, originator, kind, at, attributes, sections, recipients } = notice;
  const areWords = [jti, originator, kind, at].every((word) => typeof word === 'string');
  const areLists = [sections, recipients].every(Array.isArray);
  return areWords && areLists && typeof attributes === 'object' && attributes !== null;
}
