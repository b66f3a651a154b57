import { dirname } from 'node:path';
import type { Alarm } from '../../shared/runtime/alarm-table.js';
import { isAlarm } from '../../shared/runtime/parse-alarms.js';
import { quoted } from '../terminal/suggested-command.js';
import { isComposed } from '../home/run-file.js';
import { type AlarmGroup, groupAlarms, isLasting, describeAlarm } from '../status/alarm-groups.js';
import { formatSeconds } from '../status/span.js';
import { bad, type Check, lookAt, ok, type CheckContext, running, startAgain } from './check.js';
import { mendOf } from './fix-for-code.js';
import { statusOnce } from './status-once.js';

type Seen = Pick<CheckContext, 'home' | 'run'>;

/**
 * What every process of the federation raised, each alarm a finding of its own. One in force is to be mended; what happened
 * within the last day is to be looked at, as nothing that is done now undoes it.
 */
export async function alarmChecks({ home, run, now }: CheckContext): Promise<readonly Check[]> {
  const groups = run === undefined ? [] : groupAlarms((await statusOnce(run)).alarms);
  if (groups.length === 0) return [running('alarms', () => ok('none in force, none of the last day'))];
  return groups.map((group) => ({
    name: 'alarm',
    look: () => (isLasting(group) ? bad : lookAt)(saysOf(group, now), mendFor(group, { home, run })),
  }));
}

function saysOf(group: AlarmGroup, now: Date): string {
  const { alarm, processes, since, last, count } = group;
  const ago = (time: string): string => formatSeconds(Math.max(0, now.getTime() - Date.parse(time)) / 1000);
  const when = isLasting(group)
    ? `for ${ago(since)}`
    : count === 1
      ? `${ago(last)} ago`
      : `${count} times, first ${ago(since)} ago, last ${ago(last)} ago`;
  return `${alarm} at ${someOf(processes)}, ${when}: ${describeAlarm(group)}`;
}

/** So many names that the line can be read. */
function someOf(names: readonly string[]): string {
  return names.length <= 3 ? names.join(' ') : `${names.slice(0, 2).join(' ')} and ${names.length - 2} more`;
}

function mendFor(group: AlarmGroup, seen: Seen): string {
  const mend = isAlarm(group.alarm) ? MENDS[group.alarm] : undefined;
  return (mend ?? whatOf)(group, seen);
}

/** Names and ids are in the log alone. */
function whatOf({ alarm, processes }: AlarmGroup, { home, run }: Seen): string {
  const [process = ''] = processes;
  const remark = '   # whom and what it is about';
  if (isComposed(run)) {
    const service = process === 'router' ? 'router-1' : process;
    return `docker compose logs --no-log-prefix ${service} | grep '"alarm":"${alarm}"'${remark}`;
  }
  const folder = quoted(dirname(home.log(process)));
  const files = processes.length === 1 ? quoted(home.log(process)) : `${folder}/*.ndjson`;
  return `grep -h '"alarm":"${alarm}"' ${files}${remark}`;
}

const disk = (_: AlarmGroup, { home }: Seen): string =>
  `df -h ${quoted(home.root)}   # room, and is the disk well?`;

/** What to do for each; who has none begins with what its log says. */
const MENDS: Readonly<Partial<Record<Alarm, (group: AlarmGroup, seen: Seen) => string>>> = {
  'clock-ahead': () => 'timedatectl set-ntp true   # a clock that is right again ends it, else ten minutes',
  'command-stuck': () =>
    'liaison quarantine list   # the code says what keeps it; it ends as refused by itself',
  'database-put-aside': ({ place }, { home }) =>
    `find ${quoted(home.root)} -name '${place ?? '*.db'}.damaged-*'   # look at the disk, then delete what was put aside`,
  'delivery-not-noted': disk,
  'directory-not-kept': disk,
  'directory-not-used': (_, seen) => startAgain(seen, 'it signs the next directory when it starts'),
  'events-not-kept': disk,
  'gate-closed': (group, seen) => mendOf(group.code ?? '', seen) ?? whatOf(group, seen),
  'inbox-away': () => 'liaison tail --event alarm --since 1h --until-end   # whose it is; ask its operator',
  'key-not-read': () => 'liaison key list   # which one is good, and whether its file is whole',
  'ledger-not-read': (group, seen) =>
    group.code === 'full' ? disk(group, seen) : (mendOf(group.code ?? '', seen) ?? whatOf(group, seen)),
  'organisation-not-pulled': (group, seen) =>
    mendOf(group.code ?? '', seen) ?? 'liaison tail --event alarm --since 1h --until-end   # which one it is',
  'policies-not-used': (group, seen) => mendOf(group.code ?? '', seen) ?? 'liaison policy check',
  'tokens-unreadable': ({ place }, { home }) =>
    `find ${quoted(home.root)} -name ${place ?? 'tokens.json'} -exec ls -l {} +   # mode 600, and whole: its log says what is wrong`,
};
