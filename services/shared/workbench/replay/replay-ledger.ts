import { errorFrom } from '../../kernel/errors.js';
import { groupBy } from '../../kernel/group-by.js';
import { type NoticeId, noticeIdOf } from '../../kernel/ids.js';
import { readRecordedAction, verifyActionsIn } from '../../ledger/action.js';
import type { Report, VerifiedRecord } from '../../ledger/record.js';
import type { PoliciesOf } from './deciding-policies.js';
import { createEarlierRecords, type EarlierRecords } from './earlier-records.js';
import {
  createReplayTally,
  type NamedRecord,
  type ReplayFinding,
  type ReplaySummary,
  type ReplayTally,
} from './findings.js';
import { settleActions } from './judge-unseals.js';
import { isAboutAny, isReportType, noteRelease, readClaims, type ReplayEntry } from './ledger-entry.js';
import { createReleases, type Releases } from './releases.js';
import { type Doubt, type OwnContentOf, replayReport, restrictedName } from './replay-report.js';
import { createSeenNames, type SeenNames } from './seen-names.js';
import { settleNotice } from './settle-doubts.js';

/** What `replayLedger` reads, and by what it decides. */
export interface ReplayDeps {
  /** Yields the records in their order; called several times, each time from the first one. */
  readonly entries: () => AsyncIterable<ReplayEntry>;
  /** Verifies a record. Rejects as `readRecord` does. */
  readonly verify: (bytes: Uint8Array) => Promise<VerifiedRecord>;
  readonly policies: PoliciesOf;
  readonly ownContent: OwnContentOf;
  /** True when the entries are the whole ledger. */
  readonly isWhole: boolean;
  /** Only records made at or after, or before, these times are decided again; in milliseconds. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly onFinding: (finding: ReplayFinding) => void;
  readonly onProgress?: (read: number, total: number) => void;
}

interface Replaying extends ReplayDeps {
  readonly tally: ReplayTally;
  readonly releases: Releases;
  /** The notices of the records so far. */
  readonly seen: SeenNames;
}

/**
 * Decides every report of a ledger again: by the bundle that it names, and by the newest bundle that was adopted before it.
 * Reads the entries twice, and once more for each `MAX_DOUBTS` doubts that only earlier records can settle (twice if a
 * narrowing takes back an action), so that the memory does not grow with the ledger.
 */
export async function replayLedger(deps: ReplayDeps): Promise<ReplaySummary> {
  const tally = createReplayTally(deps.onFinding);
  const { releases, total } = await readReleases(deps);
  const replaying = { ...deps, verify: verifyingActions(deps), tally, releases, seen: createSeenNames() };
  let doubts: Doubt[] = [];
  let read = 0;
  for await (const entry of deps.entries()) {
    deps.onProgress?.((read += 1), total);
    tally.record();
    doubts.push(...(await replayEntry(replaying, entry)));
    if (doubts.length < MAX_DOUBTS) continue;
    await settle(replaying, doubts);
    doubts = [];
  }
  if (doubts.length > 0) await settle(replaying, doubts);
  return tally.summary();
}

/** Verifies a record with the actions beside it, which a replay judges as well. */
function verifyingActions({ verify }: ReplayDeps): ReplayDeps['verify'] {
  return async (bytes) => {
    const record = await verify(bytes);
    if (record.type === 'report') verifyActionsIn(record);
    return record;
  };
}

/** Doubts that are settled in one reading of the entries. */
const MAX_DOUBTS = 1_000;

async function readReleases({ entries }: ReplayDeps): Promise<{ releases: Releases; total: number }> {
  const releases = createReleases();
  let total = 0;
  for await (const entry of entries()) {
    total += 1;
    const claimed = claimedIn(entry);
    if (claimed !== undefined) noteRelease(releases, claimed);
  }
  return { releases, total };
}

/** What an entry claims; undefined for one that cannot be read, which `replayEntry` counts. */
function claimedIn(entry: ReplayEntry): ReturnType<typeof readClaims> | undefined {
  try {
    return readClaims(entry);
  } catch {
    return undefined;
  }
}

