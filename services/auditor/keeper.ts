import type { Clock } from '../shared/kernel/clock.js';
import { type Code, errorFrom, fail, LiaisonError } from '../shared/kernel/errors.js';
import type { VerifiedRecord } from '../shared/ledger/record.js';
import type { RuleOut, UnverifiedRecord } from '../shared/ledger/rule-out.js';
import type { Entry } from '../shared/store/append/archived-entry.js';
import type { Directory } from '../shared/trust/directory.js';
import { isWaitedOut } from '../shared/trust/may-pass.js';
import type { Archive } from './archive.js';
import { ruledOutName } from './indexed-record.js';
import { lastTime, timeAfter } from './ledger-time.js';
import type { PolicyArchive } from './policy-archive.js';
import { keyFault } from './verify-record.js';

/** A message of the LEDGER stream, not verified yet. */
export interface LedgerMessage {
  readonly seq: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/** A message that is not archived, and why. */
export interface RefusedRecord {
  readonly seq: number;
  readonly subject: string;
  readonly error: LiaisonError;
}

/** The record that blocks the archive. */
export interface UnverifiableRecord extends UnverifiedRecord {
  readonly subject: string;
  /** Why it cannot be verified yet. */
  readonly code: Code;
  /** When its verification was first tried. */
  readonly since: Date;
}

/** Verifies and archives records. */
export interface Keeper {
  /** The highest archived sequence of an epoch; 0 when there is none. */
  lastSeq(epoch: string): number;
  /**
   * Archives the valid records; resolves when they are fsynced. Records archived before are skipped, and those that no
   * router signed raise an alarm. Stops at a record that cannot be verified yet, unless an operator ruled it out: archives
   * everything before it and rejects with the reason. Rejects with `full`, `internal` or `not-ready`; the caller then reads
   * all records again.
   */
  keep(epoch: string, messages: readonly LedgerMessage[]): Promise<void>;
  /** The record at which the last `keep` stopped; undefined when there is none. */
  waiting(): UnverifiableRecord | undefined;
  /** True once after a version of the directory was archived, which is to be sealed at once. */
  keptDirectory(): boolean;
}

interface KeeperDeps {
  readonly archive: Archive;
  readonly policies: Pick<PolicyArchive, 'keep'>;
  readonly directory: () => Directory;
  readonly clock: Clock;
  /** Verifies a record, regardless of revocation. Throws an error of the family `evidence` when no router signed it. */
  readonly verify: (message: LedgerMessage) => Promise<VerifiedRecord>;
  /** Searches the ledger for an operator's command that rules a record out. */
  readonly findRuleOut: (record: UnverifiedRecord) => Promise<RuleOut | undefined>;
  readonly onRefused: (refused: RefusedRecord) => void;
  readonly onRuledOut: (record: UnverifiableRecord, ruleOut: RuleOut) => void;
}

interface Judged {
  /** Entries to archive, by the name that prevents duplicates. */
  readonly fresh: Map<string, Entry>;
  readonly ruledOut: RuledOut[];
  /** Digests of the bundles of policies that the records name. */
  readonly bundles: Set<string>;
  /** The time of the newest record so far on the ledger. */
  time: Date;
  /** One of the records is of a version of the directory. */
  isDirectory: boolean;
}

/** Creates a keeper over an archive. */
export function createKeeper(deps: KeeperDeps): Keeper {
  const { archive, policies, verify } = deps;
  const waits = createWaits(deps);
  let newest: Date | undefined;
  const kept = createMark();
  const archiveAll = async ({ fresh, ruledOut, bundles, time, isDirectory }: Judged): Promise<void> => {
    if (fresh.size === 0) return;
    for (const named of bundles) policies.keep(named);
    await archive.keep([...fresh.values()]);
    // Advance the time only once the records are on disk: after a failure they are judged again at the old time.
    newest = time;
    if (isDirectory) kept.set();
    for (const [record, ruleOut] of ruledOut) deps.onRuledOut(record, ruleOut);
  };
  return {
    lastSeq: archive.lastSeq,
    waiting: waits.current,
    keptDirectory: kept.take,
    keep: async (epoch, messages) => {
      newest ??= await lastTime(archive);
      const judged = nothingJudged(newest);
      // Verified in parallel, judged and archived in the order of the ledger.
      const verified = await Promise.all(messages.map((message) => verify(message).catch(errorFrom)));
      try {
        for (const [at, { seq, subject, bytes }] of messages.entries()) {
          const name = judge(deps, judged, verified[at] as VerifiedRecord | LiaisonError);
          if (typeof name === 'string') judged.fresh.set(name, { epoch, seq, subject, bytes });
          if (!(name instanceof LiaisonError)) continue;
          if (isWaitedOut(name.code, 'record-to-archive'))
            leaveOut(deps, judged, await waits.end({ epoch, seq, subject, bytes, code: name.code }));
          else deps.onRefused({ seq, subject, error: name });
        }
        waits.passed(epoch, messages);
      } finally {
        await archiveAll(judged);
      }
    },
  };
}

function nothingJudged(time: Date): Judged {
  return { fresh: new Map(), ruledOut: [], bundles: new Set(), time, isDirectory: false };
}

/** A mark that `take` returns and removes. */
function createMark(): { readonly set: () => void; readonly take: () => boolean } {
  let isSet = false;
  return {
    set: () => {
      isSet = true;
    },
    take: () => {
      const wasSet = isSet;
      isSet = false;
      return wasSet;
    },
  };
}

/** A record, and the command that ruled it out. */
type RuledOut = readonly [UnverifiableRecord, RuleOut];

/** Tracks the record that cannot be verified yet. */
function createWaits({ clock, findRuleOut }: Pick<KeeperDeps, 'clock' | 'findRuleOut'>) {
  let waiting: UnverifiableRecord | undefined;
  return {
    current: (): UnverifiableRecord | undefined => waiting,
    /** Resolves with the command that rules a record out. Without one, throws why the record cannot be verified. */
    end: async (record: Omit<UnverifiableRecord, 'since'>): Promise<RuledOut> => {
      const isKnown = waiting?.epoch === record.epoch && waiting.seq === record.seq;
      waiting = { ...record, since: isKnown && waiting !== undefined ? waiting.since : clock() };
      const ruleOut = await findRuleOut(waiting);
      if (ruleOut !== undefined) return [waiting, ruleOut];
      throw fail(record.code, `record ${record.seq} of the ledger cannot be verified`);
    },
    /** Forgets the record once its batch is fully judged, or when the epoch changes. */
    passed: (epoch: string, messages: readonly LedgerMessage[]): void => {
      const isPassed = messages.some(({ seq }) => seq === waiting?.seq);
      if (isPassed || waiting?.epoch !== epoch) waiting = undefined;
    },
  };
}

/** Archives the command that ruled a record out in the record's place, unless it is there already. */
function leaveOut({ archive }: KeeperDeps, { fresh, ruledOut }: Judged, ruled: RuledOut): void {
  const [{ epoch, seq, subject }, { id, token }] = ruled;
  const name = ruledOutName(id);
  if (archive.has(name)) return;
  fresh.set(name, { epoch, seq, subject, bytes: Buffer.from(token), ruledOut: id });
  ruledOut.push(ruled);
}

/** Returns the name for archiving a record, undefined if it is archived already, or the error that prevents archiving. */
function judge(
  { archive, directory, clock }: KeeperDeps,
  judged: Judged,
  verified: VerifiedRecord | LiaisonError,
): string | LiaisonError | undefined {
  if (verified instanceof LiaisonError) {
    if (verified.family === 'operational') throw verified;
    return verified;
  }
  const { digest, issuedAt } = verified;
  if (judged.fresh.has(digest) || archive.has(digest)) return undefined;
  const time = timeAfter(judged.time, issuedAt, clock);
  const error = keyFault(verified, { directory: directory(), recorded: time });
  if (error !== undefined) return error;
  judged.time = time;
  judged.isDirectory ||= verified.type === 'directory';
  const bundle = verified.type === 'report' ? verified.bundle : undefined;
  if (bundle !== undefined) judged.bundles.add(bundle);
  return digest;
}
