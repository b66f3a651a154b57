import type { OrgId } from '../../../shared/kernel/ids.js';
import { breakGlassOf } from '../../../shared/workbench/diff/break-glass.js';
import type { Change } from '../../../shared/workbench/diff/changes.js';

/** Words before the rules that no longer decide, and before those that decide now. */
const WORDS: Readonly<Record<Change['type'], readonly [gone: string, come: string]>> = {
  loosened: ['no longer closed by', 'now opened by'],
  tightened: ['no longer opened by', 'now closed by'],
  errors: ['no longer by', 'now fails in'],
  reason: ['no longer by', 'now by'],
};

/** Says by which rules a change comes about, and whether its plainest notice uses break-glass: at most a line for each. */
export function whyOf(change: Change): readonly string[] {
  const reason = breakGlassOf(change);
  return [
    ...byRules(change),
    ...(reason === undefined ? [] : [`plainest notice: break-glass for ${reason}`]),
  ];
}

function byRules({ type, rules, obligation }: Change): readonly string[] {
  const [before, after] = [rules.before.join(', '), rules.after.join(', ')];
  if (obligation !== undefined) {
    return type === 'loosened'
      ? [`no longer imposes \`${obligation}\` (${before})`]
      : [`now imposes \`${obligation}\` (${after})`];
  }
  const [gone, come] = WORDS[type];
  if (type === 'errors' && after === '') return ['does not fit the schema'];
  return [...(before === '' ? [] : [`${gone} ${before}`]), ...(after === '' ? [] : [`${come} ${after}`])];
}

/** Returns the recipients of a change for each originator, in the order found. */
export function recipientsByOriginator({ kinds }: Change): readonly (readonly [OrgId, readonly OrgId[]])[] {
  const recipients = new Map<OrgId, Set<OrgId>>();
  for (const { originator, recipient } of kinds.flatMap(({ routes }) => routes)) {
    recipients.set(originator, (recipients.get(originator) ?? new Set()).add(recipient));
  }
  return [...recipients].map(([from, to]) => [from, [...to]]);
}

/** Returns what a change is about: `receive`, or `disclose judicial`. */
export function whatOf({ permission, section }: Change): string {
  return section === null ? permission : `${permission} ${section}`;
}

/** Says where loosenings are approved if members release their rules. */
export const SIGNED_IN_RELEASES =
  'approvers sign loosenings in a release, also those that the rules of others still close: `policy release` names them';

/** Returns the entry of `approvals.yaml` that approves a loosening, to be completed by hand. */
export function approvalEntry(id: string): string {
  return `- { loosening: '${id}', approvedBy: [<name>, <another>], reason: <why>, until: <yyyy-mm-dd> }`;
}
