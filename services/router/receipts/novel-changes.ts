import type { OrgId } from '../../shared/kernel/ids.js';
import type { ChangedNotice, VerifiedChange } from '../../shared/ledger/receipt/change.js';
import { MAX_CHANGED } from '../../shared/store/router/router-changes.js';
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
  /**
   * True when a change is only about notices that no record allowed to its signer, as far as the ledger is
   * read.
   */
  readonly hasUnknown: boolean;
}

type Projection = Pick<RouterStore, 'notices' | 'deliveries' | 'actions'>;

/**
 * Selects the changes that are on the ledger already, and those with a new outcome of a delivery that the
 * ledger allowed to their signer: an outcome is new when its type differs from that of the signer's last
 * change about the notice and fewer than `MAX_CHANGED` are recorded. This bounds what is recorded, because a
 * recipient can sign any number of changes that differ only in their time, or that name deliveries that do
 * not exist. Read the ledger position before calling it, so that another router's record shows as a conflict.
 */
export function novelChanges(store: Projection, opened: readonly OpenedChange[]): NovelChanges {
  const check = createOutcomeCheck(store);
  let hasUnknown = false;
  const novel = opened.flatMap((one): readonly OpenedChange[] => {
    if (one.isRecorded) return [one];
    const outcomes = one.change.changes.map((entry) => check(one.change, entry));
    if (outcomes.includes('new')) return [one];
    if (outcomes.every((outcome) => outcome === 'unknown')) hasUnknown = true;
    // Another router may have recorded it since it was opened.
    return store.deliveries.hasChange(one.change.digest) ? [{ ...one, isRecorded: true }] : [];
  });
  return { novel, hasUnknown };
}

interface KnownOutcomes {
  readonly isAllowed: boolean;
  /** The types that the signer reported of the notice, in order. */
  readonly types: string[];
}

/** Creates the check of an outcome against the ledger and the frame's earlier ones; reads a notice once. */
function createOutcomeCheck(store: Projection) {
  const outcomes = new Map<string, KnownOutcomes>();
  const read = (originator: OrgId, recipient: OrgId, jti: string): KnownOutcomes => {
    const key = `${originator} ${jti}`;
    const known = outcomes.get(key) ?? {
      isAllowed: isAllowed(store, { originator, recipient, jti }),
      types: store.actions.changesFrom({ originator, jti, recipient }).map(({ type }) => type),
    };
    outcomes.set(key, known);
    return known;
  };
  return (
    { originator, recipient }: Pick<VerifiedChange, 'originator' | 'recipient'>,
    { frame, jti, type }: ChangedNotice,
  ): 'new' | 'repeated' | 'unknown' => {
    const known = read(originator, recipient, jti);
    if (!known.isAllowed || !isDelivery(store, { originator, recipient, jti, frame })) return 'unknown';
    if (known.types.at(-1) === type || known.types.length >= MAX_CHANGED) return 'repeated';
    known.types.push(type);
    return 'new';
  };
}

interface About {
  readonly originator: OrgId;
  readonly recipient: OrgId;
  readonly jti: string;
}

function isAllowed(store: Projection, { originator, recipient, jti }: About): boolean {
  const known = store.notices.byJti(originator, jti);
  return known !== undefined && everAllowed(store, known).has(recipient);
}

/** True for a frame that has the notice, or that delivered something to the recipient. */
function isDelivery(
  { deliveries, notices }: Projection,
  { originator, recipient, jti, frame }: About & { readonly frame: string },
): boolean {
  return (
    deliveries.statusOf({ originator, frame, recipient }) !== undefined ||
    notices.framesOf(originator, jti).includes(frame)
  );
}
