import { v7 as uuidv7 } from 'uuid';
import { fail } from '../../shared/kernel/errors.js';
import { parseNoticeId } from '../../shared/kernel/ids.js';
import { composeNotice, parseDraft } from '../../shared/notice/draft.js';
import type { Claims } from '../../shared/trust/jws.js';
import { issueNotice } from '../../shared/trust/sd-jwt.js';
import type { QueryClient } from './query-client.js';
import { federationOf, type Identity, memberIds } from '../identity.js';

/**
 * Who would see what of a draft, as the hub's policies stand. Throws as `submit` does for the draft, `timed-out`, and the
 * code that the router answered with.
 */
export type Preview = (draft: unknown) => Promise<{ readonly header: unknown; readonly recipients: unknown }>;

interface PreviewDeps {
  readonly identity: Identity;
  readonly ask: QueryClient;
  /** That the next notice will have: it counts for the length. */
  readonly nextNumber: () => number;
}

/** Only the header, the routing facts and the *names* of sections leave. */
export function createPreview({ identity, ask, nextNumber }: PreviewDeps): Preview {
  return async (draft) => {
    const parsed = parseDraft(draft, memberIds(identity));
    const id = parseNoticeId(uuidv7());
    const composing = {
      id,
      revision: 1,
      number: nextNumber(),
      originator: identity.org,
      now: identity.clock(),
    };
    const notice = composeNotice(parsed, composing);
    const { header, routing } = notice;
    // Signed for its length alone, and kept nowhere: `submit` would refuse what is too long.
    await issueNotice(notice, { federation: federationOf(identity), signer: identity.noticeSigner });
    const answer = await ask.ask({
      type: 'preview',
      header,
      routing,
      sections: Object.keys(notice.sections),
    });
    return { header: parsed.header, recipients: recipientsIn(answer) };
  };
}

function recipientsIn({ type, recipients }: Claims): unknown {
  if (type === 'preview' && Array.isArray(recipients)) return recipients;
  throw fail('token-malformed', 'an answer to another question');
}
