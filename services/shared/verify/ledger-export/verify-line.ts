import { decodeBase64url, encodeBase64url } from '../../kernel/base64url.js';
import { errorFrom, fail, isCode, type LiaisonError } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { verifyRecordProof } from '../../ledger/delivery/record-proof.js';
import { readRecord } from '../../ledger/record.js';
import { verifyContent } from '../../ledger/verify-content.js';
import { digest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import { treeOf } from '../../trust/merkle.js';
import { leafData } from '../../trust/signed-set.js';
import { claimsIn } from '../../trust/token-claims.js';
import type { SignedSet } from '../../wire/frames.js';
import {
  parseRecordLine,
  proofOfLine,
  type RecordLine,
  statementIn,
  statementOfLine,
} from './record-line.js';

/** What a line of an export is by itself, wherever it stands. */
export interface ReadLine {
  /** Digest of its statement, by which the log names it; empty if the line cannot be read. */
  readonly digest: string;
  /** Digest of the bundle of policies that a report names. */
  readonly bundle?: string | undefined;
  /** Why it does not verify. */
  readonly fault?: LiaisonError;
}

/** What the lines of an export are verified with. */
export interface LineContext {
  readonly directory: Directory;
  readonly shown: 'federation' | OrgId;
}

/** The auditor judged times and revocations when it kept the record. */
const ANY_TIME = { now: new Date(8.64e15), recorded: new Date(0) } as const;

/** Verifies a line: the hub's signature, every salted part, and what others signed beside it. Never throws. */
export async function verifyLine(bytes: Uint8Array, context: LineContext): Promise<ReadLine> {
  let named = '';
  try {
    const line = parseRecordLine(bytes);
    const statement = statementOfLine(line);
    named = digest(statement);
    const claimed = (Object(claimsIn(statement)) as { readonly bundle?: unknown }).bundle;
    await verifyParts(line, context);
    return { digest: named, bundle: typeof claimed === 'string' ? claimed : undefined };
  } catch (thrown) {
    return { digest: named, fault: errorFrom(thrown) };
  }
}

async function verifyParts(line: RecordLine, { directory, shown }: LineContext): Promise<void> {
  if ('record' in line) {
    const bytes = decodeBase64url(line.record);
    requireLeaves(statementIn(bytes));
    return verifyContent(await readRecord(bytes, { directory, ...ANY_TIME }), directory);
  }
  if (shown === 'federation') throw fail('schema-invalid', 'a record of a full export is whole');
  try {
    await verifyRecordProof(proofOfLine(line), { directory, recipient: shown, ...ANY_TIME });
  } catch (thrown) {
    throw isCode(thrown, 'digest-mismatch') ? changedSalt() : thrown;
  }
}

/** Requires the leaves of a record to lead to the root in its statement, whose signature is verified afterwards. */
function requireLeaves({ statement, leaves }: SignedSet): void {
  const { root } = Object(claimsIn(statement)) as { readonly root?: unknown };
  const isSalted = leaves.every(({ salt }) => salt.length === 16);
  if (!isSalted || encodeBase64url(treeOf(leaves.map(leafData)).root) !== root) throw changedSalt();
}

const changedSalt = (): LiaisonError =>
  fail('salt-changed', 'a salt or a part is not the one that the statement was signed over');
