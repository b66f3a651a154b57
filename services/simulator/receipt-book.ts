import { forgetOldest } from '../shared/kernel/bounded-map.js';
import type { OwnPart } from '../shared/ledger/record-own-parts.js';
import { sharesLeft } from '../shared/ledger/shares.js';
import type { InspectedReceipt } from '../shared/store/inspect-gateway.js';
import { digest } from '../shared/trust/digest.js';
import { claimsIn } from '../shared/trust/token-claims.js';
import { frames } from '../shared/wire/frames.js';
import { keyOf } from './summary.js';

/** Receipts from both sides: those a recipient signed, and those forwarded to the originator. */
export interface ReceiptBook {
  /** Counts faults of these notices (`<originator>/<id>`) from now on; returns the faults known already, as `add` does. */
  follow(notices: Iterable<string>): readonly string[];
  /**
   * Adds a receipt; returns the notices that two different receipts of one recipient for the same delivery
   * list as held, each notice once a delivery.
   */
  add(receipt: InspectedReceipt): readonly string[];
}

/** The most notices kept; older ones are dropped, so that an endless simulation stays small. */
const MAX = 100_000;

/** Creates an empty book. */
export function createReceiptBook(): ReceiptBook {
  const followed = new Set<string>();
  /** Digests of signed receipts by notice, then by recipient and delivery. */
  const said = new Map<string, Map<string, Set<string>>>();
  const told = new Set<string>();
  const differing = (notice: string): readonly string[] =>
    [...(followed.has(notice) ? (said.get(notice) ?? []) : [])].flatMap(([delivery, receipts]) => {
      const pair = `${delivery} ${notice}`;
      if (receipts.size < 2 || told.has(pair)) return [];
      told.add(pair);
      return [notice];
    });
  return {
    follow: (notices) => {
      const fresh = [...notices].filter((notice) => !followed.has(notice));
      for (const notice of fresh) followed.add(notice);
      forgetOldest(followed, MAX);
      return fresh.flatMap(differing);
    },
    add: (receipt) => {
      const { delivery, notices } = heldIn(receipt);
      for (const notice of notices) {
        const deliveries = said.get(notice) ?? new Map<string, Set<string>>();
        const receipts = deliveries.get(delivery) ?? new Set();
        said.set(notice, deliveries.set(delivery, receipts.add(digest(receipt.jws))));
      }
      forgetOldest(said, MAX);
      return notices.flatMap(differing);
    },
  };
}

interface Claims {
  readonly iss: string;
  readonly originator: string;
  readonly delivery: string;
  readonly records: readonly string[];
  readonly except: readonly { readonly index: number; readonly type: string }[];
}

/** The delivery that a receipt is for, with its recipient, and the notices of it that are held. */
function heldIn({ jws, notices }: InspectedReceipt): {
  readonly delivery: string;
  readonly notices: readonly string[];
} {
  const { iss, originator, delivery, records, except } = claimsIn(jws) as Claims;
  const gone = new Set(except.filter(({ type }) => type !== 'held').map(({ index }) => index));
  const ids = notices instanceof Uint8Array ? idsIn(notices) : notices;
  const held = ids.filter((id, index) => id !== '' && !gone.has(index));
  return {
    delivery: [iss, delivery, ...records].join(' '),
    notices: held.map((id) => keyOf({ originator, id })),
  };
}

/** The ids of the notices that the records of a stored delivery leave to its recipient, in order. */
function idsIn(proofs: Uint8Array): readonly string[] {
  const parts = frames.delivery
    .decode(proofs)
    .records.map(({ own }) =>
      own.map(({ part }) => JSON.parse(Buffer.from(part).toString('utf8')) as OwnPart),
    );
  return sharesLeft(parts).map(({ jti }) => jti.slice(0, jti.indexOf('.')));
}
