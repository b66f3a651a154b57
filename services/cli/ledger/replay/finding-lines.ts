import type { ReplayFinding, ReplaySummary } from '../../../shared/workbench/replay/findings.js';
import type { GivenDecision } from '../../../shared/workbench/replay/given-decision.js';
import type { Output } from '../../terminal/output.js';
import { timeText } from '../../terminal/time-text.js';
import { counted } from '../../../shared/wire/counted.js';

/** Formats a finding in two or three lines. */
export function findingText(finding: ReplayFinding, { paint }: Output): string {
  const { code, record, place, org, at } = finding;
  const where = place === null ? '' : `${place.sequence} `;
  const head = `${paint.red(code)}  record ${where}of \`${org}\`, ${timeText(at)}  ${paint.dim(record)}`;
  return [head, ...linesOf(finding)].join('\n');
}

function linesOf(finding: ReplayFinding): readonly string[] {
  if (finding.code === 'stale-release') {
    const { bundle, newest, adoptedAt, adoptedBy, differs } = finding;
    const pairs = differs?.map(({ jti, recipient }) => `${jti} to \`${recipient}\``) ?? [];
    const what = differs === null ? 'the newest is not archived' : `${pairs.length} decisions differ`;
    return [
      `  names ${bundle}; ${newest} was adopted ${timeText(adoptedAt)} by record ${adoptedBy}`,
      `  ${[what, ...pairs.slice(0, SHOWN)].join(', ')}`,
    ];
  }
  if ('action' in finding) {
    const { id, section, recipient, recorded, rules } = finding;
    const denied = recorded === 'denied';
    return [
      `  unseal of ${section} of ${id} for \`${recipient}\``,
      `  recorded: ${recorded}; rules: ${denied ? 'permitted' : `denied${rulesText(rules)}`}`,
    ];
  }
  const { jti, recipient, recorded, rules } = finding;
  return [
    `  ${jti} to \`${recipient}\``,
    `  recorded: ${givenText(recorded)}`,
    `  rules:    ${givenText(rules)}`,
  ];
}

const SHOWN = 5;

function givenText(given: GivenDecision | null): string {
  if (given === null) return 'no decision';
  const { outcome, sections, withheld, rules, because } = given;
  const lists = [
    ...(sections.length === 0 ? [] : [`sections ${sections.join(', ')}`]),
    ...(withheld.length === 0 ? [] : [`without ${withheld.join(', ')}`]),
    ...(because === undefined ? [] : [because]),
  ];
  return `${[outcome, ...lists].join('; ')}${rulesText(rules)}`;
}

const rulesText = (rules: GivenDecision['rules']): string =>
  rules.length === 0 ? '' : ` (${rules.map(({ id }) => id).join(', ')})`;

/** Formats the summary of a replay. */
export function summaryText(summary: ReplaySummary, { paint }: Output): string {
  const { records, reports, confirmed, unchecked, incomplete } = summary;
  const number = (value: number): string => value.toLocaleString('en');
  const [differs, stale] = [summary['decision-differs'], summary['stale-release']];
  const head = `${number(reports)} of ${counted(records, 'record')} decided again: ${counted(confirmed, 'decision')} confirmed, ${number(differs)} differ, ${counted(stale, 'record')} by a stale release`;
  const reasons = Object.entries(unchecked).map(([reason, count]) => `${reason} ${number(count)}`);
  const rest = reasons.length === 0 ? [] : [`not checked: ${reasons.join(', ')}`];
  const missing = 'some could be checked with policies, directories or records that are not at hand';
  return [head, ...rest, ...(incomplete ? [paint.yellow(missing)] : [])].join('\n');
}
