import type { OrgId } from '../kernel/ids.js';

/** Bytes of the longest leaf, salt and framing included; measured over 4,000 invented notices (ADR 0006). */
const NOTICE = 714;
const DECISION = 1_177;
/** What a denial has besides names; those of a notice that asked no rule are two at most, not addressed and excluded. */
const DENIALS = 2 * 200;
/** Quotes and a comma. */
const AROUND_NAME = 3;

/** So that a report, and the frame of 512 KiB that is sent again with it, fit into one message whatever is decided. */
export const MOST_REPORT_BYTES = 400 * DECISION + 64 * NOTICE;

/**
 * Bytes that one notice takes of a report at most. `addressed`: how many the originator lists, null for all; `others`: all
 * who could be.
 */
export function mostReportBytes(addressed: number | null, others: readonly OrgId[]): number {
  if (addressed === null) return NOTICE + others.length * DECISION;
  const names = others.reduce((sum, org) => sum + org.length + AROUND_NAME, 0);
  return NOTICE + Math.min(addressed, others.length) * DECISION + DENIALS + names;
}
