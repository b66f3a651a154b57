import type { NoticeId, OrgId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { bytesOfItem } from '../../shared/wire/items.js';
import type { OpenedAction } from './open-action.js';

/** Maximum actions recorded on one notice, and their bytes; a withdrawal is always accepted. */
const MAX_ACTIONS = { count: 256, bytes: 2 * 1024 * 1024 } as const;

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
      const isFull = count >= MAX_ACTIONS.count || bytes + bytesOfItem({ action: wire }) > MAX_ACTIONS.bytes;
      return verb === 'withdraw' || !isFull;
    },
    take: ({ action: { id, verb }, wire }) => {
      const { count, bytes } = sizeOf(id);
      if (verb !== 'withdraw')
        sizes.set(id, { count: count + 1, bytes: bytes + bytesOfItem({ action: wire }) });
    },
  };
}
