import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';
import type { VerifiedRecord } from '../shared/ledger/record.js';
import { mayPass } from '../shared/trust/may-pass.js';
import type { Entry } from '../shared/store/append/archived-entry.js';
import type { Archive } from './archive.js';

/** A message of the LEDGER stream, not verified yet. */
export interface LedgerMessage {
  readonly seq: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** When the broker stored it. */
  readonly storedAt: Date;
}

/** A message that is not archived, and why. */
export interface RefusedRecord {
  readonly seq: number;
  readonly subject: string;
  readonly error: LiaisonError;
}

/** Verifies and archives records. */
export interface Keeper {
  /** The highest archived sequence of an epoch; 0 when there is none. */
  lastSeq(epoch: string): number;
  /**
   * Archives the valid records; resolves when they are fsynced. Records archived before are skipped, and those that no router
   * signed raise an alarm. Rejects with `full` or `internal`; none is archived then, and the caller reads all of them again.
   */
  keep(epoch: string, messages: readonly LedgerMessage[]): Promise<void>;
}

interface KeeperDeps {
  readonly archive: Archive;
  /** Verifies a record; throws an error of the family `evidence` when no router signed it. */
  readonly verify: (message: LedgerMessage) => Promise<VerifiedRecord>;
  readonly alarm: (refused: RefusedRecord) => void;
}

/** `verify` makes two attempts by itself. */
const VERIFY_ATTEMPTS = 2;

/** Creates a keeper over an archive. */
export function createKeeper({ archive, verify, alarm }: KeeperDeps): Keeper {
  /** The digest of a valid record; undefined for any other message. */
  const judge = async (message: LedgerMessage): Promise<string | undefined> => {
    try {
      return (await verify(message)).digest;
    } catch (thrown) {
      const error = errorFrom(thrown);
      if (mayPass(error, 'record-to-archive', VERIFY_ATTEMPTS)) throw error;
      alarm({ seq: message.seq, subject: message.subject, error });
      return undefined;
    }
  };
  return {
    lastSeq: archive.lastSeq,
    keep: async (epoch, messages) => {
      // Verified in parallel, archived in the order of the ledger.
      const judged = await Promise.all(messages.map(judge));
      const fresh = new Map<string, Entry>();
      for (const [at, { seq, subject, bytes }] of messages.entries()) {
        const digest = judged[at];
        if (digest === undefined || fresh.has(digest) || archive.has(digest)) continue;
        fresh.set(digest, { epoch, seq, subject, bytes });
      }
      if (fresh.size > 0) await archive.keep([...fresh.values()]);
    },
  };
}
