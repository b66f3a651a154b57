import type { OrgId } from '../kernel/ids.js';
import { MAX_NOTICES } from '../wire/frame-limits.js';

/** Bytes of the longest leaf, salt and framing included; measured over 4,000 invented notices (docs/adr/0006). */
const NOTICE = 714;
const DECISION = 1_177;
/** What a denial has besides names; those of a notice that asked no rule are two at most, not addressed and excluded. */
const DENIALS = 2 * 200;
/** Quotes and a comma. */
const AROUND_NAME = 3;

/** The statements of a submission and of the report on it; and in the latter, for each member, the digest of its rules. */
const [STATEMENTS, RULES] = [6_000, 90];
/** With the 512 KiB of a submission's notices one message. */
const MAX = 400 * DECISION + MAX_NOTICES * NOTICE;

/** Bytes for decisions such that a report, and a frame that is resent with it, fit into one message (docs/adr/0006). */
export function roomForReport(others: readonly OrgId[]): number {
  const members = others.reduce((sum, org) => sum + org.length + AROUND_NAME, 0);
  return MAX - STATEMENTS - others.length * RULES - members;
}

/**
 * Bytes that one notice takes of a report at most. `listed`: how many the originator lists as addressees and as excluded,
 * null if it addresses everybody; `others`: all who could be. Those in no list are in `others` of the report, without names.
 */
export function mostReportBytes(listed: number | null, others: readonly OrgId[]): number {
  const asked = Math.min(listed ?? others.length, others.length);
  return NOTICE + asked * DECISION + (listed === null ? 0 : DENIALS);
}
