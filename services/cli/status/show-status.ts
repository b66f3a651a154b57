import type { Home } from '../../shared/runtime/home.js';
import { type Output, type Paint, table } from '../terminal/output.js';
import { longTextTable } from '../terminal/long-text-table.js';
import {
  type AlarmStatus,
  describeAcknowledgement,
  describeAlarm,
  groupAlarms,
  isLasting,
} from './alarm-groups.js';
import { describeSimulated } from './simulated-alarms.js';
import { findingTable } from '../policy/adopt/finding-table.js';
import type { ShownLog } from '../../shared/wire/shown-ledger.js';
import { processOf, type RunFile } from '../home/run-file.js';
import type { DiskGrowth } from '../home/disk-growth.js';
import { diskGrowthText } from '../home/disk-growth-text.js';
import { witnessesText } from '../ledger/witnesses-text.js';
import { formatSeconds } from './format-seconds.js';
import { memberNameText, memberStateText } from '../terminal/member-state-text.js';
import type { OrganisationStatus, ProcessStatus, Status } from './read-status.js';

/** How a status is shown, and the home and the processes that it is about. */
export interface StatusTextParams extends Pick<Output, 'paint' | 'width'> {
  readonly home: Home;
  readonly run: Pick<RunFile, 'host' | 'gateways'>;
}

/** The status of a federation, with the alarms that the simulator caused listed separately. */
export interface ShownStatus extends Status {
  /** The log and its witnesses; null where the auditor does not answer the operator. */
  readonly log: ShownLog | null;
  readonly simulatedAlarms: readonly AlarmStatus[];
  readonly disk: DiskGrowth;
}

/** Formats the status on one screen: processes, queues of organisations, the hub, and alarms. */
export function statusText(status: ShownStatus, { paint, width, home, run }: StatusTextParams): string {
  const { federation, processes, organisations } = status;
  const heading = `federation${federation.pid === null ? '' : ` pid ${federation.pid}`} · broker ${federation.broker ?? paint.red('does not answer')}`;
  return [
    heading,
    '',
    processTable(processes, { paint, width, home, run }),
    '',
    Object.keys(run.gateways).length === 0
      ? memberTable(organisations, { paint, width })
      : table(
          ['organisation', 'outbox', 'oldest', 'awaited', 'oldest', 'inbox', 'parked for it', 'last contact'],
          organisations.map((one) => organisationRow(one, paint)),
          { paint, width },
        ),
    '',
    ...hubLines(status, { paint, home }),
    ...refusedLines(status.policies, { paint, width }),
    ...alarmLines(status, { paint, width }),
    ...simulatedLines(status, paint),
  ].join('\n');
}

/** Formats a table of processes, with the log of each that does not answer. */
export function processTable(
  processes: readonly ProcessStatus[],
  { paint, width, home, run }: StatusTextParams,
): string {
  const logOf = (process: string): string => home.log(processOf(run, process));
  return longTextTable(
    dim(['process', 'state', 'key ends', 'directory', 'contract', 'why not'], paint),
    processes.map((one) => processRow(one, { paint, logOf })),
    width,
  );
}

/** Formats the table of alarms; empty without alarms. */
export function alarmLines(
  { alarms, now }: Pick<Status, 'alarms' | 'now'>,
  { paint, width }: Pick<StatusTextParams, 'paint' | 'width'>,
): readonly string[] {
  if (alarms.length === 0) return [];
  const age = (time: string): string => formatSeconds(Math.max(0, Date.parse(now) - Date.parse(time)) / 1000);
  const rows = groupAlarms(alarms).map((group) => [
    (group.acknowledged !== null ? paint.dim : isLasting(group) ? paint.red : paint.yellow)(group.alarm),
    age(group.since),
    isLasting(group) ? 'in force' : `${age(group.last)} ago`,
    count(group.count),
    [describeAlarm(group), group.processes.join(' '), describeAcknowledgement(group)]
      .filter((words) => words !== '')
      .join(' · '),
  ]);
  const head = dim(['alarm', 'since', 'last', 'times', 'meaning and process'], paint);
  return ['', longTextTable(head, rows, width), paint.dim('what to do: liaison doctor')];
}

function simulatedLines({ simulatedAlarms }: ShownStatus, paint: Paint): readonly string[] {
  if (simulatedAlarms.length === 0) return [];
  return ['', paint.dim(describeSimulated(simulatedAlarms))];
}

const dim = (words: readonly string[], paint: Paint): readonly string[] =>
  words.map((word) => paint.dim(word));

interface ProcessRowParams extends Pick<Output, 'paint'> {
  /** Returns the path of the log of a process. */
  readonly logOf: (process: string) => string;
}

