import type { OrgId } from '../../shared/kernel/ids.js';
import type { ChangedNotice, VerifiedChange } from '../../shared/ledger/receipt/change.js';
import { MAX_CHANGED } from '../../shared/store/router/router-actions.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { everAllowed } from '../ledger/ever-allowed.js';

/** A change of receipts that verifies. */
export interface OpenedChange {
  readonly change: VerifiedChange;
  readonly token: string;
  readonly isRecorded: boolean;
}

interface NovelChanges {
  readonly novel: readonly OpenedChange[];
  /** True when a change is about notices alone that the ledger, as far as it is read, never allowed to its signer. */
  readonly hasUnknown: boolean;
}

type Facts = Pick<RouterStore, 'notices' | 'deliveries' | 'actions'>;

/**
 * Selects the changes that say something new of a delivery which the ledger allowed to their signer: another type than its last
 * change about that notice, and none after `MAX_CHANGED` of them; and the changes that are on the ledger themselves. A recipient
 * can sign any number of changes that differ in their time alone, or are about deliveries that never were: this bounds how many
 * are recorded. Read the ledger position before calling it, so that another router's record shows as a conflict.
 */
export function novelChanges(store: Facts, opened: readonly OpenedChange[]): NovelChanges {
  const words = createWords(store);
  let hasUnknown = false;
  const novel = opened.flatMap((one): readonly OpenedChange[] => {
    if (one.isRecorded) return [one];
    const outcomes = one.change.changes.map((entry) => words.say(one.change, entry));
    if (outcomes.includes('new')) return [one];
    if (outcomes.every((outcome) => outcome === 'unknown')) hasUnknown = true;
    // Another router may have recorded it since it was opened.
    return store.deliveries.hasChange(one.change.digest) ? [{ ...one, isRecorded: true }] : [];
  });
  return { novel, hasUnknown };
}

interface Told {
  readonly isAllowed: boolean;
  /** The types said of the notice, the last one at the end. */
  readonly types: string[];
}

/** What was said of each notice, on the ledger and in this frame; a notice is looked up once. */
function createWords(store: Facts) {
  const told = new Map<string, Told>();
  const read = (originator: OrgId, recipient: OrgId, jti: string): Told => {
    const key = `${originator} ${jti}`;
    const known = told.get(key) ?? {
      isAllowed: isAllowed(store, { originator, recipient, jti }),
      types: store.actions.changesFrom({ originator, jti, recipient }).map(({ type }) => type),
    };
    told.set(key, known);
    return known;
  };
  return {
    say: (
      { originator, recipient }: Pick<VerifiedChange, 'originator' | 'recipient'>,
      { frame, jti, type }: ChangedNotice,
    ): 'new' | 'said' | 'unknown' => {
      const known = read(originator, recipient, jti);
      if (!known.isAllowed || !isDelivery(store, { originator, recipient, jti, frame })) return 'unknown';
      if (known.types.at(-1) === type || known.types.length >= MAX_CHANGED) return 'said';
      known.types.push(type);
      return 'new';
    },
  };
}

interface About {
  readonly originator: OrgId;
  readonly recipient: OrgId;
  readonly jti: string;
}

function isAllowed(store: Facts, { originator, recipient, jti }: About): boolean {
  const known = store.notices.byJti(originator, jti);
  return known !== undefined && everAllowed(store, known).has(recipient);
}

/** True for a frame with the notice, or one of which the recipient had anything. */
function isDelivery(
  { deliveries, notices }: Facts,
  { originator, recipient, jti, frame }: About & { readonly frame: string },
): boolean {
  return (
    deliveries.statusOf({ originator, frame, recipient }) !== undefined ||
    notices.framesOf(originator, jti).includes(frame)
  );
}
