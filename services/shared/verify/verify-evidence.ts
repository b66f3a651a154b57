import { errorFrom, fail } from '../kernel/errors.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { parseBegunLog, verifyBegunLog } from './begun-life.js';
import type { Claim } from './claims.js';
import { parseConviction } from './conviction.js';
import { isAboutDirectories, parseDirectoryFork, verifyDirectoryFork } from './directory-fork.js';
import { isAboutLog, parseFork } from './fork.js';
import { parseOwedClaim, verifyOwedClaim } from './owed-claim.js';
import { parsePack } from './pack.js';
import { isAboutDirectoryRecords, parseRecordFork, verifyRecordFork } from './record-fork.js';
import { EVIDENCE_LIMITS } from './statements.js';
import { verifyConviction } from './verify-conviction.js';
import { verifyFork } from './verify-fork.js';
import { type EvidenceContext, verifyPack } from './verify-pack.js';

/** The kinds of files of evidence. */
const KINDS = ['pack', 'conviction', 'claim', 'recovery'] as const;

type Kind = (typeof KINDS)[number];

/** The result of verifying a file of evidence. */
export interface Verification {
  readonly kind: Kind;
  /** False if a line does not hold, and always for a claim, which is one side's word. */
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
  const lines = await linesOf(known, value, context);
  return { kind: known, holds: known !== 'claim' && lines.every(({ ok }) => ok !== false), lines };
}

async function linesOf(kind: Kind, value: unknown, context: EvidenceContext): Promise<readonly Claim[]> {
  try {
    switch (kind) {
      case 'pack':
        return await verifyPack(parsePack(value), context);
      case 'conviction':
        if (isAboutDirectoryRecords(value)) return await verifyRecordFork(parseRecordFork(value), context);
        if (isAboutDirectories(value)) return await verifyDirectoryFork(parseDirectoryFork(value), context);
        return await (isAboutLog(value)
          ? verifyFork(parseFork(value), context)
          : verifyConviction(parseConviction(value), context));
      case 'claim':
        return await verifyOwedClaim(parseOwedClaim(value), context);
      case 'recovery':
        return await verifyBegunLog(parseBegunLog(value), context);
    }
  } catch (thrown) {
    const { code, message: detail, details } = errorFrom(thrown);
    const says = 'the file has the form of its kind';
    return [{ claim: 'form', ok: false, says, where: details[0]?.path ?? '', code, detail }];
  }
}
