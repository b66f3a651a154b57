import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { termsOf } from '../../shared/notice/holding-terms.js';
import type { NewHolding, StoredChange, StoredHolding } from '../../shared/store/gateway/gateway-holdings.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Identity } from '../identity.js';
import { disclosedInCopy, withoutSections } from './change-copy.js';
import type { HeldCopy, Holding, KeepGround } from './holding.js';
import { readHolding, storedForm } from './stored-holding.js';

interface KeepingDeps {
  readonly identity: Pick<Identity, 'org' | 'clock'>;
  readonly store: Pick<GatewayStore, 'commit' | 'holdings' | 'receiptFrames'>;
  /** Content was erased, or local systems have something new to read. */
  readonly onReleased: () => void;
}

/** The orders of a holder's people about copies that must not be erased. */
export interface Keeping {
  /**
   * Keeps the copy of a notice on a ground: an action or the expiry that would erase the copy hides it
   * instead, and the originator is answered `kept`. Throws `not-found` when nothing is held.
   */
  keep(originator: string, id: string, ground: KeepGround): Promise<void>;
  /**
   * Ends the ground, and erases now what should have been erased meanwhile. Throws `not-found` when nothing
   * is kept.
   */
  release(originator: string, id: string): Promise<void>;
}

/** Creates the orders on the holdings of one gateway. */
export function createKeeping(deps: KeepingDeps): Keeping {
  return {
    keep: (originator, id, ground) =>
      change(deps, { originator, id }, (holding) => {
        if (holding.copy === null) throw fail('not-found', 'no such notice is held');
        return { holding: { ...holding, keep: ground }, changes: [] };
      }),
    release: async (originator, id) => {
      await change(deps, { originator, id }, (holding) => {
        if (holding.keep === null) throw fail('not-found', 'no such notice is kept');
        return release(holding, deps.identity.org);
      });
      deps.onReleased();
    },
  };
}

interface ChangedHolding {
  readonly holding: Holding;
  readonly changes: readonly StoredChange[];
}

interface Place {
  readonly originator: string;
  readonly id: string;
}

async function change(
  { store, identity }: KeepingDeps,
  place: Place,
  order: (holding: Holding) => ChangedHolding,
): Promise<void> {
  await store.commit(() => {
    const stored = store.holdings.read(place.originator, place.id);
    const { holding, changes } = order(readHolding(stored));
    if (stored.copy && holding.copy === null) addDestroyed(store, place, stored.copy.disclosed);
    store.holdings.write({ ...place, ...newForm(stored, holding, identity.clock()), changes });
  });
}

/** Adds the word that the kept copy is destroyed, for the next change to the originator. */
function addDestroyed(
  { holdings, receiptFrames }: KeepingDeps['store'],
  { originator, id }: Place,
  before: string,
): void {
  const from = holdings.origin(originator, id);
  if (from === undefined) return;
  const { frame, place, number } = from;
  receiptFrames.add({
    originator,
    frame,
    place,
    jti: `${id}.${number}`,
    type: 'destroyed',
    code: null,
    before,
  });
}

function newForm(
  { version, copy }: StoredHolding,
  holding: Holding,
  now: Date,
): Omit<NewHolding, 'originator' | 'id' | 'changes'> {
  return { version, ...storedForm(holding, { at: now.getTime(), reviewAt: copy?.reviewAt ?? null }) };
}

function release(holding: Holding, org: OrgId): ChangedHolding {
  const { copy } = holding;
  const released = { ...holding, keep: null };
  if (copy === null || !copy.isKept) return { holding: released, changes: [] };
  const { content, without } = termsOf(holding.registers, org);
  if (content !== copy.digest) return { holding: { ...released, copy: null }, changes: [] };
  const shown: StoredChange = { name: 'notice', detail: '{"reason":null}' };
  return { holding: { ...released, copy: reduced(copy, without) }, changes: [shown] };
}

function reduced(copy: HeldCopy, without: readonly string[]): HeldCopy {
  const sdJwt = withoutSections(copy.sdJwt, without);
  return { ...copy, sdJwt, disclosed: disclosedInCopy(sdJwt), isKept: false };
}
