import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import type { PendingRequests } from '../../shared/trust/directory/pending-requests.js';
import type { Snapshot } from '../hub.js';

/** A key request of a frame whose signatures verify and are enough. */
export interface OpenedKeyRequest {
  readonly type: 'keyRequest';
  readonly index: number;
  readonly text: string;
  readonly asked: KeyRequest;
}

interface OpeningKeyRequest {
  readonly org: OrgId;
  readonly snapshot: Snapshot;
  readonly pending: Pick<PendingRequests, 'isTaken'>;
}

/**
 * Verifies a submitted key request. Throws as `openKeyRequest` and `judgeKeyRequest` do, and `request-open` while another request for
 * the same waits at the hub.
 */
export async function openKeyItem(
  item: Pick<OpenedKeyRequest, 'index' | 'text'>,
  { org, snapshot: { directory, now }, pending }: OpeningKeyRequest,
): Promise<OpenedKeyRequest> {
  const asked = await openKeyRequest(item.text, { directory, now, org });
  judgeKeyRequest(asked, directory, now);
  if (pending.isTaken(asked)) throw fail('request-open', 'another request about this key waits at the hub');
  return { type: 'keyRequest', ...item, asked };
}
