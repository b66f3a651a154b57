import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { parseNoticeId } from '../../shared/kernel/ids.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { openSubmission } from '../../shared/trust/open-notice.js';
import { claimedKid } from '../../shared/trust/parse-compact-jws.js';
import { issueApproved } from '../../shared/trust/sd-jwt.js';
import type { Identity } from '../identity.js';
import { setOwnEnd } from '../life/own-end.js';

interface ApproveDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  /** Restrictions may be owed for a notice that was amended. */
  readonly onAmended: () => void;
}

/** A stored notice; `isNew` is false for a repeated request, and for one that was approved. */
export interface KeptOwn {
  readonly row: OwnRow;
  readonly isNew: boolean;
}

/** Returns the newest revision of a notice with its signed form. Throws `not-found` unless it awaits an approval. */
export function requireAwaiting(
  { own }: Pick<GatewayStore, 'own'>,
  id: string,
): { readonly row: OwnRow; readonly sdJwt: string } {
  const row = own.find(id);
  const sdJwt = row && own.sdJwt(row.seq);
  if (row?.state === 'awaiting-approval' && sdJwt !== undefined) return { row, sdJwt };
  throw fail('not-found', 'no revision of this notice awaits an approval');
}

/**
 * Creates the function that signs a notice again with its approval and queues it. Everything that a router will verify is
 * verified first. Throws `not-found` for a notice that awaits no approval, and `not-approved` for an approval that does not count.
 */
export function createApprove({ identity, store, onAmended }: ApproveDeps) {
  return async (id: string, approval: string): Promise<KeptOwn> => {
    const { row, sdJwt } = requireAwaiting(store, id);
    const approved = await issue(identity, sdJwt, approval).catch((thrown: unknown) => {
      throw notApproved(errorFrom(thrown));
    });
    const queued = await store.commit((): OwnRow => {
      // It was approved, withdrawn or replaced while it was signed.
      if (!store.own.approve(row.seq, approved))
        throw fail('not-found', 'no revision of this notice awaits an approval');
      setOwnEnd(store, id);
      store.holders.deriveRestrictions(parseNoticeId(id));
      const { sdJwt: _, ...changed } = approved;
      return { ...row, ...changed, state: 'queued' };
    });
    onAmended();
    return { row: queued, isNew: false };
  };
}

async function issue({ directory, org, clock, noticeSigner }: Identity, text: string, approval: string) {
  const sdJwt = await issueApproved(text, approval, noticeSigner);
  const opening = { directory: directory.current(), originator: org, now: clock() };
  const { digest, header } = await openSubmission(sdJwt, opening);
  const { breakGlass = null } = header;
  const breakGlassKid = breakGlass === null ? null : claimedKid(approval);
  return { digest, header: JSON.stringify(header), sdJwt, breakGlass, breakGlassKid };
}

function notApproved(error: LiaisonError): LiaisonError {
  if (error.family === 'operational') return error;
  return fail('not-approved', `\`/approval\`: ${error.message}`, [
    { path: '/approval', message: error.message },
  ]);
}
