import { fail } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import {
  bytesOfDatabase,
  type Inspection,
  inspectGateway,
  type Marks,
} from '../shared/store/inspect-database.js';
import type { Directory } from '../shared/trust/directory.js';
import { type CanarySearch, createCanarySearch } from './canary-search.js';
import type { GatewayClient } from './gateway-http.js';
import type { ReceiptBook } from './receipt-book.js';
import { type Findings, keyOf, type Submitted } from './summary.js';
import { verifyHeld } from './verify-held.js';

/** A recipient as this machine can reach it: its gateway, and that gateway's database file. */
export interface Recipient {
  readonly org: OrgId;
  readonly gateway: GatewayClient;
  readonly database: string;
}

interface Inspecting {
  readonly notices: readonly Submitted[];
  /** Canaries that nobody at all may have: those of rogue frames. */
  readonly forbidden: readonly string[];
  readonly since: Date;
  readonly directory: Directory;
  readonly now: Date;
}

/** Looks at one recipient again and again, each time only at what is new there. */
export interface Inspector {
  /** What it holds of the notices, proven or not, and what it holds that it must not. */
  look(inspecting: Inspecting): Promise<Findings>;
  /**
   * Searches, once and at the end, what `look` left out: text indexes, freed pages, the write-ahead log; until `end`.
   * Throws `internal` when no search found even one canary that was disclosed: then it proves nothing.
   */
  finish(end: Date | undefined): { readonly leaks: number; readonly complete: boolean };
}

/** Canaries remembered for the next looks: what is withheld may turn up later. A simulation without end stays small. */
const MOST = 150_000;

/** `begin`: what was there before, which is none of this simulation's. */
export function createInspector(
  recipient: Recipient,
  receipts: ReceiptBook,
  begin: Marks = new Map(),
): Inspector {
  const { org, database } = recipient;
  // Two looks back: a notice is looked for after it settled, and its rows may be older than the last look.
  let marks = [begin, begin] as const;
  const canaries = rememberCanaries(org);
  return {
    look: async (inspecting) => {
      canaries.remember(inspecting);
      const { verified, unverified, twice } = await verifyAll(recipient, inspecting);
      return inspected(database, (inspection) => {
        const last = inspection.marks();
        const search = canaries.search();
        for (const value of inspection.values(marks[0])) search.look(value);
        receipts.follow(inspecting.notices.map(keyOf));
        const duplicates = new Set([...twice, ...receipts.add(inspection.receipts(marks[0]))]).size;
        marks = [marks[1], last];
        return { org, verified, unverified, duplicates, leaks: canaries.countLeaks(search) };
      });
    },
    finish: (end) =>
      inspected(database, (inspection) => {
        const search = canaries.search();
        const complete = lookWithin(everythingElse(inspection, database), search, end);
        const leaks = canaries.countLeaks(search);
        if (complete) canaries.requireProof();
        return { leaks, complete };
      }),
  };
}

/** What is looked for at one recipient, and what of it was found already. */
function rememberCanaries(org: OrgId) {
  let withheld: readonly string[] = [];
  let disclosed: readonly string[] = [];
  let isProven = false;
  const counted = new Set<string>();
  return {
    remember: ({ notices, forbidden }: Inspecting): void => {
      const canaries = canariesFor(org, notices);
      withheld = [...withheld, ...canaries.withheld, ...forbidden].slice(-MOST);
      disclosed = [...disclosed, ...canaries.disclosed].slice(-MOST);
    },
    search: (): CanarySearch => createCanarySearch([...disclosed, ...withheld]),
    /** Each leak once, however often it is found. */
    countLeaks: ({ found }: CanarySearch): number => {
      isProven ||= disclosed.some((canary) => found.has(canary));
      const fresh = withheld.filter((canary) => found.has(canary) && !counted.has(canary));
      for (const canary of fresh) counted.add(canary);
      return fresh.length;
    },
    requireProof: (): void => {
      if (disclosed.length === 0 || isProven) return;
      throw fail(
        'internal',
        `the search for canaries at \`${org}\` finds none of ${disclosed.length} disclosed`,
      );
    },
  };
}

function inspected<T>(database: string, work: (inspection: Inspection) => T): T {
  const inspection = inspectGateway(database);
  try {
    return work(inspection);
  } finally {
    inspection.close();
  }
}

function* everythingElse(inspection: Inspection, database: string): Generator<string | Uint8Array> {
  yield* inspection.otherValues();
  yield* bytesOfDatabase(database);
}

/** False when the time was over before the end. */
function lookWithin(
  values: Iterable<string | Uint8Array>,
  search: CanarySearch,
  end: Date | undefined,
): boolean {
  for (const value of values) {
    if (end !== undefined && Date.now() > end.getTime()) return false;
    search.look(value);
  }
  return true;
}

/** Of the notices: what the inbox holds, with its evidence, and what it shows more than once, under whatever originator. */
async function verifyAll({ org, gateway }: Recipient, inspecting: Inspecting) {
  const known = new Map(inspecting.notices.map((notice) => [notice.id, keyOf(notice)]));
  const [verified, unverified] = [new Set<string>(), new Set<string>()];
  const [seen, twice] = [new Set<string>(), new Set<string>()];
  for await (const held of gateway.inbox(inspecting.since)) {
    const notice = known.get(held.id);
    if (notice === undefined) continue;
    if (seen.has(held.id)) twice.add(notice);
    seen.add(held.id);
    if (notice !== keyOf(held)) continue;
    const isProven = await verifyHeld(held, { recipient: org, ...inspecting });
    (isProven ? verified : unverified).add(notice);
  }
  return { verified, unverified, twice };
}

/** A section that the last signed report does not disclose to it must be nowhere. */
export function canariesFor(
  org: OrgId,
  notices: readonly Submitted[],
): { readonly disclosed: readonly string[]; readonly withheld: readonly string[] } {
  const [disclosed, withheld]: [string[], string[]] = [[], []];
  for (const { originator, canaries, shown } of notices) {
    if (originator === org || shown === undefined || shown.state === 'queued') continue;
    const pair = shown.recipients.find((entry) => entry.org === org);
    const may = new Set(pair?.outcome === 'denied' ? [] : pair?.sections);
    const holds = pair?.receipt?.type === 'held';
    for (const [section, canary] of canaries) {
      if (!may.has(section)) withheld.push(canary);
      else if (holds) disclosed.push(canary);
    }
  }
  return { disclosed, withheld };
}
