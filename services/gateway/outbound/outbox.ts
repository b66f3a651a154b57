import { fail } from '../../shared/kernel/errors.js';
import type { Idempotency, OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Identity } from '../identity.js';
import { keepRevision, nextRevision, requireAmendable, withBars } from '../life/amend.js';
import type { Signing } from '../signing.js';
import { createApprove, type KeptOwn } from './approve-notice.js';
import { createIssue, type Issue, newNotice } from './issue-notice.js';
import { signSubmission } from './submission.js';

/** Options of accepting a draft. */
export interface AcceptOptions {
  readonly idempotency?: Idempotency | undefined;
  /** Called in the commit that stores the notice; not for a repeated request. */
  readonly onKept?: (row: OwnRow) => void;
}

/** Accepts drafts. An accepted notice is signed and on the disk. */
export interface Outbox {
  /**
   * Signs and stores a draft. Throws `schema-invalid`, `kind-unknown`, … with their places, `oversize`,
   * `idempotency-conflict`, `full` while too many notices wait for the hub or await their approval, and `not-ready` or
   * `signing-clock-ahead` while nothing may be signed.
   */
  submit(draft: unknown, options?: AcceptOptions): Promise<OwnRow>;
  /**
   * Signs and stores a draft as the next revision of an own notice. Besides as `submit`, throws `not-found` for an unknown
   * notice, `notice-ended`, and `content-lost` after a restore that lost the newest revision.
   */
  amend(id: string, draft: unknown, options?: AcceptOptions): Promise<OwnRow>;
  /**
   * Queues a notice that a second person approved. Throws `not-found` for one that awaits no approval, `not-approved` for an
   * approval that does not count, and `full`, `not-ready` or `signing-clock-ahead` as `submit` does.
   */
  approve(id: string, approval: string): Promise<OwnRow>;
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
  const { store, signing, limit, onAccepted, onQueued } = deps;
  let queued = store.own.queued();
  let arriving = 0;
  const issue = createBoundedIssue(deps);
  const accept = createAccept({ ...deps, issue, isOnly: () => arriving === 1 });
  const amend = createAmend({ ...deps, issue });
  const approve = createApprove(deps);
  const isFull = (): boolean => queued + arriving >= limit;
  const refresh = (): void => {
    queued = store.own.queued();
  };
  const take = async (
    idempotency: Idempotency | undefined,
    work: () => Promise<KeptOwn>,
  ): Promise<OwnRow> => {
    const before = idempotency && store.own.remembered(idempotency);
    if (before) return before;
    signing.require('notice');
    if (isFull()) throw fail('full', 'the outbox is full: the hub does not take notices fast enough');
    arriving += 1;
    try {
      const { row, isNew } = await work();
      // Not one more: another count may already include this notice, which the store holds before it is on the disk.
      refresh();
      if (isNew) onAccepted();
      onQueued();
      return row;
    } finally {
      arriving -= 1;
    }
  };
  return {
    submit: (draft, options = {}) => take(options.idempotency, () => accept(draft, options)),
    amend: (id, draft, options = {}) => take(options.idempotency, () => amend(id, draft, options)),
    approve: (id, approval) => take(undefined, () => approve(id, approval)),
    isFull,
    refresh,
  };
}

/** Issues notices; refuses one that would await its approval beside as many as may wait for the hub. */
function createBoundedIssue({ identity, store, limit }: OutboxDeps): Issue {
  const issue = createIssue(identity);
  return async (draft, naming) => {
    const own = await issue(draft, naming);
    if (own.awaitsApproval === true && store.own.awaiting() >= limit)
      throw fail('full', 'too many notices await their approval');
    return own;
  };
}

interface AcceptDeps extends OutboxDeps {
  readonly issue: Issue;
  /** True while no other notice arrives. */
  readonly isOnly: () => boolean;
}

function createAccept({ identity, store, isIdle, isOnly, issue }: AcceptDeps) {
  return async (draft: unknown, { idempotency, onKept }: AcceptOptions): Promise<KeptOwn> => {
    const own = await issue(draft, newNotice);
    // A notice on its own is stored together with its frame: one disk flush less before it is sent (docs/adr/0008).
    const alone =
      isOnly() && isIdle() && own.awaitsApproval !== true
        ? await signSubmission(identity, store, { notices: [own.sdJwt], items: [] })
        : undefined;
    const row = await store.commit(() => {
      const kept = store.own.insert(own, idempotency);
      // Another id means a repeated request. If other notices arrived meanwhile, all share a frame instead.
      const isNew = kept.id === own.id;
      if (isNew) onKept?.(kept);
      if (alone && isNew && isOnly()) store.frames.makeNext({ ...alone, owns: [kept.seq] });
      return kept;
    });
    return { row, isNew: row.id === own.id };
  };
}

function createAmend({ store, onAmended, issue }: Omit<AcceptDeps, 'isOnly'>) {
  return async (id: string, draft: unknown, { idempotency, onKept }: AcceptOptions): Promise<KeptOwn> => {
    // An action or another revision may be stored while this one is signed: then it is signed again above that.
    for (;;) {
      const life = requireAmendable(store, id);
      const own = await issue(withBars(draft, life), (now) => nextRevision(life, now));
      const row = await store.commit(() => {
        const kept = keepRevision(store, { life, own, idempotency });
        if (kept?.number === own.number) onKept?.(kept);
        return kept;
      });
      if (row === undefined) continue;
      onAmended();
      return { row, isNew: row.number === own.number };
    }
  };
}
