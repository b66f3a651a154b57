import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../../shared/bus/connect.js';
import type { Clock } from '../../shared/kernel/clock.js';
import type { Code } from '../../shared/kernel/errors.js';
import {
  type EntryId,
  type FrameId,
  type OrgId,
  parseEntryId,
  parseFrameId,
} from '../../shared/kernel/ids.js';
import { type QuarantinedPart, signQuarantine } from '../../shared/ledger/quarantine-record.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { hexDigest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Signer } from '../../shared/trust/keys.js';
import { applyQuarantine } from '../ledger/apply-quarantine.js';
import { type Buckets, createBuckets, type Rate } from '../token-buckets.js';
import { recordingBy } from '../recording-by.js';
import { createKeepBytes, type KeepBytes, printable, type SuspectMessage } from './keep-bytes.js';
import type { LedgerWriter } from '../ledger/writer.js';
import { retryOnConflict } from '../retry-on-conflict.js';

/** What to quarantine from one message of an organisation. */
export interface QuarantineRequest {
  readonly org: OrgId;
  /** The frame, when its id was verified. */
  readonly frame?: FrameId;
  /** As received; may be outside the grammar. */
  readonly subject: string;
  readonly items: readonly {
    readonly what: QuarantinedPart['what'];
    readonly reason: Code;
    readonly bytes: Uint8Array;
  }[];
  /**
   * The organisation's ledger sequence to write after, when the caller decides from it; absent: the newest.
   */
  readonly position?: number;
}

/**
 * Quarantines messages and notices that cannot be trusted or read: stores their bytes in QUARANTINE, then a
 * record of them on the ledger, both only once while an entry is open for the same reason. Returns the ledger
 * position to continue from. Throws `full`, `not-ready`, and `busy` when the ledger has a record after the
 * given position.
 */
export type Quarantine = (request: QuarantineRequest) => Promise<number>;

interface QuarantineDeps {
  readonly core: Bus;
  readonly ledger: LedgerWriter;
  readonly store: RouterStore;
  readonly signer: Signer;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with the reason of each item once it is recorded. */
  readonly onKept: (reason: Code) => void;
}

interface Keeping extends Omit<QuarantineDeps, 'core' | 'onKept'> {
  readonly keep: KeepBytes;
  readonly buckets: Buckets;
}

/**
 * The rate of entries for each organisation: each costs a ledger record. Only the flooding organisation is
 * slowed down.
 */
const ENTRY_RATE: Rate = { burst: 200, perSecond: 10 };
/** The rate of bytes for each organisation: QUARANTINE is one pool for all. */
const BYTE_RATE: Rate = { burst: 16 * 1024 * 1024, perSecond: 64 * 1024 };
const RATE_PAUSE_MS = 200;

/** Creates the quarantine of one router. */
export function createQuarantine(deps: QuarantineDeps): Quarantine {
  const keeping = { ...deps, keep: createKeepBytes(deps), buckets: createBuckets(deps.clock) };
  const quarantine = quarantineWith(keeping);
  return async (request) => {
    const position = await quarantine(request);
    for (const { reason } of request.items) deps.onKept(reason);
    return position;
  };
}

/** The same with an injected store of bytes. */
export function quarantineWith(deps: Keeping): Quarantine {
  const { store } = deps;
  // Bytes already stored for a message whose record failed: the message is redelivered, its bytes are not stored twice.
  const unrecorded = new Map<OrgId, Set<string>>();
  return async (request) => {
    const { org, items, position } = request;
    await waitForRate(deps, `quarantine ${org}`, { count: items.length, rate: ENTRY_RATE });
    const kept = unrecorded.get(org) ?? new Set();
    unrecorded.set(org, kept);
    const at =
      position === undefined
        ? await retryOnConflict(() => record(deps, request, { kept, position: store.ledger.lastSeq(org) }))
        : await record(deps, request, { kept, position });
    unrecorded.delete(org);
    return at;
  };
}

async function waitForRate(
  { buckets, signal }: Keeping,
  name: string,
  { count, rate }: { readonly count: number; readonly rate: Rate },
): Promise<void> {
  while (!buckets.take(name, count, rate)) await delay(RATE_PAUSE_MS, undefined, { signal });
}

/** The id of an entry: SHA-256 of its exact bytes, in hex because people type it. */
export function entryId(bytes: Uint8Array): EntryId {
  return parseEntryId(hexDigest(bytes));
}

async function record(
  deps: Keeping,
  request: QuarantineRequest,
  { kept, position }: { readonly kept: Set<string>; readonly position: number },
): Promise<number> {
  const { ledger, store, signer, directory, clock } = deps;
  const { org, frame, subject } = request;
  const added = newEntries(store, request);
  const [first] = added.keys();
  if (first === undefined) return position;
  for (const [entry, item] of added) await keepOnce(deps, { ...item, org, subject, entry }, kept);
  const entries = [...added].map(([entry, { what, reason, bytes }]): QuarantinedPart => {
    return { type: 'quarantined', what, entry, size: bytes.length, reason, subject: printable(subject) };
  });
  const now = clock();
  const about = { org, frame: frame ?? parseFrameId(first), entries };
  const by = recordingBy({ signer, ledger }, directory(), now);
  const { bytes, digest } = await signQuarantine(about, by);
  return ledger.write({
    org,
    position,
    bytes,
    digest,
    apply: (recordPosition) => applyQuarantine(store, { ...about, digest, issuedAt: now }, recordPosition),
  });
}

type Item = QuarantineRequest['items'][number];

/** The items without an open entry for the same reason, by entry id. */
function newEntries(
  { quarantine }: RouterStore,
  { org, items }: QuarantineRequest,
): ReadonlyMap<EntryId, Item> {
  const named = items.map((item) => [entryId(item.bytes), item] as const);
  return new Map(named.filter(([entry, { reason }]) => quarantine.find({ org, entry })?.reason !== reason));
}

async function keepOnce(
  deps: Keeping,
  { entry, ...suspect }: SuspectMessage & { readonly entry: EntryId },
  kept: Set<string>,
): Promise<void> {
  const name = `${entry} ${suspect.reason}`;
  if (kept.has(name)) return;
  await waitForRate(deps, `quarantined bytes ${suspect.org}`, {
    count: suspect.bytes.length,
    rate: BYTE_RATE,
  });
  await deps.keep(suspect);
  kept.add(name);
}
