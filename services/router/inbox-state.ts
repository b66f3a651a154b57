import type { ConsumerState } from '../shared/bus/consumer-state.js';
import type { OrgId } from '../shared/kernel/ids.js';

/**
 * How far a recipient has read its IN. The sequences never leave the hub, because they count the recipient's messages from
 * all originators.
 */
export interface InboxState {
  /** Messages that the recipient has not acknowledged. */
  readonly waiting: number;
  /** The sequence up to which every message is acknowledged. */
  readonly floor: number;
  /** `floor` half a minute before; 0 when that is not known. */
  readonly floorBefore: number;
}

/** Keeps the state of each recipient's IN. */
export interface InboxStates {
  /** Stores the result of a check. */
  note(inboxes: ReadonlyMap<OrgId, ConsumerState>): void;
  of(recipient: OrgId): InboxState | undefined;
}

/** How long after the acknowledgement a receipt counts as missing, in milliseconds; recipients sign it within seconds. */
const RECEIPT_MS = 30_000;

interface Sample {
  readonly at: number;
  readonly floor: number;
}

/** Creates the states, empty before the first `note`. Times are monotonic. */
export function createInboxStates(): InboxStates {
  let states: ReadonlyMap<OrgId, InboxState> = new Map();
  const samples = new Map<OrgId, readonly Sample[]>();
  return {
    note: (inboxes) => {
      const now = performance.now();
      states = new Map(
        [...inboxes].map(([org, { pending, ackPending, acknowledged: floor }]) => {
          // A stream that was created again starts at 1.
          const earlier = (samples.get(org) ?? []).filter((sample) => sample.floor <= floor);
          const before = earlier.findLastIndex(({ at }) => at <= now - RECEIPT_MS);
          samples.set(org, [...earlier.slice(Math.max(0, before)), { at: now, floor }]);
          const floorBefore = earlier[before]?.floor ?? 0;
          return [org, { waiting: pending + ackPending, floor, floorBefore }];
        }),
      );
      for (const org of samples.keys()) if (!inboxes.has(org)) samples.delete(org);
    },
    of: (recipient) => states.get(recipient),
  };
}
