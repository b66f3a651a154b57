import type { WaitingKeyRequest } from '../../shared/wire/routed-members.js';
import type { ShownUndestroyed } from '../../shared/wire/shown-undestroyed.js';
import { keyTable } from '../key/key-table.js';
import { isNkeyUse, USER_OF } from '../key/site-asking.js';
import { formatSeconds } from '../status/format-seconds.js';
import { type Output, table, tableText } from '../terminal/output.js';
import { memberStateText } from '../terminal/member-state-text.js';
import { timeText } from '../terminal/time-text.js';
import type { MemberLogEntry } from './member-log.js';
import { undestroyedTotal, undestroyedRows } from './undestroyed.js';
import type { ShownMember, ShownMembers } from './read-members.js';

type Look = Pick<Output, 'paint' | 'width'>;

/** Formats the contract of the hub, and a line for each member in the order of the directory. */
export function membersText({ version, contract, members }: ShownMembers, { paint, width }: Look): string {
  const rows = members.map((member) => [
    paint.bold(member.id),
    memberStateText(member.state, null, paint),
    timeOf(sinceOf(member)),
    String(member.contract),
    endOfKeys(member, paint),
    contactText(member, paint),
    member.name,
  ]);
  const head = ['member', 'state', 'since', 'contract', 'keys end', 'last contact', 'name'];
  return [
    `version ${version} of the directory · the hub writes contract ${contract}`,
    '',
    table(head, rows, { paint, width }),
  ].join('\n');
}

/** Returns the time of the state; null for a member in force. */
function sinceOf({ state, suspendedAt, leavingAt, leftAt }: ShownMember): string | null {
  return { member: null, suspended: suspendedAt, leaving: leavingAt, left: leftAt }[state];
}

const timeOf = (at: string | null): string => (at === null ? '' : timeText(at));

function endOfKeys({ state, keysEnd, uses }: ShownMember, paint: Output['paint']): string {
  if (state === 'left') return keysEnd?.slice(0, 10) ?? '–';
  if (keysEnd === null) return paint.red('a use has none');
  const day = keysEnd.slice(0, 10);
  return uses.some((use) => use.state === 'soon') ? paint.yellow(day) : day;
}

function contactText({ lastContact }: ShownMember, paint: Output['paint']): string {
  return lastContact === null ? paint.dim('not connected') : `${formatSeconds(lastContact)} ago`;
}

/** Formats all that is known of one member, and what people at the hub did with it. */
export function shownMemberText(
  member: ShownMember & {
    readonly log: readonly MemberLogEntry[];
    readonly undestroyed: ShownUndestroyed | null;
  },
  { paint, width }: Look,
): string {
  const { id, name, state, contact, contract, policies, keyRequests, keys, log, undestroyed } = member;
  const lines = [
    ['state', memberStateText(state, sinceOf(member), paint)],
    ['contact', contact ?? '–'],
    ['contract', String(contract)],
    ['keys end', endOfKeys(member, paint)],
    ['last contact', contactText(member, paint)],
    ...(state === 'member' || undestroyed === null ? [] : undestroyedRows(undestroyed)),
    ...log.map((entry) => [entry.verb, logText(entry)]),
    ['policies', policies === null ? '?' : policiesText(member) || paint.yellow('none adopted')],
    ...(keyRequests ?? []).map((asked) => ['asks', `${timeText(asked.since)}  ${askedText(asked)}`]),
  ];
  return [tableText([paint.bold(id), name], lines, width), '', keyTable(keys, { paint, width })].join('\n');
}

function policiesText({ policies, release }: ShownMember): string {
  const released =
    release === null ? [] : [`release ${release.version}, adopted ${timeText(release.adoptedAt)}`];
  return [...released, ...Object.entries(policies ?? {}).map((set) => set.join(' '))].join('\n');
}

function askedText({ use, revokes }: WaitingKeyRequest): string {
  if (revokes !== null) return `to revoke ${revokes}`;
  if (use === 'contract') return 'for a newer contract';
  return isNkeyUse(use) ? `for the next nkey of its ${USER_OF[use]}` : `for its next \`${use}\` key`;
}

function logText({ at, reason, undestroyed }: MemberLogEntry): string {
  const line = `${timeText(at)}  ${reason}`;
  const count = undestroyed && undestroyedTotal(undestroyed.holds);
  return count ? `${line}; not destroyed: ${count}` : line;
}
