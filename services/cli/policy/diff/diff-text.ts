import { changesByRules, reachOf, whatsOf } from '../../../shared/workbench/diff/by-rules.js';
import type { Change } from '../../../shared/workbench/diff/changes.js';
import type { Traffic } from '../../../shared/workbench/diff/traffic.js';
import { breakWords } from '../../notice/notice-table.js';
import { type Output, type Paint, table } from '../../terminal/output.js';
import { suggestedCommand, quoted } from '../../terminal/suggested-command.js';
import type { DiffResult } from '../../../shared/workbench/diff/diff-document.js';
import { approvalEntry, SIGNED_IN_RELEASES, whyOf } from './diff-words.js';
import { heldText } from './held-copies.js';
import { recheckLine } from '../recheck/recheck-text.js';
import type { PolicySource } from './policy-source.js';

/** The two versions that were compared. */
export interface ComparedVersions {
  readonly before: PolicySource;
  readonly after: PolicySource;
}

/** Formats a diff for a person: a table for each type of change, and how to inspect and approve each loosening. */
export function diffText(result: DiffResult, { before, after }: ComparedVersions, output: Output): string {
  const { paint } = output;
  const { red, green, dim, bold } = paint;
  const of = (type: Change['type']) => result.changes.filter((change) => change.type === type);
  const [loosened, tightened, errors, reasonOnly] = [
    of('loosened'),
    of('tightened'),
    of('errors'),
    of('reason'),
  ];
  const block = (title: string, says: string, changes: readonly Change[]): readonly string[] =>
    changes.length === 0 ? [] : [`${title} ${dim(says)}`, changeTable(changes, result.approved, output)];
  return [
    `${bold(before.name)} → ${bold(after.name)}`,
    ...block(red(`LOOSENED ${loosened.length}`), 'more is disclosed, or fewer obligations apply', loosened),
    ...explainLines(loosened, after, paint),
    ...block(
      green(`TIGHTENED ${tightened.length}`),
      'less is disclosed, or more obligations apply',
      tightened,
    ),
    ...block(
      red(`ERRORS ${errors.length}`),
      'denied because a rule cannot be evaluated, or because something does not fit the schema',
      errors,
    ),
    ...block(
      bold(`REASON ONLY ${reasonOnly.length}`),
      'the same result by other rules or reasons',
      reasonOnly,
    ),
    ...(result.changes.length === 0 ? ['no decision and no reason changes'] : []),
    ...(result.traffic === undefined ? [] : [trafficText(result.traffic, output)]),
    ...(result.held === undefined ? [] : [heldText(result.held, output)]),
    summary(result, loosened, { after, paint }),
  ].join('\n\n');
}

function changeTable(changes: readonly Change[], approved: ReadonlySet<string>, look: Output): string {
  const { dim, bold, green, red } = look.paint;
  const isLoosening = changes[0]?.type === 'loosened';
  const head = ['whose rules', 'what', 'kinds', 'from → to', 'why'];
  const mark = ({ id }: Change): string =>
    `${dim(id)}\n${approved.has(id) ? green('✓ approved') : red('✗ not approved')}`;
  const rows = changesByRules(changes).map((group) => {
    const [{ org, layer }] = group;
    const { kinds, routes } = reachOf(group);
    const row = [
      bold(org) + (layer === 'federation' ? '' : `\n${dim(layer)}`),
      whatsOf(group)
        .map((what) => breakWords(what, 20))
        .join('\n'),
      breakWords(kinds.join(' '), 22),
      routes.map(([from, to]) => breakWords(`${from} → ${to.join(' ')}`, 30)).join('\n'),
      [...new Set(group.flatMap(whyOf))].join('\n'),
    ];
    return isLoosening ? [group.map(mark).join('\n'), ...row] : row;
  });
  return table(isLoosening ? ['id', ...head] : head, rows, look);
}

/** Returns a command for the simplest notice of the loosenings of each rule, which explains what the newer version discloses. */
function explainLines(
  changes: readonly Change[],
  { explainedBy }: PolicySource,
  { dim }: Paint,
): readonly string[] {
  if (changes.length === 0 || explainedBy === undefined) return [];
  const words = explainedBy.map((word) => ` ${quoted(word)}`).join('');
  const lines = changesByRules(changes).flatMap(([{ kinds }]) =>
    kinds.slice(0, 1).map(
      ({ counterexample }) => `echo ${quoted(JSON.stringify(counterexample))} |
  ${suggestedCommand(`policy explain -${words}`)}`,
    ),
  );
  return [`${dim('to explain the simplest case of each:')}\n${lines.join('\n')}`];
}

function trafficText(traffic: Traffic, { paint, width }: Output): string {
  const { decisions, loosened, tightened, reasonOnly, routes } = traffic;
  const title = `${paint.bold('RECORDED TRAFFIC')} ${count(decisions)} decided again: ${count(loosened)} looser, ${count(tightened)} tighter, ${count(reasonOnly)} by other rules or reasons`;
  if (routes.length === 0) return title;
  const head = ['from', 'to', 'kind', 'looser', 'tighter'];
  const rows = routes.map((route) => [
    route.from,
    route.to,
    route.kind,
    count(route.loosened),
    count(route.tightened),
  ]);
  return `${title}\n\n${table(head, rows, { paint, width })}`;
}

/** Says how many decisions were compared, and which conditions were not analysed. */
export function coverageText({ size, cut, recheck }: Pick<DiffResult, 'size' | 'cut' | 'recheck'>): string {
  const complete = cut.length === 0 ? 'complete' : 'NOT complete';
  return [
    `covers ${count(size)} decisions that the rules can distinguish (compared symbolically, ADR 0010), ${complete}`,
    ...cut.map((words) => `  ${words}`),
    ...(recheck === undefined ? [] : [recheckLine(recheck)]),
  ].join('\n');
}

interface SummaryParams {
  readonly after: PolicySource;
  readonly paint: Paint;
}

function summary(result: DiffResult, loosened: readonly Change[], { after, paint }: SummaryParams): string {
  const { approved } = result;
  const open = loosened.filter(({ id }) => !approved.has(id));
  return [
    coverageText(result),
    ...(open.length === 0 ? [] : [paint.red(`${open.length} of ${loosened.length} loosenings not approved`)]),
    ...howToApprove(open, after),
  ].join('\n');
}

function howToApprove(open: readonly Change[], { isReleased }: PolicySource): readonly string[] {
  if (isReleased === true) return open.length === 0 ? [] : [SIGNED_IN_RELEASES];
  return [...new Set(open.map(({ org }) => org))].flatMap((org) => [
    `two people of ${org === 'federation' ? 'the federation' : org} approve one in ${org}/approvals.yaml:`,
    ...open
      .filter((change) => change.org === org)
      .slice(0, 1)
      .map(({ id }) => `  ${approvalEntry(id)}`),
  ]);
}

function count(value: number | bigint): string {
  return value.toLocaleString('en');
}
