import { errorFrom, fail, LiaisonError } from '../../shared/kernel/errors.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { askedKid, sentKindOf } from '../../shared/trust/directory/key-request-claims.js';
import { type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import type { Identity } from '../identity.js';
import { packItem } from '../outbound/packed-item.js';
import { requireMember, type Signing } from '../signing.js';

/** The key requests that this gateway sends to the hub. */
export interface KeyRequests {
  /**
   * Stores a request to be sent, or returns it if it was stored before. Throws `oversize`, `json-…` and `schema-invalid`;
   * `key-invalid`, with the reason in its message, for one that the hub would refuse by the directory; `request-open` while another
   * about the same key waits to be sent; and as `Signing.require` does.
   */
  send(text: string): Promise<ItemRow>;
  find(digest: string): ItemRow | undefined;
}

interface KeyRequestsDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly signing: Signing;
  /** An item waits to be sent. */
  readonly onQueued: () => void;
}

/** The originator of these items in the database: an id that no organisation may have. */
const HUB = 'hub';
const VERB = 'key-request';

/** Creates the key requests of one gateway. */
export function createKeyRequests({ identity, store, signing, onQueued }: KeyRequestsDeps): KeyRequests {
  const find = (digest: string): ItemRow | undefined => {
    const row = store.items.byDigest(digest);
    return row?.verb === VERB ? row : undefined;
  };
  return {
    find,
    send: async (text) => {
      // What is taken longest; whether it is one, its text says.
      signing.require('key-revocation');
      const request = await openOwn(identity, text);
      requireMember(identity, sentKindOf(request));
      const row = await store.commit(() => find(request.digest) ?? keep(store, request, identity.clock()));
      onQueued();
      return row;
    },
  };
}

async function openOwn({ directory, clock, org }: Identity, text: string): Promise<KeyRequest> {
  const [current, now] = [directory.current(), clock()];
  try {
    const request = await openKeyRequest(text, { directory: current, now, org });
    judgeKeyRequest(request, current, now);
    return request;
  } catch (thrown) {
    const { family, code, message } = errorFrom(thrown);
    if (family !== 'evidence' && code !== 'second-person-needed') throw thrown;
    throw new LiaisonError('key-invalid', message, { cause: thrown });
  }
}

function keep(store: GatewayStore, request: KeyRequest, now: Date): ItemRow {
  const { digest, text } = request;
  const id = askedKid(request);
  if (store.items.of(HUB, id).some(({ state }) => state === 'queued'))
    throw fail('request-open', 'another request about this key waits to be sent');
  const at = now.getTime();
  const signed = { number: at, digest, bytes: packItem({ keyRequest: text }) };
  const flags = { derived: false, counted: false, first: false, pairs: 0 };
  return store.items.insert(
    { originator: HUB, id, kind: '', verb: VERB, fields: {}, ...flags, at, signed },
    'queued',
  );
}
