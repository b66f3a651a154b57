import { v7 as uuidv7 } from 'uuid';
import { fail } from '../../shared/kernel/errors.js';
import { isJsonObject } from '../../shared/kernel/json-object.js';
import { parseNoticeId, parseOrgId, parseRequestId } from '../../shared/kernel/ids.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { signRequest } from '../../shared/ledger/request.js';
import { SECTIONS, type Section, wordsOf } from '../../shared/notice/kinds.js';
import type { InboxRow } from '../../shared/store/gateway/gateway-inbox.js';
import type { ItemRow, NewItem } from '../../shared/store/gateway/gateway-items.js';
import type { Idempotency } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { federationOf, type Identity } from '../identity.js';
import { packItem } from '../outbound/packed-item.js';
import type { Signing } from '../signing.js';

/** Names a held notice; either part may be any text. */
interface HeldName {
  readonly originator: string;
  readonly id: string;
}

/** Asks originators for sections of notices that this organisation holds without them. */
export interface SectionRequests {
  /**
   * Signs and stores a request, or returns the one that this idempotency key stored before. `body` names
   * section and purpose. Throws `not-found` for a notice that is not held, `schema-invalid`, `not-withheld`
   * for a section that is not advertised to this organisation, `request-open` while an earlier request for it
   * has no answer, `idempotency-conflict`, and as `Signing.require` does.
   */
  ask(about: HeldName, body: unknown, idempotency?: Idempotency): Promise<ItemRow>;
}

interface SectionRequestsDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly signing: Signing;
  /** Returns the sections of a held notice that are advertised to this organisation and withheld from it. */
  readonly advertised: (held: InboxRow) => readonly string[];
  /** An item waits to be sent. */
  readonly onQueued: () => void;
}

const PURPOSES = wordsOf('purpose');

/** Creates the requests of one gateway. */
export function createSectionRequests(deps: SectionRequestsDeps): SectionRequests {
  const { identity, store, signing, onQueued } = deps;
  return {
    ask: async (about, body, idempotency) => {
      const before = idempotency && store.items.remembered(idempotency);
      if (before) return before;
      const asking = parseAsking(body);
      signing.require('request');
      const { held, copy } = requireAdvertised(deps, about, asking.section);
      const item = await signedItem(identity, { held, copy, ...asking });
      const row = await store.commit(() =>
        keepRequest(store, { item, section: asking.section, idempotency }),
      );
      onQueued();
      return row;
    },
  };
}

interface HeldCopy {
  readonly held: InboxRow;
  /** SD-JWT digest of the revision that is held. */
  readonly copy: string;
}

/**
 * Returns a held notice. Throws `not-found`, and `not-withheld` unless the section is advertised and
 * withheld.
 */
function requireAdvertised(
  { store, advertised }: SectionRequestsDeps,
  { originator, id }: HeldName,
  section: string,
): HeldCopy {
  const held = store.inbox.find(originator, id);
  const copy = held && store.inbox.known(originator, id)?.digest;
  if (held === undefined || copy === undefined) throw fail('not-found', 'no such notice');
  if (advertised(held).includes(section)) return { held, copy };
  throw invalid('not-withheld', '/section', 'expected a section that is withheld from this organisation');
}

interface Asking {
  readonly section: Section;
  readonly purpose: string;
}

async function signedItem(
  identity: Identity,
  { held: { originator, id, kind }, copy, section, purpose }: HeldCopy & Asking,
): Promise<NewItem> {
  const now = identity.clock();
  const jti = parseRequestId(uuidv7({ msecs: now.getTime() }));
  const names = { jti, to: parseOrgId(originator), id: parseNoticeId(id), revision: copy };
  const request = await signRequest(
    { ...names, section, purpose },
    { signer: identity.noticeSigner, federation: federationOf(identity), now },
  );
  const signed = { number: now.getTime(), digest: digest(request), bytes: packItem({ request }) };
  const about = { originator, id, kind, verb: 'request', fields: { section, purpose } };
  return { ...about, derived: false, counted: false, first: false, pairs: 1, at: now.getTime(), signed };
}

interface KeepRequestParams {
  readonly item: NewItem;
  readonly section: string;
  readonly idempotency: Idempotency | undefined;
}

function keepRequest(store: GatewayStore, { item, section, idempotency }: KeepRequestParams): ItemRow {
  const kept = idempotency && store.items.remembered(idempotency);
  if (kept) return kept;
  if (store.items.of(item.originator, item.id).some((one) => isOpen(one, section))) {
    throw invalid('request-open', '/section', 'an earlier request for it has no answer yet');
  }
  const row = store.items.insert(item, 'queued');
  if (idempotency) store.items.remember(idempotency, row.seq, item.at);
  return row;
}

/** A request is open from its order until the originator answers it with an unseal or a decline. */
function isOpen({ verb, state, fields }: ItemRow, section: string): boolean {
  return verb === 'request' && fields.section === section && state !== 'refused' && state !== 'ended';
}

function parseAsking(body: unknown): Asking {
  if (!isJsonObject(body)) throw invalid('schema-invalid', '', 'expected an object');
  const { section, purpose, ...more } = body as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw invalid('schema-invalid', `/${unknown}`, 'unknown field');
  const named = SECTIONS.find((one) => one === section);
  if (named === undefined) {
    throw invalid(
      'schema-invalid',
      '/section',
      `expected a section${nearestOrAll(String(section), SECTIONS)}`,
    );
  }
  if (typeof purpose === 'string' && PURPOSES.includes(purpose)) return { section: named, purpose };
  throw invalid('schema-invalid', '/purpose', `expected one of ${PURPOSES.join(', ')}`);
}

function invalid(
  code: 'schema-invalid' | 'not-withheld' | 'request-open',
  path: string,
  message: string,
): Error {
  return fail(code, `${path === '' ? '' : `\`${path}\`: `}${message}`, [{ path, message }]);
}
