import type { OrgId } from '../kernel/ids.js';
import { MAX_NOTICES } from '../wire/frame-limits.js';

/** Bytes of the longest leaf, with salt and framing, measured over 4,000 generated notices (docs/adr/0006). */
const NOTICE = 714;
const DECISION = 1_177;
/** Bytes of denials without names. A notice has at most two that no rule decided: not addressed, and excluded. */
const DENIALS = 2 * 200;
/** Bytes of quotes and comma around a name. */
const AROUND_NAME = 3;

/** Bytes of the statements of a submission and its report; and, for each member, of the digest of its rules in the report. */
const [STATEMENTS, RULES] = [6_000, 90];
/** The most bytes of decisions that fit into one message with 512 KiB of notices. */
const MAX = 400 * DECISION + MAX_NOTICES * NOTICE;

/** Returns the bytes left for decisions, so that a report and a frame resent with it fit into one message (docs/adr/0006). */
export function roomForReport(others: readonly OrgId[]): number {
  const members = others.reduce((sum, org) => sum + org.length + AROUND_NAME, 0);
  return MAX - STATEMENTS - others.length * RULES - members;
}

/**
 * Returns the most bytes that one notice can take in a report. `listed` is the number of organisations that the originator
 * lists as addressees or as excluded, null if it addresses all; `others` are all possible recipients. Organisations in no list
 * are in the part `others` of the report, without names.
 */
export function mostReportBytes(listed: number | null, others: readonly OrgId[]): number {
  const asked = Math.min(listed ?? others.length, others.length);
  return NOTICE + asked * DECISION + (listed === null ? 0 : DENIALS);
}

/** Bytes of the part about one action or request, and of the part of each holder that it is handed to. */
const [ACTION, HANDED] = [1_000, 300];

/**
 * Returns the most bytes that an action or a request of this size can take in a report, beside which the record has it once
 * more. `others` are all possible holders.
 */
export function mostActionBytes(size: number, others: readonly OrgId[]): number {
  return ACTION + size + others.reduce((sum, org) => sum + HANDED + org.length, 0);
}
