import type { NoticeId } from '../../shared/kernel/ids.js';
import { composeNotice, parseDraft } from '../../shared/notice/draft.js';
import { needsApproval, type Routing } from '../../shared/notice/notice.js';
import { nextWarning } from '../../shared/notice/warnings.js';
import type { NewOwn } from '../../shared/store/gateway/gateway-own.js';
import { digest } from '../../shared/trust/digest.js';
import { newNoticeId, numberAfter } from '../../shared/trust/notice-names.js';
import { issueNotice } from '../../shared/trust/sd-jwt.js';
import { federationOf, type Identity, memberIds } from '../identity.js';

/** The names of a revision. */
interface RevisionNames {
  readonly id: NoticeId;
  readonly revision: number;
  readonly number: number;
}

/** The names of a new notice. */
export function newNotice(now: Date): RevisionNames {
  return { id: newNoticeId(now), revision: 1, number: numberAfter(0, now) };
}

/** Names, composes and signs a draft. Throws as `Outbox.submit` does for the draft. */
export type Issue = (draft: unknown, naming: (now: Date) => RevisionNames) => Promise<NewOwn>;

/** Composes and signs drafts under the names that `naming` returns. */
export function createIssue(identity: Identity): Issue {
  return async (draft, naming) => {
    const now = identity.clock();
    const parsed = parseDraft(draft, memberIds(identity));
    const { revision, ...ids } = naming(now);
    const notice = composeNotice(parsed, { ...ids, originator: identity.org, now });
    const sdJwt = await issueNotice(notice, {
      federation: federationOf(identity),
      signer: identity.noticeSigner,
    });
    const { kind, reviewAt, expiresAt } = notice.header;
    const times = { reviewAt: Date.parse(reviewAt), endsAt: Date.parse(expiresAt) };
    const warning = nextWarning(times, now.getTime());
    return {
      ...ids,
      revision,
      kind,
      digest: digest(sdJwt.slice(0, sdJwt.indexOf('~'))),
      exp: times.endsAt / 1000,
      at: now.getTime(),
      listed: listedIn(notice.routing),
      awaitsApproval: needsApproval(notice),
      ...(warning === undefined ? {} : { warnAt: warning.at }),
      header: JSON.stringify(notice.header),
      sdJwt,
    };
  };
}

function listedIn({ addressees, excluded }: Routing): number | null {
  return addressees === undefined ? null : addressees.length + excluded.length;
}
