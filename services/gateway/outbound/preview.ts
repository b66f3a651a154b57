import { fail } from '../../shared/kernel/errors.js';
import { composeNotice, parseDraft } from '../../shared/notice/draft.js';
import type { Claims } from '../../shared/trust/jws.js';
import { newNoticeId, numberAfter } from '../../shared/trust/notice-names.js';
import { issueNotice } from '../../shared/trust/sd-jwt.js';
import type { QueryClient } from './query-client.js';
import { federationOf, type Identity, memberIds } from '../identity.js';

/**
 * Asks the hub who would see what of a draft, by its current policies. Throws as `Outbox.submit` does for the draft, and
 * as a query to the hub does.
 */
export type Preview = (draft: unknown) => Promise<{ readonly header: unknown; readonly recipients: unknown }>;

interface PreviewDeps {
  readonly identity: Identity;
  readonly queryClient: QueryClient;
}

/** Creates the preview. Only header, routing and the names of the sections are sent to the hub. */
export function createPreview({ identity, queryClient }: PreviewDeps): Preview {
  return async (draft) => {
    const parsed = parseDraft(draft, memberIds(identity));
    const now = identity.clock();
    const ids = { id: newNoticeId(now), number: numberAfter(0, now) };
    const notice = composeNotice(parsed, { ...ids, originator: identity.org, now });
    const { header, routing } = notice;
    // Signed only to refuse what `submit` would refuse as too long; the result is discarded.
    await issueNotice(notice, { federation: federationOf(identity), signer: identity.noticeSigner });
    const answer = await queryClient.ask({
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
  throw fail('token-malformed', 'an answer to another query');
}
