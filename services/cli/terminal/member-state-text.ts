import type { MemberState } from '../../shared/wire/shown-member.js';
import type { Paint } from './output.js';
import { timeText } from './time-text.js';

const COLOURS = { member: 'green', suspended: 'yellow', leaving: 'yellow', left: 'dim' } as const;

/** Formats what the directory says of a member, with the time for one that is not in force. */
export function memberStateText(state: MemberState, since: string | null, paint: Paint): string {
  return paint[COLOURS[state]](since === null ? state : `${state} since ${timeText(since)}`);
}

/** Formats the name of an organisation, with its state where it is not in force: `europol (left)`. */
export function memberNameText(org: string, state: MemberState | null | undefined, paint: Paint): string {
  const name = paint.bold(org);
  return state === null || state === undefined || state === 'member'
    ? name
    : `${name} ${paint[COLOURS[state]](`(${state})`)}`;
}