async function replayEntry(replaying: Replaying, entry: ReplayEntry): Promise<readonly Doubt[]> {
  const { since = -Infinity, until = Infinity, tally, releases, seen, verify } = replaying;
  const claimed = claimedIn(entry);
  if (claimed !== undefined && !isReportType(claimed.type)) return [];
  const report = await verify(entry.bytes).catch(errorFrom);
  if (claimed === undefined || report instanceof Error || report.type !== 'report') {
    tally.leave(report instanceof Error ? report.code : 'token-malformed');
    return [];
  }
  const { point } = claimed;
  for (const { id, verb } of report.actions)
    if (verb === 'restrict') seen.add(restrictedName(report.org, id));
  const isMeant = point.at >= since && point.at < until;
  const named = namedBy(report, entry);
  const stale = report.bundle === undefined ? undefined : releases.judge(report.bundle, point);
  const doubts = isMeant ? await replayReport({ report, named, stale }, replaying) : [];
  const left = doubts.filter((doubt) => !settleFresh(replaying, report, doubt));
  for (const part of report.notices) seen.add(`${report.org} ${part.jti}`);
  return left;
}

function namedBy(
  { digest, org, issuedAt, reason, bundle = '' }: Report,
  { place }: ReplayEntry,
): NamedRecord {
  return { record: digest, place, org, at: issuedAt.toISOString(), reason, bundle };
}

/** Settles a doubt at once if no earlier record can be about its notice; returns whether it did. */
function settleFresh(replaying: Replaying, report: Report, doubt: Doubt): boolean {
  if (doubt.type !== 'notice' || report.reason !== 'routing') return false;
  const isEnd = doubt.decisions.some(({ recorded }) => recorded?.because === 'ended');
  const names = [`${report.org} ${doubt.part.jti}`, restrictedName(report.org, noticeIdOf(doubt.part.jti))];
  if (isEnd || names.some((name) => replaying.seen.mayHave(name))) return false;
  settleNotice(doubt, { ...replaying, earlier: createEarlierRecords(new Set()) });
  return true;
}

/** Settles doubts in one reading of the entries, up to the last record that has some. */
async function settle(replaying: Replaying, doubts: readonly Doubt[]): Promise<void> {
  const byRecord = groupBy(doubts, ({ named }) => named.record);
  const takenBack = new Set(doubts.flatMap(takenBackIn));
  const ids = new Set([...doubts.flatMap(idsOf), ...(await idsOfActions(replaying, takenBack))]);
  const earlier = createEarlierRecords(ids);
  const names = new Set<string>([...ids, ...takenBack]);
  for await (const entry of replaying.entries()) {
    if (!isAboutAny(entry, names)) continue;
    const record = await replaying.verify(entry.bytes).catch(() => undefined);
    if (record === undefined) continue;
    earlier.noteEnds(record);
    earlier.noteBars(record);
    settleRecord({ ...replaying, earlier }, byRecord.get(record.digest) ?? []);
    byRecord.delete(record.digest);
    if (byRecord.size === 0) return;
    if (record.type === 'report') earlier.noteDecisions(record);
  }
  // The source does not yield these records any more.
  replaying.tally.leave('earlier-record', byRecord.size);
}

function settleRecord(
  settling: Replaying & { readonly earlier: EarlierRecords },
  doubts: readonly Doubt[],
): void {
  for (const doubt of doubts) {
    if (doubt.type === 'notice') settleNotice(doubt, settling);
    else settleActions(doubt, settling);
  }
}

function idsOf(doubt: Doubt): readonly NoticeId[] {
  return doubt.type === 'notice' ? [noticeIdOf(doubt.part.jti)] : doubt.unseals.map(({ id }) => id);
}

const takenBackIn = (doubt: Doubt): readonly string[] =>
  doubt.type === 'actions' ? doubt.unacts.map(({ digest }) => digest) : [];

/** Finds the notices of actions that narrowings take back: a narrowing names the action alone. */
async function idsOfActions(
  { entries, verify }: Replaying,
  digests: ReadonlySet<string>,
): Promise<readonly NoticeId[]> {
  const ids: NoticeId[] = [];
  if (digests.size === 0) return ids;
  for await (const entry of entries()) {
    if (!isAboutAny(entry, digests)) continue;
    const record = await verify(entry.bytes).catch(() => undefined);
    if (record?.type !== 'report') continue;
    const actions = (record.beside.actions ?? []).map(readRecordedAction);
    ids.push(...actions.filter(({ digest }) => digests.has(digest)).map(({ id }) => id));
  }
  return ids;
}
