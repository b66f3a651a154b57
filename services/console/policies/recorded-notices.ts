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

/** One answer of the auditor, the newest notice first. */
interface NoticesPage {
  readonly notices: readonly LedgerNotice[];
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
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
  /** Reads at most `limit` notices, newest first. */
  newest(viewer: string, limit: number): Promise<readonly LedgerNotice[]>;
  /** One notice; rejects with `not-found` for one that is unknown or not the viewer's. */
  named(viewer: string, name: RecordedName): Promise<LedgerNotice>;
}

/** Maximum number of notices in one answer of the auditor. */
const PAGE = 200;

/** Creates the reader. It requests the auditor's pages one after the other. */
export function createReadRecorded(auditor: AuditorClient): ReadRecorded {
  return {
    newest: async (viewer, limit) => {
      const found: LedgerNotice[] = [];
      for (let after: string | null = ''; after !== null && found.length < limit; ) {
        const query = { viewer, limit: String(Math.min(limit - found.length, PAGE)) };
        const page: NoticesPage = parsePage(
          await auditor.get('/v1/notices', after === '' ? query : { ...query, after }),
        );
        found.push(...page.notices);
        after = page.next;
      }
      return found;
    },
    named: async (viewer, { jti, from }) => {
      const { notices } = parsePage(await auditor.get('/v1/notices', { viewer, jti }));
      const found = notices.find(({ originator }) => originator === from);
      if (found === undefined)
        throw fail('not-found', 'no such recorded notice, or not one of your organisation');
      return found;
    },
  };
}

/** Checks the shape of an answer; the auditor verified the records when it stored them. Throws `auditor-silent`. */
function parsePage(answer: unknown): NoticesPage {
  const { notices, next } = Object(answer) as Partial<Record<keyof NoticesPage, unknown>>;
  const isCursor = next === null || typeof next === 'string';
  if (Array.isArray(notices) && notices.every(isRecorded) && isCursor) return { notices, next };
  throw fail('auditor-silent', 'the response of the auditor has an unknown format');
}

function isRecorded(value: unknown): value is LedgerNotice {
  const notice = Object(value) as Partial<Record<keyof LedgerNotice, unknown>>;
  const { jti, originator, kind, at, attributes, sections, recipients } = notice;
  const areWords = [jti, originator, kind, at].every((word) => typeof word === 'string');
  const areLists = [sections, recipients].every(Array.isArray);
  return areWords && areLists && typeof attributes === 'object' && attributes !== null;
}
