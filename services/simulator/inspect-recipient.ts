import type { OrgId } from '../shared/kernel/ids.js';
import { verifyHeld } from '../shared/ledger/held/verify-held.js';
import {
  type InspectedReceipt,
  type Inspection,
  inspectGateway,
  type Marks,
} from '../shared/store/inspect-gateway.js';
import type { Directory } from '../shared/trust/directory.js';
import { type Blocks, blocksOf, bytesOfDatabase } from './database-bytes.js';
import type { CanaryIndex } from './canary-search.js';
import type { LocalSystemClient } from './gateway-http.js';
import { isChangedSince, livedOf } from './notice-life.js';
import { atOnce, type Pace } from './pace.js';
import type { ReceiptBook } from './receipt-book.js';
import { createRecipientCanaries } from './recipient-canaries.js';
import { type RecipientFindings, keyOf, type SentNotice } from './summary.js';

/** A recipient on this machine: its gateway and the gateway's database file. */
export interface ReachableRecipient {
  readonly org: OrgId;
  readonly gateway: LocalSystemClient;
  readonly database: string;
}

interface Inspecting {
  readonly notices: readonly SentNotice[];
  /** Canaries of rogue frames, which no recipient may have. */
  readonly forbidden: readonly string[];
  readonly since: Date;
  readonly directory: Directory;
  readonly now: Date;
}

/** Inspects one recipient repeatedly, reading only new data each time; each search ends when `isOver` returns true. */
export interface Inspector {
  /** Returns which notices the recipient holds, with or without proof, and what it holds but must not. */
  look(inspecting: Inspecting): Promise<RecipientFindings & { readonly complete: boolean }>;
  /**
   * Searches once at the end the parts that `look` skips: text indexes, freed pages and the write-ahead log. Throws
   * `internal` if no search found any disclosed canary, because then the search proves nothing.
   */
  finish(): Promise<{ readonly leaks: number; readonly complete: boolean }>;
}

interface InspectorDeps {
  readonly receipts: ReceiptBook;
  /** Must contain each canary before it is sent, because each row is searched only once. */
  readonly canaries: CanaryIndex;
  /** What the database held before this simulation. */
  readonly begin?: Beginning;
  readonly pace?: Pace;
  /** Returns whether a search keeps waiting for an unreachable gateway of the recipient. */
  readonly waits?: () => boolean;
  /** Whether the time for searching is over; never, by default. */
  readonly isOver?: () => boolean;
}

/** The state of a database when a simulation starts. */
export interface Beginning {
  readonly marks: Marks;
  readonly blocks: Blocks;
}

/** Reads the state of a gateway's database before a simulation. */
export function beginningOf(database: string): Beginning {
  const inspection = inspectGateway(database);
  try {
    return { marks: inspection.marks(), blocks: blocksOf(database) };
  } finally {
    inspection.close();
  }
}

const NOTHING: Beginning = { marks: new Map(), blocks: new Map() };

/** Creates the inspector of one recipient. */
export function createInspector(recipient: ReachableRecipient, deps: InspectorDeps): Inspector {
  const { org, database } = recipient;
  const { receipts, canaries, begin = NOTHING, pace = atOnce, waits, isOver = () => false } = deps;
  let { marks } = begin;
  const held = createRecipientCanaries(org);
  const search = (value: string | Uint8Array): void => canaries.find(value, held.meet);
  return {
    look: async (inspecting) => {
      const { notices, forbidden } = inspecting;
      held.judge(notices, forbidden);
      const { twice, ...proven } = await verifyAll(recipient, inspecting, { pace, isOver, waits });
      return inspected(database, async (inspection) => {
        const last = inspection.marks();
        const searched = await forAll(inspection.values(marks), search, { isOver, pace });
        const differing = new Set(receipts.follow(notices.map(keyOf)));
        const compare = (receipt: InspectedReceipt): void => {
          for (const notice of receipts.add(receipt)) differing.add(notice);
        };
        const complete = (await forAll(inspection.receipts(marks), compare, { isOver, pace })) && searched;
        if (complete) marks = last;
        const duplicates = new Set([...twice, ...differing]).size;
        return { org, ...proven, duplicates, leaks: held.takeLeaks(), complete };
      });
    },
    finish: () =>
      inspected(database, async (inspection) => {
        const values = everythingElse(inspection, { database, ...begin });
        const complete = await forAll(values, search, { isOver, pace });
        if (complete) held.requireProof();
        return { leaks: held.takeLeaks(), complete };
      }),
  };
}

/** Runs `work` on a database and closes it afterwards. */
async function inspected<T>(database: string, work: (inspection: Inspection) => Promise<T>): Promise<T> {
  const inspection = inspectGateway(database);
  try {
    return await work(inspection);
  } finally {
    inspection.close();
  }
}

function* everythingElse(
  inspection: Inspection,
  { database, blocks }: Pick<Beginning, 'blocks'> & { readonly database: string },
): Generator<string | Uint8Array> {
  yield* inspection.otherValues();
  yield* bytesOfDatabase(database, blocks);
}

interface Timing {
  readonly isOver: () => boolean;
  readonly pace: Pace;
}

/** Calls `work` for each value; resolves to false if the time ran out before the last one. */
async function forAll<T>(values: Iterable<T>, work: (value: T) => void, timing: Timing): Promise<boolean> {
  for (const value of values) {
    if (timing.isOver()) return false;
    work(value);
    await timing.pace();
  }
  return true;
}

/** Returns which of the notices the inbox holds, with evidence, and which it lists more than once under any originator. */
async function verifyAll(
  { org, gateway }: ReachableRecipient,
  inspecting: Inspecting,
  { isOver, pace, waits }: Timing & { readonly waits: (() => boolean) | undefined },
) {
  const { notices, since, directory, now } = inspecting;
  const known = new Map(notices.map((notice) => [notice.id, notice]));
  const [verified, unverified] = [new Set<string>(), new Set<string>()];
  const [seen, twice] = [new Set<string>(), new Set<string>()];
  const sections = new Map<string, readonly string[]>();
  for await (const held of untilOver(gateway.inbox(since, waits), isOver)) {
    await pace();
    const sent = known.get(held.id);
    if (sent === undefined) continue;
    const notice = keyOf(sent);
    if (seen.has(held.id)) twice.add(notice);
    seen.add(held.id);
    if (notice !== keyOf(held)) continue;
    const { codes, notice: opened } = await verifyHeld(held, { holder: org, directory, now });
    const isOwnSigned = opened !== undefined && isChangedSince(livedOf(sent), org);
    (codes.length === 0 || isOwnSigned ? verified : unverified).add(notice);
    sections.set(notice, Object.keys(opened?.sections ?? {}));
  }
  return { verified, unverified, twice, sections };
}

/** Yields until the time is over, which also aborts a request under way. */
async function* untilOver<T>(values: AsyncIterable<T>, isOver: () => boolean): AsyncGenerator<T> {
  try {
    for await (const value of values) {
      if (isOver()) return;
      yield value;
    }
  } catch (error) {
    if (!isOver()) throw error;
  }
}
