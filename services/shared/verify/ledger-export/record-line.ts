import { decodeBase64url, encodeBase64url } from '../../kernel/base64url.js';
import { closed } from '../../kernel/closed-schema.js';
import { compileWhenUsed } from '../../kernel/compile-when-used.js';
import { fail } from '../../kernel/errors.js';
import type { JsonLimits } from '../../kernel/json-fault.js';
import type { NoticeId, OrgId } from '../../kernel/ids.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { createRecordProver } from '../../ledger/delivery/record-proof.js';
import { claimsIn } from '../../trust/token-claims.js';
import { frames, type RecordProof, type SignedSet } from '../../wire/frames.js';
import type { PackLeaf } from '../pack.js';
import { packLeafOf } from '../pack-parts.js';
import { boundedList, evidenceAjv, evidenceSchemas, requireForm } from '../statements.js';

/** A line of an export: the exact bytes of a record, in base64url. */
interface WholeLine {
  readonly record: string;
}

/** A line of an export: what the record of another organisation shows the one that the export is for. */
interface ShownLine {
  readonly statement: string;
  readonly own: readonly PackLeaf[];
  readonly index: number;
  readonly path: readonly string[];
}

/** One record of an export. */
export type RecordLine = WholeLine | ShownLine;

/** The most bytes of a line: a record of 16 MiB, which no file of an auditor exceeds, in base64url. */
export const MAX_RECORD_LINE = 24 * 1024 * 1024;
const LIMITS: JsonLimits = { bytes: MAX_RECORD_LINE, depth: 6, nodes: 200_000 };

const { token, leaf, index, path } = evidenceSchemas;
const isLine = compileWhenUsed<RecordLine>(evidenceAjv, {
  anyOf: [
    closed({ record: { type: 'string', minLength: 1 } }),
    closed({ statement: token, own: boundedList(leaf, 4_096, 1), index, path }),
  ],
});

/** Parses a line. Throws `json-…` and `schema-invalid`. */
export function parseRecordLine(bytes: Uint8Array): RecordLine {
  return requireForm(parseStrictJson(bytes, LIMITS), isLine());
}

/** Returns the statement of a line's record. Throws `token-malformed` and `frame-unreadable`. */
export function statementOfLine(line: RecordLine): string {
  return 'record' in line ? statementIn(decodeBase64url(line.record)).statement : line.statement;
}

/** Returns the statement of a record with its leaves. Throws `frame-unreadable`. */
export function statementIn(bytes: Uint8Array): SignedSet {
  const { statement } = frames.record.decode(bytes);
  if (statement) return statement;
  throw fail('frame-unreadable', 'a record has no statement');
}

/** True if the record of a line is a routing report, and its parts are about a notice with this id. */
export function isRoutingOf(line: RecordLine, notice: NoticeId): boolean {
  const { type } = Object(claimsIn(statementOfLine(line))) as { readonly type?: unknown };
  const parts =
    'record' in line
      ? statementIn(decodeBase64url(line.record)).leaves.map(({ part }) => part)
      : line.own.map(({ part }) => decodeBase64url(part));
  return type === 'routing' && parts.some((part) => Buffer.from(part).includes(`"jti":"${notice}.`));
}

/** Returns the line of a whole record. */
export function wholeLineOf(bytes: Uint8Array): RecordLine {
  return { record: encodeBase64url(bytes) };
}

/**
 * Returns the line of a record for one organisation: the whole of its own reports and receipts, which it sent or got itself;
 * its own parts in the reports of others; undefined for any other record, also about its quarantine and by operators.
 */
export function ownLineOf(bytes: Uint8Array, org: OrgId): RecordLine | undefined {
  const statement = statementIn(bytes);
  const { org: about, type } = Object(claimsIn(statement.statement)) as Partial<Record<string, unknown>>;
  const isReport = type === 'routing' || type === 'narrowing';
  if (about === org) return isReport || type === 'receipts' ? wholeLineOf(bytes) : undefined;
  const proof = isReport ? createRecordProver(statement)(org)?.proof : undefined;
  if (proof === undefined || proof.own.length === 0) return undefined;
  return {
    statement: proof.statement,
    own: proof.own.map(packLeafOf),
    index: proof.index,
    path: proof.path.map(encodeBase64url),
  };
}

/** Returns what a line shows of a record, as its verifier takes it. Throws `token-malformed`. */
export function proofOfLine({ statement, own, index: place, path: hashes }: ShownLine): RecordProof {
  return {
    statement,
    own: own.map(({ salt, part }) => ({ salt: decodeBase64url(salt), part: decodeBase64url(part) })),
    index: place,
    path: hashes.map(decodeBase64url),
  };
}
