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
import { signQuarantine } from '../../shared/ledger/quarantine-record.js';
import type { QuarantinedPart } from '../../shared/ledger/record-parts.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { hexDigest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Signer } from '../../shared/trust/keys.js';
import { applyQuarantine } from '../ledger/apply-quarantine.js';
import { type Buckets, createBuckets, type Rate } from '../token-buckets.js';
import { createKeepBytes, type KeepBytes, printable, type SuspectMessage } from './keep-bytes.js';
import type { LedgerWriter } from '../ledger/writer.js';
import { retryOnConflict } from '../retry-on-conflict.js';

/** What is put away of one message of an organisation. */
export interface QuarantineRequest {
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
 * Keeps what could not be trusted or read: the bytes in the ring, then a record of each on the ledger, both once for as
 * long as it lies there for the same reason. Gives the position to go on from. Throws `full`, `not-ready`, and `busy` when
 * something stands on the ledger behind the given position.
 */
export type Quarantine = (suspects: QuarantineRequest) => Promise<number>;

interface QuarantineDeps {
  readonly core: Bus;
  readonly ledger: LedgerWriter;
  readonly store: RouterStore;
  readonly signer: Signer;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called for each item once its record stands on the ledger. */
  readonly onKept: (reason: Code) => void;
}

interface Keeping extends Omit<QuarantineDeps, 'core' | 'onKept'> {
  readonly keep: KeepBytes;
  readonly buckets: Buckets;
}

/** What nobody can read costs a record too: whoever floods with it is slowed down, and nobody else. */
const RATE: Rate = { burst: 200, perSecond: 10 };
/** The ring's bytes are one pool for all: so many of it, and so many more a second, an organisation may take. */
const BYTES: Rate = { burst: 16 * 1024 * 1024, perSecond: 64 * 1024 };
const RATE_PAUSE_MS = 200;

export function createQuarantine(deps: QuarantineDeps): Quarantine {
  const keeping = { ...deps, keep: createKeepBytes(deps), buckets: createBuckets(deps.clock) };
  const quarantine = quarantineWith(keeping);
  return async (suspects) => {
    const position = await quarantine(suspects);
    for (const { reason } of suspects.items) deps.onKept(reason);
    return position;
  };
}

/** The same over any store of bytes. */
export function quarantineWith(deps: Keeping): Quarantine {
  const { store } = deps;
  // What an organisation's message left in the ring before its record was refused: it comes again.
  const unrecorded = new Map<OrgId, Set<string>>();
  return async (suspects) => {
    const { org, items, position } = suspects;
    await inRate(deps, `quarantine ${org}`, { count: items.length, rate: RATE });
    const kept = unrecorded.get(org) ?? new Set();
    unrecorded.set(org, kept);
    const at =
      position === undefined
        ? await retryOnConflict(() => record(deps, suspects, { kept, position: store.ledger.lastSeq(org) }))
        : await record(deps, suspects, { kept, position });
    unrecorded.delete(org);
    return at;
  };
}

async function inRate(
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
  suspects: QuarantineRequest,
  { kept, position }: { readonly kept: Set<string>; readonly position: number },
): Promise<number> {
  const { ledger, store, signer, directory, clock } = deps;
  const { org, frame, subject } = suspects;
  const news = newsOf(store, suspects);
  const [first] = news.keys();
  if (first === undefined) return position;
  for (const [entry, item] of news) await keepOnce(deps, { ...item, org, subject, entry }, kept);
  const entries = [...news].map(([entry, { what, reason, bytes }]): QuarantinedPart => {
    return { type: 'quarantined', what, entry, size: bytes.length, reason, subject: printable(subject) };
  });
  const now = clock();
  const about = { org, frame: frame ?? parseFrameId(first), entries };
  const by = { signer, federation: directory().federation, now };
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

/** What does not lie there for that reason already. */
function newsOf({ quarantine }: RouterStore, { org, items }: QuarantineRequest): ReadonlyMap<EntryId, Item> {
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
  await inRate(deps, `quarantined bytes ${suspect.org}`, { count: suspect.bytes.length, rate: BYTES });
  await deps.keep(suspect);
  kept.add(name);
}
