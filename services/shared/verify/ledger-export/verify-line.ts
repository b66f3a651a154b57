import { errorFrom, type LiaisonError } from '../../kernel/errors.js';
import type { DirectoryPart } from '../../ledger/directory/directory-record.js';
import { readRecord } from '../../ledger/record.js';
import { verifyContent } from '../../ledger/verify-content.js';
import { digest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import type { ExportManifest } from './layout.js';
import { policyBundleIn, isOwnRecord, parseRecordLine, requireLeaves, statementIn } from './record-line.js';

/** What a line of an export says, without its place in the export. */
export interface ReadLine {
  /** Digest of its statement, by which the log names it; empty if the line cannot be read. */
  readonly digest: string;
  /** Digest of the bundle of policies that a report names. */
  readonly bundle?: string | undefined;
  /** The version of the directory that a record is about. */
  readonly directory?: DirectoryPart | undefined;
  /** True for a record that an export for its reader has. */
  readonly isShown: boolean;
  /** Why it does not verify. */
  readonly fault?: LiaisonError;
}

/** What lines are verified with: the directory, and who may see what is shown. */
interface LineContext extends Pick<ExportManifest, 'shown'> {
  readonly directory: Directory;
}

/** The auditor judged times and revocations when it kept the record. */
const ANY_TIME = { now: new Date(8.64e15), recorded: new Date(0) } as const;

/** Verifies a line: the hub's signature, every salted part, and what others signed beside it. Never throws. */
export async function verifyLine(line: Uint8Array, { directory, shown }: LineContext): Promise<ReadLine> {
  let named = '';
  try {
    const record = parseRecordLine(line);
    const set = statementIn(record);
    named = digest(set.statement);
    requireLeaves(set);
    const read = await readRecord(record, { directory, ...ANY_TIME });
    await verifyContent(read, directory);
    const isShown = shown === 'federation' || isOwnRecord(record, shown);
    const about = read.type === 'directory' ? read.part : undefined;
    return { digest: named, bundle: policyBundleIn(set.statement), directory: about, isShown };
  } catch (thrown) {
    return { digest: named, isShown: false, fault: errorFrom(thrown) };
  }
}
