import { errorFrom } from '../kernel/errors.js';
import type { CommandId } from '../kernel/ids.js';
import { hexDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { LEDGER_OWNER } from './command-content.js';
import { verifyCommandIn } from './command-record.js';
import { readRecord } from './record.js';

/** A record of the ledger that cannot be verified. */
export interface UnverifiedRecord {
  readonly epoch: string;
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** A recorded command of an operator to leave a record out. */
export interface RuleOut {
  readonly id: CommandId;
  readonly person: string;
  /** The operator's command as signed. */
  readonly token: string;
}

interface FindRuleOutParams {
  readonly directory: Directory;
  readonly now: Date;
  /** Reads the next record on `ledger.hub` from a sequence on; undefined when there is none. */
  readonly next: (from: number) => Promise<{ readonly seq: number; readonly bytes: Uint8Array } | undefined>;
}

/** Maximum records that one search reads; each was written by a router for an operator's command. */
const MAX_READ = 256;

/**
 * Searches the ledger after a record for the command that rules it out: signed by an operator and recorded by a router, for
 * exactly this epoch, sequence and bytes. Undefined when there is none yet. Throws what `next` throws.
 */
export async function findRuleOut(
  record: UnverifiedRecord,
  { next, ...reading }: FindRuleOutParams,
): Promise<RuleOut | undefined> {
  let from = record.seq + 1;
  for (let read = 0; read < MAX_READ; read += 1) {
    const found = await next(from);
    if (found === undefined) return undefined;
    const ruleOut = await ruleOutIn(found.bytes, record, reading);
    if (ruleOut !== undefined) return ruleOut;
    from = found.seq + 1;
  }
  return undefined;
}

/** Returns the rule-out of this record that a ledger record holds; undefined for any other or unverifiable ledger record. */
async function ruleOutIn(
  bytes: Uint8Array,
  { epoch, seq, bytes: ruled }: UnverifiedRecord,
  { directory, now }: Pick<FindRuleOutParams, 'directory' | 'now'>,
): Promise<RuleOut | undefined> {
  try {
    const held = await readRecord(bytes, { directory, now, org: LEDGER_OWNER });
    if (held.type !== 'command' || held.part.outcome !== 'ruled-out') return undefined;
    const { id, verb, entry, place, person, token } = await verifyCommandIn(held, directory);
    const isAboutIt =
      verb === 'rule-out' && place?.epoch === epoch && place.sequence === seq && entry === hexDigest(ruled);
    return isAboutIt ? { id, person, token } : undefined;
  } catch (thrown) {
    if (errorFrom(thrown).family === 'operational') throw thrown;
    return undefined;
  }
}
