import type { NoticeId, OrgId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { MAX_NOTICE_ACTIONS } from '../../shared/notice/action-verbs.js';
import { bytesOfItem } from '../../shared/wire/items.js';
import type { OpenedAction } from './open-action.js';

/** Maximum bytes of the actions recorded on one notice; a withdrawal is always accepted. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Counts the actions on each notice while one frame is judged. */
interface ActionRoom {
  /** True while the notice takes one more action of this size. */
  hasFor(opened: OpenedAction): boolean;
  /** Counts an accepted action of the frame. */
  take(opened: OpenedAction): void;
}

/** Creates the counts for the notices of one originator, from the actions on the ledger. */
export function createActionRoom({ actions }: Pick<RouterStore, 'actions'>, org: OrgId): ActionRoom {
  const sizes = new Map<NoticeId, { readonly count: number; readonly bytes: number }>();
  const sizeOf = (id: NoticeId) => sizes.get(id) ?? actions.sizeOn(org, id);
  return {
    hasFor: ({ action: { id, verb }, wire }) => {
      const { count, bytes } = sizeOf(id);
      const isFull = count >= MAX_NOTICE_ACTIONS || bytes + bytesOfItem({ action: wire }) > MAX_BYTES;
      return verb === 'withdraw' || !isFull;
    },
    take: ({ action: { id, verb }, wire }) => {
      const { count, bytes } = sizeOf(id);
      if (verb !== 'withdraw')
        sizes.set(id, { count: count + 1, bytes: bytes + bytesOfItem({ action: wire }) });
    },
  };
}
