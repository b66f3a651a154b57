import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { parseShownOverheld, type ShownOverheld } from '../../shared/wire/shown-overheld.js';
import { getFromAuditor } from './auditor-http.js';

/**
 * Reads a page of the recipients that hold more of an originator's notices than they may now. `after`: the
 * `next` of the page before; `limit`: maximum pairs of notice and recipient. Throws `unreachable`.
 */
export type ReadOverheld = (page: {
  readonly originator: OrgId;
  readonly after: string | undefined;
  readonly limit: number;
}) => Promise<ShownOverheld>;

const LIMITS = { bytes: 1024 * 1024, depth: 5, nodes: 50_000 } as const;

/** Creates a reader over the auditor's HTTP API; `token` has the scope `overheld:read`. */
export function createReadOverheld(url: string, token: string): ReadOverheld {
  return async ({ originator, after, limit }) => {
    const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    const text = await getFromAuditor(
      `${url}/v1/overheld?viewer=${originator}&limit=${limit}${cursor}`,
      token,
    );
    const page = parseShownOverheld(parseStrictJson(text, LIMITS));
    // An originator is never shown another one's notices.
    if (page === undefined || page.pairs.some((pair) => pair.originator !== originator))
      throw fail('unreachable', 'the answer of the auditor has an unexpected form');
    return page;
  };
}
