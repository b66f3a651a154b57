import { errorFrom } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { OwedHolder, OwedRestriction } from '../../shared/store/gateway/gateway-holders.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Bell } from '../bell.js';
import { type Identity, memberIds } from '../identity.js';
import type { LoopStep } from '../loop.js';
import type { Actions } from './actions.js';
import { derivedHolders } from './derived-holders.js';
import { orderOfItem } from './order-of-item.js';
import { isOvertaken, readLife } from './own-life.js';
import { createRefusedRestriction } from './refused-restriction.js';

interface SignOwedDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly actions: Actions;
  readonly alarms: Alarms;
  /** Rung when something may be owed. */
  readonly bell: Bell;
}

interface SigningDeps extends SignOwedDeps {
  readonly onRefused: ReturnType<typeof createRefusedRestriction>;
}

const ROWS = 64;

/**
 * Creates the step that signs actions without an order: restrictions that follow from reports and revisions,
 * and once more the actions that the hub refused only for their number. The owed restrictions are on the
 * disk; the first run derives them again from what is stored, so that a crash loses none.
 */
export function createSignOwed(given: SignOwedDeps): LoopStep {
  const deps = { ...given, onRefused: createRefusedRestriction(given.alarms) };
  const { store, bell } = deps;
  let isDerived = false;
  return async (signal) => {
    if (!isDerived) await deriveAll(store);
    isDerived = true;
    // One at a time: while it is signed, a revision or a report may change what else is owed.
    const [owed] = store.holders.owed(ROWS);
    const [refused] = store.items.refusedByNumber(1);
    if (owed !== undefined) await restrict(deps, owed);
    else if (refused !== undefined) await signAgain(deps, refused);
    else await bell.wait(signal);
  };
}

/** Derives the restrictions of every notice that was amended. */
async function deriveAll(store: GatewayStore): Promise<void> {
  for (let after = ''; ; ) {
    const ids = store.holders.amended(after, ROWS);
    await store.commit(() => ids.forEach((id) => store.holders.deriveRestrictions(id)));
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

/**
 * Signs an owed restriction. The transaction that stores the action settles only the holders and sections in it:
 * further restrictions for the same holders may become owed during the signing. Nothing is stored when the notice
 * changes meanwhile: what is still owed is signed by a later step.
 */
async function restrict(
  { identity, store, actions, onRefused }: SigningDeps,
  owed: OwedRestriction,
): Promise<void> {
  const { id, reason, holders } = owed;
  const meant = derivedHolders(holders, { life: readLife(store, id), members: memberIds(identity) });
  const settle = (covered: readonly OwedHolder[]): Promise<void> =>
    store.commit(() => store.holders.settle({ id, reason, holders: covered }));
  try {
    if (meant.length > 0)
      await actions.orderOnce(
        id,
        { verb: 'restrict', reason, holders: meant },
        { derived: true, isExempt: true },
      );
  } catch (thrown) {
    onRefused(id, thrown);
    await settle(holders);
  }
  // A restriction cannot name an organisation that has left the federation.
  const left = holders.filter(({ to }) => !meant.some((one) => one.to === to));
  if (left.length > 0) await settle(left);
}

/**
 * Signs an action that the hub refused for its number under a higher one, because the gateway may not know what
 * the hub compared it with. An action that a later order of this gateway overtook is given up instead: if the gateway
 * derived it, the restrictions of its notice are derived again; a request that it answered is open again.
 */
async function signAgain({ store, actions, onRefused }: SigningDeps, item: ItemRow): Promise<void> {
  const life = readLife(store, item.id);
  if (life !== undefined && isOvertaken(life, item)) {
    await store.commit(() => {
      store.items.giveUp(item.seq);
      store.asked.reopen(item);
      if (item.derived) store.holders.deriveRestrictions(item.id);
    });
    return;
  }
  const request = store.asked.of(item.id).find((asked) => asked.item === item.seq)?.jti;
  const order = orderOfItem(item, request);
  let isEnded = false;
  try {
    if (order !== undefined) {
      // Stays refused when the notice changes meanwhile: the change may overtake it.
      await actions.orderOnce(item.id, order, { derived: item.derived, again: item });
      return;
    }
  } catch (thrown) {
    const { code, family } = errorFrom(thrown);
    if (family === 'operational') throw thrown;
    isEnded = code === 'notice-ended';
    if (item.derived) onRefused(item.id, thrown);
  }
  await store.commit(() => {
    store.items.giveUp(item.seq);
    if (!isEnded) store.asked.reopen(item);
  });
}
