import { fail } from '../../shared/kernel/errors.js';
import type { NoticeId } from '../../shared/kernel/ids.js';
import { isJsonObject, type JsonObject } from '../../shared/kernel/json-object.js';
import { composeNotice, parseDraft } from '../../shared/notice/draft.js';
import type { Claims } from '../../shared/trust/jws.js';
import { newNoticeId, numberAfter } from '../../shared/trust/notice-names.js';
import { issueNotice } from '../../shared/trust/sd-jwt.js';
import type { QueryClient } from './query-client.js';
import { requireMember } from '../signing.js';
import { federationOf, type Identity, memberIds, membershipOf } from '../identity.js';

/**
 * Asks the hub who would see what of a draft, by its current policies; with the id of an own notice, as the next revision of
 * that notice, to which restrictions in force apply. Throws as `Outbox.submit` does for the draft and for an organisation that is
 * suspended, leaving or has left, and as a query to the hub does.
 */
export type Preview = (
  draft: unknown,
  notice?: NoticeId,
) => Promise<{ readonly header: unknown; readonly recipients: unknown }>;

interface PreviewDeps {
  readonly identity: Identity;
  readonly queryClient: QueryClient;
}

/** Creates the preview. Only header, routing and the names of the sections are sent to the hub. */
export function createPreview({ identity, queryClient }: PreviewDeps): Preview {
  return async (draft, notice) => {
    requireMember(identity, 'notice');
    const parsed = parseDraft(draft, memberIds(identity));
    const now = identity.clock();
    const ids = { id: notice ?? newNoticeId(now), number: numberAfter(0, now) };
    const composed = composeNotice(parsed, { ...ids, originator: identity.org, now });
    const { header, routing } = composed;
    // Signed only to refuse what `submit` would refuse as too long; the result is discarded.
    await issueNotice(composed, { federation: federationOf(identity), signer: identity.noticeSigner });
    const answer = await queryClient.ask({
      type: 'preview',
      header,
      routing,
      sections: Object.keys(composed.sections),
    });
    const recipients = recipientsIn(answer).map((one) => ({
      ...one,
      ...membershipOf(identity, String(one['org'])),
    }));
    return { header: parsed.header, recipients };
  };
}

function recipientsIn({ type, recipients }: Claims): readonly JsonObject[] {
  if (type === 'preview' && Array.isArray(recipients) && recipients.every(isJsonObject)) return recipients;
  throw fail('token-malformed', 'an answer to another query');
}
