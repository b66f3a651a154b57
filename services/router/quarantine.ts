import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../shared/kernel/clock.js';
import type { Code } from '../shared/kernel/errors.js';
import { type EntryId, type FrameId, type OrgId, parseEntryId, parseFrameId } from '../shared/kernel/ids.js';
import { signQuarantine } from '../shared/ledger/quarantine-record.js';
import type { QuarantinedPart } from '../shared/ledger/record-parts.js';
import type { RouterStore } from '../shared/store/router-store.js';
import { sha256 } from '../shared/trust/digest.js';
import type { Directory } from '../shared/trust/directory.js';
import type { Signer } from '../shared/trust/keys.js';
import { applyQuarantine } from './apply-quarantine.js';
import type { Buckets, Rate } from './buckets.js';
import { type KeepBytes, printable } from './keep-bytes.js';
import type { LedgerWriter } from './ledger-writer.js';
import { withoutConflict } from './without-conflict.js';

/** What is put away of one message of an organisation. */
export interface Suspects {
  readonly org: OrgId;
  /** The frame that it came in, where its name was found to be true. */
  readonly frame?: FrameId;
  /** As it came; outside the grammar perhaps. */
  readonly subject: string;
  readonly items: readonly {
    readonly what: QuarantinedPart['what'];
    readonly reason: Code;
    readonly bytes: Uint8Array;
  }[];
  /** The last ledger sequence that whoever decides more of this message has looked at. */
  readonly position?: number;
}

/**
 * Keeps what could not be trusted or read: the bytes in the ring, then a record of each on the ledger, once for as long as
 * it lies there for the same reason. Gives the position to go on from. Throws `full`, `not-ready`, and `busy` when
 * something stands on the ledger behind the given position.
 */
export type Quarantine = (suspects: Suspects) => Promise<number>;

interface QuarantineDeps {
  readonly keep: KeepBytes;
  readonly ledger: LedgerWriter;
  readonly store: RouterStore;
  readonly signer: Signer;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly buckets: Buckets;
  readonly signal: AbortSignal;
}

/** What nobody can read costs a record too: whoever floods with it is slowed down, and nobody else. */
const RATE: Rate = { burst: 200, perSecond: 10 };
const RATE_PAUSE_MS = 200;

export function createQuarantine(deps: QuarantineDeps): Quarantine {
  const { keep, store, buckets, signal } = deps;
  return async (suspects) => {
    const { org, subject, items, position } = suspects;
    while (!buckets.take(`quarantine ${org}`, items.length, RATE)) {
      await delay(RATE_PAUSE_MS, undefined, { signal });
    }
    for (const { reason, bytes } of items) await keep({ org, reason, subject, bytes });
    if (position !== undefined) return record(deps, suspects, position);
    return withoutConflict(() => record(deps, suspects, store.ledger.lastSeq(org)));
  };
}

/** The id of an entry: SHA-256 of its exact bytes, in hex because people type it. */
export function entryId(bytes: Uint8Array): EntryId {
  return parseEntryId(Buffer.from(sha256(bytes)).toString('hex'));
}

async function record(
  { ledger, store, signer, directory, clock }: QuarantineDeps,
  { org, frame, subject, items }: Suspects,
  position: number,
): Promise<number> {
  const parts = new Map<EntryId, QuarantinedPart>();
  for (const { what, reason, bytes } of items) {
    const entry = entryId(bytes);
    if (store.quarantine.find({ org, entry })?.reason === reason) continue;
    const about = { entry, size: bytes.length, reason, subject: printable(subject) };
    parts.set(entry, { type: 'quarantined', what, ...about });
  }
  const [first] = parts.keys();
  if (first === undefined) return position;
  const [now, entries] = [clock(), [...parts.values()]];
  const about = { org, frame: frame ?? parseFrameId(first), entries };
  const by = { signer, federation: directory().federation, now };
  const { bytes, digest } = await signQuarantine(about, by);
  return ledger.write({
    org,
    position,
    bytes,
    digest,
    apply: (standing) => applyQuarantine(store, { ...about, digest, issuedAt: now }, standing),
  });
}
