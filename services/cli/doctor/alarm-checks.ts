import { dirname } from 'node:path';
import type { Alarm } from '../../shared/runtime/alarm-table.js';
import { isAlarm } from '../../shared/runtime/parse-alarms.js';
import { isSite } from '../home/require-kind.js';
import { quoted } from '../terminal/suggested-command.js';
import { isComposed } from '../home/run-file.js';
import {
  type AlarmGroup,
  describeAcknowledgement,
  describeAlarm,
  groupAlarms,
  isLasting,
} from '../status/alarm-groups.js';
import { markAcknowledged } from '../alarm/mark-acknowledged.js';
import { formatSeconds } from '../status/format-seconds.js';
import { describeSimulated, splitAlarms } from '../status/simulated-alarms.js';
import { bad, type Check, toInspect, ok, type CheckContext, logOf, restartCommand, skip } from './check.js';
import { fixForCode } from './fix-for-code.js';
import { statusOnce } from './status-once.js';

type FixContext = Pick<CheckContext, 'home' | 'run'>;

/**
 * Returns a check for each alarm of any process. A lasting alarm in force is `bad`; an event of the last day is `look`, as no
 * command can undo it.
 */
export async function alarmChecks({ home, run, now }: CheckContext): Promise<readonly Check[]> {
  const { alarms, simulated } = splitAlarms(home, run === undefined ? [] : (await statusOnce(run)).alarms);
  const groups = groupAlarms(markAcknowledged(home, alarms));
  const attacks =
    simulated.length === 0 ? [] : [{ name: 'simulator', look: () => ok(describeSimulated(simulated)) }];
  if (groups.length === 0) return [{ name: 'alarms', look: noAlarms }, ...attacks];
  const checks = groups.map((group) => ({
    name: 'alarm',
    look: () => findingOf(group, { home, run, now }),
  }));
  return [...checks, ...attacks];
}

/** Who acknowledged an event has dealt with it; a lasting alarm stays in force until its cause is gone. */
function findingOf(group: AlarmGroup, { home, run, now }: Pick<CheckContext, 'home' | 'run' | 'now'>) {
  const [says, fix] = [saysOf(group, now), fixForAlarm(group, { home, run })];
  if (group.acknowledged === null) return (isLasting(group) ? bad : toInspect)(says, fix);
  const known = `${says}; ${describeAcknowledgement(group)}`;
  return isLasting(group) ? toInspect(known, fix) : ok(known);
}

const noAlarms: Check['look'] = ({ run }) =>
  run === undefined ? skip('no federation runs') : ok('none in force, none in the last day');

function saysOf(group: AlarmGroup, now: Date): string {
  const { alarm, processes, since, last, count } = group;
  const ago = (time: string): string => formatSeconds(Math.max(0, now.getTime() - Date.parse(time)) / 1000);
  const when = isLasting(group)
    ? `for ${ago(since)}`
    : count === 1
      ? `${ago(last)} ago`
      : `${count} times, first ${ago(since)} ago, last ${ago(last)} ago`;
  return `${alarm} at ${shortened(processes)}, ${when}: ${describeAlarm(group)}`;
}

/** Shortens a list of names to at most three. */
function shortened(names: readonly string[]): string {
  return names.length <= 3 ? names.join(' ') : `${names.slice(0, 2).join(' ')} and ${names.length - 2} more`;
}

function fixForAlarm(group: AlarmGroup, context: FixContext): string {
  const { alarm } = group;
  if (!isAlarm(alarm)) return searchLog(group, context);
  const fix = (isSite(context.home) ? SITE_FIXES[alarm] : undefined) ?? FIXES[alarm];
  return (fix ?? searchLog)(group, context);
}

/** Returns the command that finds the alarm in the log, as only the log contains names and ids. */
function searchLog({ alarm, processes }: AlarmGroup, { home, run }: FixContext): string {
  const [process = ''] = processes;
  const remark = '   # shows the organisation and ids concerned';
  if (isComposed(run)) {
    const service = process === 'router' ? 'router-1' : process;
    return `docker compose logs --no-log-prefix ${service} | grep '"alarm":"${alarm}"'${remark}`;
  }
  const log = logOf({ home, run }, process);
  const files = processes.length === 1 ? quoted(log) : `${quoted(dirname(log))}/*.ndjson`;
  return `grep -h '"alarm":"${alarm}"' ${files}${remark}`;
}

