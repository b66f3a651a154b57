import { decodeBase64url, encodeBase64url } from '../../kernel/base64url.js';
import { closed } from '../../kernel/closed-schema.js';
import { compileWhenUsed } from '../../kernel/compile-when-used.js';
import { fail } from '../../kernel/errors.js';
import type { JsonLimits } from '../../kernel/json-fault.js';
import type { NoticeId, OrgId } from '../../kernel/ids.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { treeOf } from '../../trust/merkle.js';
import { leafData } from '../../trust/signed-set.js';
import { claimsIn } from '../../trust/token-claims.js';
import { frames, type SignedSet } from '../../wire/frames.js';
import { evidenceAjv, requireForm } from '../statements.js';

/** The most bytes of a line: a record of 16 MiB, which no file of an auditor exceeds, in base64url. */
export const MAX_RECORD_LINE = 24 * 1024 * 1024;
const LIMITS: JsonLimits = { bytes: MAX_RECORD_LINE, depth: 2, nodes: 4 };

const isLine = compileWhenUsed<{ readonly record: string }>(
  evidenceAjv,
  closed({ record: { type: 'string', minLength: 1 } }),
);

/** Returns the line of a record in an export: its exact bytes in base64url. */
export function formatRecordLine(record: Uint8Array): string {
  return `${JSON.stringify({ record: encodeBase64url(record) })}\n`;
}

/** Reads the record of a line. Throws `json-…`, `schema-invalid` and `token-malformed`. */
export function parseRecordLine(line: Uint8Array): Uint8Array {
  return decodeBase64url(requireForm(parseStrictJson(line, LIMITS), isLine()).record);
}

/** Returns the statement of a record with its leaves. Throws `frame-unreadable`. */
export function statementIn(record: Uint8Array): SignedSet {
  const { statement } = frames.record.decode(record);
  if (statement) return statement;
  throw fail('frame-unreadable', 'a record has no statement');
}

/** Returns the digest of the bundle of policies that a statement names; undefined without one. Throws as `claimsIn` does. */
export function policyBundleIn(statement: string): string | undefined {
  const { bundle } = Object(claimsIn(statement)) as { readonly bundle?: unknown };
  return typeof bundle === 'string' ? bundle : undefined;
}

/**
 * Requires the salted parts of a record to lead to the root that its statement names; the statement is not verified. Throws
 * `salt-changed`.
 */
export function requireLeaves({ statement, leaves }: SignedSet): void {
  const { root } = Object(claimsIn(statement)) as { readonly root?: unknown };
  const isSalted = leaves.every(({ salt }) => salt.length === 16);
  if (isSalted && encodeBase64url(treeOf(leaves.map(leafData)).root) === root) return;
  throw fail('salt-changed', 'a salt or a part is not the one that the statement was signed over');
}

/** True for a routing report with a part about a notice with this id. */
export function isRoutingOf(record: Uint8Array, notice: NoticeId): boolean {
  const { statement, leaves } = statementIn(record);
  const { type } = Object(claimsIn(statement)) as { readonly type?: unknown };
  return type === 'routing' && leaves.some(({ part }) => Buffer.from(part).includes(`"jti":"${notice}.`));
}

const OWN_TYPES: readonly unknown[] = ['routing', 'narrowing', 'receipts'];

/**
 * True for a record that an organisation may see as a whole: a report that it got, or a record of receipts that it sent. Records
 * of its quarantine and of commands name operators; its parts in the reports of others may be about notices that it did not get.
 */
export function isOwnRecord(record: Uint8Array, org: OrgId): boolean {
  const { org: about, type } = Object(claimsIn(statementIn(record).statement)) as Partial<
    Record<string, unknown>
  >;
  return about === org && OWN_TYPES.includes(type);
}
