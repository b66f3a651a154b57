import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';
import type { VerifiedRecord } from '../shared/ledger/record.js';
import { mayPass } from '../shared/trust/may-pass.js';
import type { Archive, Entry } from './archive.js';

/** A message of the LEDGER stream; nothing of it is believed yet. */
export interface LedgerMessage {
  readonly seq: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** When the broker stored it. */
  readonly storedAt: Date;
}

/** What is never kept, and why. */
export interface RefusedRecord {
  readonly seq: number;
  readonly subject: string;
  readonly error: LiaisonError;
}

export interface Keeper {
  lastSeq(epoch: string): number;
  /**
   * Resolves when every valid record among them is fsynced: those kept before are left out, those that no router
   * signed are refused with an alarm. Rejects with `full` or `internal`; then none is kept and all come again.
   */
  keep(epoch: string, messages: readonly LedgerMessage[]): Promise<void>;
}

interface KeeperDeps {
  readonly archive: Archive;
  /** Verifies a record of the ledger as the router that signed it; throws `evidence` for what is none. */
  readonly verify: (message: LedgerMessage) => Promise<VerifiedRecord>;
  readonly alarm: (refused: RefusedRecord) => void;
}

/** `verify` makes two attempts by itself. */
const VERIFY_ATTEMPTS = 2;

export function createKeeper({ archive, verify, alarm }: KeeperDeps): Keeper {
  /** The digest of a valid record, undefined for what is none. */
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
      // All at once; the results stay in the order of the ledger.
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
