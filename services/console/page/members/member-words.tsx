import type { JSX } from 'preact';
import type { ListedMember } from '../../members/shown-members.js';
import { dayTimeInWords, formatDuration, remaining } from '../format.js';

const TONES = { member: 'good', suspended: 'part', leaving: 'part', left: 'quiet' } as const;
const WORDS = { member: 'in force', suspended: 'suspended', leaving: 'leaving', left: 'left' } as const;

/** The state of a member, and since when. */
export function StateOfMember({ member }: { member: ListedMember }): JSX.Element {
  const { state, suspendedAt, leavingAt, leftAt } = member;
  const since = { member: null, suspended: suspendedAt, leaving: leavingAt, left: leftAt }[state];
  return (
    <>
      <b class={TONES[state]}>{WORDS[state]}</b>
      {since !== null && <span class="quiet"> since {dayTimeInWords(since)}</span>}
    </>
  );
}

/** Says how long ago a member acted last. */
export function contactWords(lastContact: string | null, now: string): string {
  if (lastContact === null) return 'none for a day';
  return `${formatDuration(Math.max(0, Date.parse(now) - Date.parse(lastContact)))} ago`;
}

/** The release of a member's rules in force, or that the hub has them in its folder. */
export function AdoptedRules({ member }: { member: ListedMember }): JSX.Element {
  const { policies, release } = member;
  if (policies === null) return <>?</>;
  if (release !== null)
    return <span title={`adopted ${dayTimeInWords(release.adoptedAt)}`}>release {release.version}</span>;
  return Object.keys(policies).length === 0 ? <b class="part">none</b> : <>the hub’s folder</>;
}

interface KeysEndProps {
  readonly member: ListedMember;
  readonly now: string;
}

/** The use whose last key ends first; marked when that is soon, except for a member that left. */
export function KeysEnd({ member: { state, uses, keysEnd }, now }: KeysEndProps): JSX.Element {
  const isOver = state === 'left';
  if (keysEnd === null) {
    const ended = uses.filter((use) => use.state === 'ended').map(({ use }) => use);
    return <b class={isOver ? 'quiet' : 'bad'}>no {ended.join(', ')} key</b>;
  }
  const soon = uses.filter((use) => use.state === 'soon').map(({ use }) => use);
  const left = `in ${remaining(Math.max(0, Date.parse(keysEnd) - Date.parse(now)))}`;
  if (soon.length === 0 || isOver) return <>{left}</>;
  return (
    <b class="part">
      {soon.join(', ')} {left}
    </b>
  );
}
