import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseNoticeId, parseOrgId } from '../../shared/kernel/ids.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { Hub } from '../hub.js';

/** Maximum pairs in one answer, so that a gateway's limit of 5,000 values in a token holds with every section of a notice. */
const MAX_PAIRS = 180;

/**
 * Answers a page of who holds of the originator's own notices what it may not hold any more, as the auditor lists it.
 * Throws `schema-invalid`, `id-invalid`, and `unreachable` when the auditor cannot answer.
 */
export async function answerOverheld(
  { after }: Claims,
  { org, hub }: { readonly org: OrgId; readonly hub: Pick<Hub, 'readOverheld'> },
): Promise<Claims> {
  const cursor = after === undefined ? undefined : parseCursor(after, org);
  const page = await hub.readOverheld({ originator: org, after: cursor, limit: MAX_PAIRS });
  return { type: 'overheld', ...page };
}

/** The `next` of an answer about the asker's own notices: `<originator>/<id>/<recipient>`. */
function parseCursor(text: unknown, org: OrgId): string {
  const [originator, id, recipient, ...more] = typeof text === 'string' ? text.split('/', 4) : [];
  if (originator !== org || more.length > 0)
    throw fail('schema-invalid', '`after` is not the `next` of an answer');
  return [org, parseNoticeId(id), parseOrgId(recipient)].join('/');
}
