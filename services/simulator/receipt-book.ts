import { forgetOldest } from '../shared/kernel/bounded-map.js';
import { digest } from '../shared/trust/digest.js';
import { claimsIn } from '../shared/trust/token-claims.js';
import { frames } from '../shared/wire/frames.js';
import { keyOf } from './summary.js';

/** Receipts from both sides: those a recipient signed, and those forwarded to the originator. */
export interface ReceiptBook {
  /** Counts faults of these notices (`<originator>/<id>`) from now on; returns the faults known already, as `add` does. */
  follow(notices: Iterable<string>): readonly string[];
  /** Adds receipts; returns the notices for which one recipient signed two different ones, each pair once. */
  add(record: Uint8Array): readonly string[];
}

/** The most notices kept; older ones are dropped, so that an endless simulation stays small. */
const MAX = 100_000;

/** Creates an empty book. */
export function createReceiptBook(): ReceiptBook {
  const followed = new Set<string>();
  /** Digests of signed receipts by notice, then by recipient. */
  const said = new Map<string, Map<string, Set<string>>>();
  const told = new Set<string>();
  const differing = (notice: string): readonly string[] =>
    [...(followed.has(notice) ? (said.get(notice) ?? []) : [])].flatMap(([recipient, statements]) => {
      const pair = `${recipient} ${notice}`;
      if (statements.size < 2 || told.has(pair)) return [];
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
    add: (record) => {
      const held = heldIn(record);
      for (const { recipient, notice, statement } of held) {
        const pairs = said.get(notice) ?? new Map<string, Set<string>>();
        said.set(notice, pairs.set(recipient, (pairs.get(recipient) ?? new Set()).add(statement)));
      }
      forgetOldest(said, MAX);
      return held.flatMap(({ notice }) => differing(notice));
    },
  };
}

interface HeldReceipt {
  readonly recipient: string;
  readonly notice: string;
  /** Digest of the signed statement. */
  readonly statement: string;
}

function heldIn(record: Uint8Array): readonly HeldReceipt[] {
  const { statement: set } = frames.record.decode(record);
  if (!set) return [];
  const { iss: recipient, originator } = claimsIn(set.statement) as {
    readonly iss: string;
    readonly originator: string;
  };
  const statement = digest(set.statement);
  return set.leaves
    .map(
      ({ part }) =>
        JSON.parse(Buffer.from(part).toString()) as { readonly type: string; readonly jti: string },
    )
    .filter(({ type }) => type === 'held')
    .map(({ jti }) => ({ recipient, notice: keyOf({ originator, id: jti.slice(0, 36) }), statement }));
}