const disk = (_: AlarmGroup, { home }: FixContext): string =>
  `df -h ${quoted(home.root)}   # check free space and the health of the disk`;

const listEvidence = ({ processes: [process = ''] }: AlarmGroup): string =>
  `liaison evidence list --org ${process.replace(/^gateway-/, '')}   # \`evidence show\` writes one of them to a file`;

/** The commands for alarms whose other command is one of the hub. */
const SITE_FIXES: Readonly<Partial<Record<Alarm, typeof searchLog>>> = {
  'contract-not-spoken': () => 'liaison --version   # the hub writes a newer contract: update this site',
  'directory-not-used': searchLog,
  'key-not-renewed': () =>
    'liaison key list   # shows which key ends: liaison key rotate <organisation> <use>',
};

/** The command that fixes each alarm; without one, the command that searches the log. */
const FIXES: Readonly<Partial<Record<Alarm, (group: AlarmGroup, context: FixContext) => string>>> = {
  'break-glass-unreviewed': ({ processes: [process = ''] }) =>
    `liaison notice break-glass --unreviewed --org ${process.replace(/^gateway-/, '')}   # review each: liaison notice review`,
  'clock-ahead': () => 'timedatectl set-ntp true   # set the clock; erasing and rejecting then continue',
  'command-stuck': () =>
    'liaison quarantine list   # the code is the reason; after ten tries the command ends as refused',
  'contract-not-spoken': () =>
    'liaison hub contract   # shows who speaks which contract; update this process',
  'database-put-aside': ({ place }, { home }) =>
    `find ${quoted(home.root)} -name '${place ?? '*.db'}.damaged-*'   # check the disk, then delete the set-aside file`,
  'delivery-contradicts-record': listEvidence,
  'delivery-differs': listEvidence,
  'delivery-not-noted': disk,
  'directory-forked': listEvidence,
  'directory-not-kept': disk,
  'directory-not-used': (_, context) => restartCommand(context, 'it signs the next directory at its start'),
  'events-not-kept': disk,
  'gate-closed': (group, context) => fixForCode(group.code ?? '', context) ?? searchLog(group, context),
  'inbox-away': () =>
    'liaison tail --event alarm --since 1h --until-end   # shows the organisation; ask its operator',
  'key-not-read': () => 'liaison key list   # shows which key is valid; check that its file is complete',
  'ledger-not-read': (group, context) =>
    group.code === 'full'
      ? disk(group, context)
      : (fixForCode(group.code ?? '', context) ?? searchLog(group, context)),
  'ledger-rolled-back': () =>
    'liaison ledger recover --dry-run   # shows what is missing; first restore the newest copy of the auditor disk',
  'log-begun-anew': listEvidence,
  'log-forked': listEvidence,
  'log-unproved': listEvidence,
  'organisation-not-pulled': (group, context) =>
    fixForCode(group.code ?? '', context) ??
    'liaison tail --event alarm --since 1h --until-end   # shows the organisation',
  'case-fails': () => 'liaison policy test   # shows the case, for its owner',
  'key-not-renewed': () =>
    'liaison key list   # shows which key ends; at its site: liaison key rotate <organisation> <use>',
  'own-key-foreign': ({ processes: [process = ''] }) =>
    `liaison key list --org ${process.replace(/^gateway-/, '')}   # have a key that you did not make revoked`,
  'policies-not-archived': (group, context) =>
    fixForCode(group.code ?? '', context) ??
    'liaison doctor   # the routers try again until the auditor has the policies',
  'policies-not-used': () => 'liaison policy adopt --dry-run   # shows every finding',
  'record-missing': listEvidence,
  'record-ruled-out': () => 'liaison ledger show   # shows who ordered it, when and why',
  'record-unverifiable': () => 'liaison ledger show   # shows the record and why the auditor waits at it',
  'tokens-unreadable': ({ place }, { home }) =>
    `find ${quoted(home.root)} -name ${place ?? 'tokens.json'} -exec ls -l {} +   # needs mode 600 and valid JSON; the log has the reason`,
};
