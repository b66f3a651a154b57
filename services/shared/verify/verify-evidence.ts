import { errorFrom, fail } from '../kernel/errors.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { Claim } from './claims.js';
import { parsePack } from './pack.js';
import { EVIDENCE_LIMITS } from './statements.js';
import { type EvidenceContext, verifyPack } from './verify-pack.js';

/** The kinds of files of evidence. */
const KINDS = ['pack'] as const;

/** The result of verifying a file of evidence. */
export interface Verification {
  readonly kind: (typeof KINDS)[number];
  /** True if no line does not hold. */
  readonly holds: boolean;
  readonly lines: readonly Claim[];
}

/**
 * Verifies a file of evidence. Throws `json-…` for what is not JSON, and `schema-invalid` for another kind of file; any
 * other fault is a line that does not hold.
 */
export async function verifyEvidence(
  source: string | Uint8Array,
  context: EvidenceContext,
): Promise<Verification> {
  const value = parseStrictJson(source, EVIDENCE_LIMITS);
  const { kind } = Object(value) as { readonly kind?: unknown };
  const known = KINDS.find((one) => one === kind);
  if (known === undefined) {
    const message = `expected one of ${KINDS.join(', ')}`;
    throw fail('schema-invalid', `\`kind\`: ${message}`, [{ path: 'kind', message }]);
  }
  const lines = await linesOf(value, context);
  return { kind: known, holds: lines.every(({ ok }) => ok !== false), lines };
}

async function linesOf(value: unknown, context: EvidenceContext): Promise<readonly Claim[]> {
  try {
    return await verifyPack(parsePack(value), context);
  } catch (thrown) {
    const { code, message: detail, details } = errorFrom(thrown);
    const says = 'the file has the form of its kind';
    return [{ claim: 'form', ok: false, says, where: details[0]?.path ?? '', code, detail }];
  }
}