function processRow(one: ProcessStatus, { paint, logOf }: ProcessRowParams): readonly string[] {
  const { process, state, keyEnds, directory, contract } = one;
  // The broker has no key, directory and contract, the console no key.
  const own = (value: number | null, words: (value: number | null) => string): string =>
    value === null && state === 'ready' ? '–' : words(value);
  const colour = state === 'ready' ? paint.green : paint.red;
  return [
    process,
    colour(state.replace('-', ' ')),
    own(keyEnds, formatSeconds),
    own(directory, count),
    own(contract, count),
    whyNot(one, logOf),
  ];
}

/** Returns the reasons why a process is not ready, or its log; processes of other machines have no log here. */
function whyNot({ process, pid, state, reasons }: ProcessStatus, logOf: ProcessRowParams['logOf']): string {
  switch (state) {
    case 'ready':
    case 'not-ready':
      return reasons.join(' ');
    case 'silent':
      return pid === null ? 'does not answer' : `pid ${pid} does not answer; log: ${logOf(process)}`;
    case 'ended':
      return `log: ${logOf(process)}`;
  }
}

/** Formats the members of a hub, whose gateways run elsewhere. */
function memberTable(
  members: readonly OrganisationStatus[],
  { paint, width }: Pick<StatusTextParams, 'paint' | 'width'>,
): string {
  if (members.length === 0) return paint.dim('no member yet');
  const rows = members.map((one) => [
    one.org,
    one.membership === null ? '?' : memberStateText(one.membership, one.since, paint),
    one.membership === 'left' ? paint.dim('–') : someText(one.parkedFor, paint),
    contactText(one, paint),
  ]);
  return table(['member', 'state', 'parked for it', 'last contact'], rows, { paint, width });
}

function contactText({ membership, lastContact }: OrganisationStatus, { dim: grey }: Paint): string {
  if (lastContact !== null) return `${formatSeconds(lastContact)} ago`;
  return membership === 'left' ? grey('–') : 'not connected';
}

/** Formats the queues of an organisation: first what its gateway says, then what the broker says. */
export function organisationRow(one: OrganisationStatus, paint: Paint): readonly string[] {
  const some = (value: number | null): string => someText(value, paint);
  const age = (value: number | null): string => (value === 0 ? '–' : formatSeconds(value));
  const { org, membership } = one;
  return [
    memberNameText(org, membership, paint),
    some(one.outbox),
    age(one.outboxOldest),
    some(one.awaited),
    age(one.awaitedOldest),
    count(one.inbox),
    some(one.parkedFor),
    one.lastContact === null ? '?' : `${formatSeconds(one.lastContact)} ago`,
  ];
}

const someText = (value: number | null, { yellow }: Paint): string =>
  value === null || value === 0 ? count(value) : yellow(count(value));

function hubLines(
  { ledger, log, directory, policies, disk, now }: ShownStatus,
  { paint, home }: Omit<StatusTextParams, 'width' | 'run'>,
): readonly string[] {
  const { digests, adoption } = policies;
  const sets = digests === null ? null : Object.keys(digests).filter((name) => name !== 'schema').length;
  const since = adoption?.since ?? null;
  const age = since === null ? null : Math.max(0, Date.parse(now) - Date.parse(since)) / 1000;
  const named = adoption?.adopted?.slice(0, 12);
  const adopted =
    adoption === null
      ? 'adopted ?'
      : named === undefined
        ? 'none adopted'
        : `adopted ${named} ${formatSeconds(age)} ago`;
  const faulty = policies.faulty === true ? paint.red(' · the saved folder is not adopted') : '';
  return [
    `ledger     ${count(ledger.records)} records, ${count(ledger.lag)} behind, heartbeat of the auditor ${formatSeconds(ledger.heartbeatAge)} ago`,
    `witnesses  ${log === null ? '?' : witnessesText(log, home)}`,
    `directory  version ${count(directory.version)}, stale in ${formatSeconds(directory.staleIn)}`,
    `policies   ${count(sets)} sets in force, ${adopted}${faulty}`,
    diskLine(disk),
  ];
}

/** Formats why the saved folder is not adopted: a line for each finding; empty when it is. */
function refusedLines(
  { adoption }: Status['policies'],
  { paint, width }: Pick<StatusTextParams, 'paint' | 'width'>,
): readonly string[] {
  const refused = adoption?.refused ?? null;
  if (refused === null) return [];
  const { code, findings } = refused;
  const list = findings.length === 0 ? [] : [findingTable(findings, { paint, width })];
  return ['', paint.red(`the saved folder is not adopted: ${code}`), ...list];
}

/** Formats how large the home is and how fast it grows. */
export const diskLine = (disk: DiskGrowth): string => `disk       ${diskGrowthText(disk)}`;

const count = (value: number | null): string => (value === null ? '?' : String(value));
