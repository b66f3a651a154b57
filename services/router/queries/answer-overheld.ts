import { fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseNoticeId, parseOrgId } from '../../shared/kernel/ids.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { Hub } from '../hub.js';

/**
 * Maximum pairs of notice and recipient in one answer: with every section in each pair, the answer stays
 * within a gateway's limit of 5,000 values in a token.
 */
const MAX_PAIRS = 180;

/**
 * Answers a page of the recipients that hold more of the originator's own notices than they may now, as the
 * auditor lists them. Throws `schema-invalid`, `id-invalid`, and `unreachable` when the auditor cannot
 * answer.
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
