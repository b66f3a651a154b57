import { fail } from '../../shared/kernel/errors.js';
import type { NoticeId } from '../../shared/kernel/ids.js';
import { composeNotice, parseDraft } from '../../shared/notice/draft.js';
import type { Routing } from '../../shared/notice/notice.js';
import type { Idempotency, NewOwn, OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { newNoticeId, numberAfter } from '../../shared/trust/notice-names.js';
import { issueNotice } from '../../shared/trust/sd-jwt.js';
import { federationOf, type Identity, memberIds } from '../identity.js';
import { keepRevision, nextRevision, requireLiving, withBars } from '../life/amend.js';
import type { Signing } from '../signing.js';
import { signSubmission } from './submission.js';

/** Accepts drafts. An accepted notice is signed and on the disk. */
export interface Outbox {
  /**
   * Signs and stores a draft. Throws `schema-invalid`, `kind-unknown`, … with their places, `oversize`,
   * `idempotency-conflict`, `full` while too many notices wait for the hub, and `not-ready` while the key is not in force.
   */
  submit(draft: unknown, idempotency?: Idempotency): Promise<OwnRow>;
  /**
   * Signs and stores a draft as the next revision of an own notice. Besides as `submit`, throws `not-found` for an unknown
   * notice and `notice-ended`.
   */
  amend(id: string, draft: unknown, idempotency?: Idempotency): Promise<OwnRow>;
  /** True while the number of notices that wait for the hub is at its limit. */
  isFull(): boolean;
  /** Counts the waiting notices again, after some left. */
  refresh(): void;
}

interface OutboxDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly signing: Signing;
  readonly limit: number;
  /** True when a frame that is made now would be sent at once. */
  readonly isIdle: () => boolean;
  /** A new notice was accepted, not a repeated request. */
  readonly onAccepted: () => void;
  /** A notice waits to be sent. */
  readonly onQueued: () => void;
  /** Restrictions may be owed for a notice that was amended. */
  readonly onAmended: () => void;
}

/** Creates the outbox, with the notices that wait in the store. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { identity, store, signing, limit, isIdle, onAccepted, onQueued, onAmended } = deps;
  const issue = createIssue(identity);
  let queued = store.own.queued();
  let arriving = 0;
  const isFull = (): boolean => queued + arriving >= limit;
  const accept = async (draft: unknown, idempotency?: Idempotency): Promise<OwnRow> => {
    const own = await issue(draft, newNotice);
    // A notice on its own is stored together with its frame: one disk flush less before it is sent (docs/adr/0008).
    const alone =
      arriving === 1 && isIdle()
        ? await signSubmission(identity, store, { notices: [own.sdJwt], items: [] })
        : undefined;
    const row = await store.commit(() => {
      const kept = store.own.insert(own, idempotency);
      // Another id means a repeated request. If other notices arrived meanwhile, all share a frame
      // instead.
      const goesAlone = arriving === 1 && kept.id === own.id;
      if (alone && goesAlone) store.frames.makeNext({ ...alone, owns: [kept.seq] });
      return kept;
    });
    if (row.id === own.id) {
      queued += 1;
      onAccepted();
    }
    // Runs after the caller has noted the span of the notice, to which the span of its frame is linked.
    setImmediate(onQueued);
    return row;
  };
  const amend = async (id: string, draft: unknown, idempotency?: Idempotency): Promise<OwnRow> => {
    // An action or another revision may be stored while this one is signed: then it is signed again above that.
    for (;;) {
      const life = requireLiving(store, id);
      const own = await issue(withBars(draft, life), (now) => nextRevision(life, now));
      const row = await store.commit(() => keepRevision(store, { life, own, idempotency }));
      if (row === undefined) continue;
      if (row.number === own.number) {
        queued += 1;
        onAccepted();
      }
      setImmediate(onQueued);
      onAmended();
      return row;
    }
  };
  const taking = async (
    idempotency: Idempotency | undefined,
    work: () => Promise<OwnRow>,
  ): Promise<OwnRow> => {
    const before = idempotency && store.own.remembered(idempotency);
    if (before) return before;
    signing.require();
    if (isFull()) throw fail('full', 'the outbox is full: the hub does not take notices fast enough');
    arriving += 1;
    return work().finally(() => {
      arriving -= 1;
    });
  };
  return {
    submit: (draft, idempotency) => taking(idempotency, () => accept(draft, idempotency)),
    amend: (id, draft, idempotency) => taking(idempotency, () => amend(id, draft, idempotency)),
    isFull,
    refresh: () => {
      queued = store.own.queued();
    },
  };
}

/** The names of a revision. */
interface RevisionNames {
  readonly id: NoticeId;
  readonly revision: number;
  readonly number: number;
}

function newNotice(now: Date): RevisionNames {
  return { id: newNoticeId(now), revision: 1, number: numberAfter(0, now) };
}

/** Composes and signs drafts under the names that `naming` returns. */
function createIssue(
  identity: Identity,
): (draft: unknown, naming: (now: Date) => RevisionNames) => Promise<NewOwn> {
  return async (draft, naming) => {
    const now = identity.clock();
    const parsed = parseDraft(draft, memberIds(identity));
    const { revision, ...ids } = naming(now);
    const notice = composeNotice(parsed, { ...ids, originator: identity.org, now });
    const sdJwt = await issueNotice(notice, {
      federation: federationOf(identity),
      signer: identity.noticeSigner,
    });
    return {
      ...ids,
      revision,
      kind: notice.header.kind,
      digest: digest(sdJwt.slice(0, sdJwt.indexOf('~'))),
      exp: Date.parse(notice.header.expiresAt) / 1000,
      at: now.getTime(),
      listed: listedIn(notice.routing),
      header: JSON.stringify(notice.header),
      sdJwt,
    };
  };
}

function listedIn({ addressees, excluded }: Routing): number | null {
  return addressees === undefined ? null : addressees.length + excluded.length;
}
