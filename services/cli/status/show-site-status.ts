import { type Paint, table } from '../terminal/output.js';
import { memberStateText } from '../terminal/member-state-text.js';
import { formatSeconds } from './format-seconds.js';
import type { OrganisationStatus } from './read-status.js';
import {
  alarmLines,
  diskLine,
  organisationRow,
  processTable,
  type ShownStatus,
  type StatusTextParams,
} from './show-status.js';

interface SiteStatusTextParams extends StatusTextParams {
  /** The address of the broker at the hub. */
  readonly hub: string;
}

const QUEUES = ['organisation', 'outbox', 'oldest', 'awaited', 'oldest', 'inbox'];

/** Formats the status of a site on one screen: its gateway, its queues, what it knows of the hub, and alarms. */
export function siteStatusText(
  status: Pick<
    ShownStatus,
    'now' | 'federation' | 'processes' | 'organisations' | 'directory' | 'alarms' | 'disk'
  >,
  { hub, ...look }: SiteStatusTextParams,
): string {
  const { federation, processes, organisations, directory, disk } = status;
  const { paint, width } = look;
  const [own] = organisations;
  const reached = { true: paint.green('connected'), false: paint.red('not connected'), null: '?' };
  return [
    `site of ${own?.org ?? '?'}${federation.pid === null ? '' : ` pid ${federation.pid}`}`,
    '',
    processTable(processes, look),
    '',
    table(
      QUEUES,
      organisations.map((one) => organisationRow(one, paint).slice(0, QUEUES.length)),
      look,
    ),
    '',
    ...memberLines(own, paint),
    `hub        ${hub}, ${reached[`${own?.connected ?? null}`]}`,
    `witnesses  a quorum of them last covered every checkpoint ${formatSeconds(own?.unwitnessed ?? null)} ago`,
    `directory  version ${directory.version ?? '?'}, stale in ${formatSeconds(directory.staleIn)}`,
    diskLine(disk),
    ...alarmLines(status, { paint, width }),
  ].join('\n');
}

/** Says why the organisation exchanges no notices; empty for a member in force. */
function memberLines(own: OrganisationStatus | undefined, paint: Paint): readonly string[] {
  if (own === undefined || own.membership === null || own.membership === 'member') return [];
  return [`member     ${memberStateText(own.membership, own.since, paint)}: ${WHAT_PASSES[own.membership]}`];
}

const WHAT_PASSES = {
  suspended: 'notices are refused; withdrawals, restrictions, suspensions and answers pass',
  leaving: 'notices are refused; withdrawals, restrictions, suspensions and answers pass',
  left: 'nothing is exchanged any more, and its account at the hub is removed',
} as const;
