import type { MemberState } from '../../wire/shown-member.js';
import type { MemberEnds } from '../directory-source.js';

/** The dates of a member of the directory. */
export type MemberDates = { readonly [name in keyof MemberEnds]?: Date };

/** Returns the state of a member at `now`. Of several the last one counts: a member that has left was leaving, and may be suspended. */
export function memberState({ suspendedAt, leavingAt, leftAt }: MemberDates, now: Date): MemberState {
  const isPast = (date: Date | undefined): boolean => date !== undefined && date <= now;
  if (isPast(leftAt)) return 'left';
  if (isPast(leavingAt)) return 'leaving';
  return isPast(suspendedAt) ? 'suspended' : 'member';
}

/** Returns since when a member is in a state; undefined for a member in force. */
export function sinceOf(
  { suspendedAt, leavingAt, leftAt }: MemberDates,
  state: MemberState,
): Date | undefined {
  return { member: undefined, suspended: suspendedAt, leaving: leavingAt, left: leftAt }[state];
}
