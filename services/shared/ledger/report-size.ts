import type { OrgId } from '../kernel/ids.js';
import { MAX_ITEMS } from '../wire/frame-limits.js';

/**
 * Bytes of the longest leaf of a notice, with salt and framing, measured over 4,000 generated notices (docs/adr/0006), and of a
 * reason of break-glass and the longest id of an approver's key.
 */
const NOTICE = 730 + 112;
/** Bytes of the longest decision about one recipient, measured likewise, without its name. */
const DECISION = 1_190;
/** Additional bytes of a decision because the share of its recipient is a separate leaf; without the name. */
const SHARE = 240;
/** Bytes of denials without names. A notice has at most two that no rule decided: not addressed, and excluded. */
const DENIALS = 2 * 220;
/** Bytes of quotes and comma around a name. */
const AROUND_NAME = 3;

/** Bytes of the statements of a submission and its report, and of the parts that frame a report, without names. */
const STATEMENTS = 6_200;
/** Bytes of the leaf with the seed of one recipient, and of the digest of its rules, without its name. */
const [SEED, RULES] = [90, 90];
/** The most bytes of a report that fits into one message with 512 KiB of notices. */
const MAX = 400 * 1_177 + MAX_ITEMS * 714;

/** Returns the bytes left for decisions, so that a report and a frame resent with it fit into one message (docs/adr/0006). */
export function roomForReport(others: readonly OrgId[]): number {
  // Each member is named in the tree, with its seed and with its rules.
  const names = others.reduce((sum, org) => sum + 3 * org.length + AROUND_NAME, 0);
  return MAX - STATEMENTS - others.length * (SEED + RULES) - names;
}

/**
 * Returns the most bytes that one notice can take in a report. `listed` is the number of organisations that the originator
 * lists as addressees or as excluded, null if it addresses all; `others` are all possible recipients. Organisations in no list
 * are in the part `others` of the report, without names.
 */
export function mostReportBytes(listed: number | null, others: readonly OrgId[]): number {
  const asked = Math.min(listed ?? others.length, others.length);
  const longest = others.reduce((most, { length }) => Math.max(most, length), 0);
  return NOTICE + asked * (DECISION + SHARE + 2 * longest) + (listed === null ? 0 : DENIALS);
}

/** Bytes of the part about one action or request, and of the part of each holder that it is handed to. */
const [ACTION, HANDED] = [1_000, 300];

/**
 * Returns the most bytes that an action or a request of `size` bytes adds to a record: its parts in the
 * report, and itself beside the statement. `others` are all possible holders.
 */
export function mostActionBytes(size: number, others: readonly OrgId[]): number {
  return ACTION + size + others.reduce((sum, org) => sum + HANDED + org.length, 0);
}

/** Bytes of the longest statement of a suspension. */
const SUSPENSION = 1_500;

/**
 * Returns the most bytes that a suspension in force adds to the record of a new revision of its notice: the hub
 * hands it to the recipients of that revision too.
 */
export function mostSuspensionBytes(others: readonly OrgId[]): number {
  return mostActionBytes(SUSPENSION, others);
}
