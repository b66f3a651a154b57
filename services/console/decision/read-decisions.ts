import { isCode } from '../../shared/kernel/errors.js';
import type { NoticeId } from '../../shared/kernel/ids.js';
import type { AuditorClient } from '../auditor-client.js';
import { parseSeenRecords, type SeenRecord } from './seen-records.js';

/**
 * What the ledger says of a notice to this viewer, an organisation or `federation`; nothing for an unknown one. Rejects
 * with `auditor-silent`, and with `config-invalid` when the console may not ask.
 */
export type ReadDecisions = (viewer: string, id: NoticeId) => Promise<readonly SeenRecord[]>;

/** Asks the auditor once a question, whatever the answer is. */
export function createReadDecisions(auditor: AuditorClient): ReadDecisions {
  return async (viewer, id) => {
    try {
      return parseSeenRecords(await auditor.get('/v1/decisions', { viewer, id }));
    } catch (thrown) {
      if (isCode(thrown, 'not-found')) return [];
      throw thrown;
    }
  };
}
