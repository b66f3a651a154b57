import type { Change } from '../../../shared/workbench/diff/changes.js';
import type { DiffResult } from '../../../shared/workbench/diff/diff-document.js';
import { recheckLine } from '../recheck/recheck-text.js';
import { approvalEntry, recipientsByOriginator, SIGNED_IN_RELEASES, whatOf, whyOf } from './diff-words.js';

const TITLES: readonly (readonly [type: Change['type'], title: string, says: string])[] = [
  ['loosened', 'Loosened', 'More is disclosed, or fewer obligations apply.'],
  ['tightened', 'Tightened', 'Less is disclosed, or more obligations apply.'],
  [
    'errors',
    'Errors',
    'Denied because a rule cannot be evaluated, or because something does not fit the schema.',
  ],
  ['reason', 'Reason only', 'The same result by other rules or reasons.'],
];

/** Formats a diff as Markdown for a merge request: a table for each type of change, and the approvals that are missing. */
export function diffMarkdown(
  result: DiffResult,
  names: { readonly before: string; readonly after: string; readonly isReleased?: boolean },
): string {
  const { changes, size, cut, recheck, approved } = result;
  const blocks = TITLES.flatMap(([type, title, says]) => {
    const some = changes.filter((change) => change.type === type);
    return some.length === 0 ? [] : [`### ${title}: ${some.length}\n\n${says}\n\n${tableOf(some, approved)}`];
  });
  return [
    `## Policies: ${cell(names.before)} → ${cell(names.after)}`,
    `${size.toLocaleString('en')} decisions compared, ${cut.length === 0 ? 'complete' : '**not complete**'}.`,
    ...(recheck === undefined ? [] : [`${recheckLine(recheck)}.`]),
    ...cut.map((words) => `* not analysed: ${cell(words)}`),
    ...(changes.length === 0 ? ['No decision and no reason changes.'] : blocks),
    ...missingApprovals({ changes, approved }, names.isReleased === true),
  ].join('\n\n');
}

function tableOf(changes: readonly Change[], approved: ReadonlySet<string>): string {
  const rows = changes.map((change) => {
    const routes = recipientsByOriginator(change).map(([from, to]) => `${from} → ${to.join(', ')}`);
    const state =
      change.type === 'loosened' ? (approved.has(change.id) ? 'approved' : '**not approved**') : '';
    return [
      `\`${change.id}\``,
      change.layer === 'federation' ? change.org : `${change.org}, ${change.layer}`,
      whatOf(change),
      change.kinds.map(({ kind }) => kind).join(', '),
      routes.join('; '),
      whyOf(change).join('; '),
      state,
    ];
  });
  const head = ['id', 'whose rules', 'what', 'kinds', 'from → to', 'why', ''];
  return [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

function missingApprovals(
  { changes, approved }: Pick<DiffResult, 'changes' | 'approved'>,
  isReleased: boolean,
): readonly string[] {
  const open = changes.filter(({ type, id }) => type === 'loosened' && !approved.has(id));
  if (isReleased) return open.length === 0 ? [] : [`${sentence(SIGNED_IN_RELEASES)}.`];
  const owners = [...new Set(open.map(({ org }) => org))];
  return owners.map((org) => {
    const entries = open.filter((change) => change.org === org).map(({ id }) => approvalEntry(id));
    const who = org === 'federation' ? 'the federation' : org;
    return `Two people of ${who} approve in \`${org}/approvals.yaml\`:\n\n\`\`\`yaml\n${entries.join('\n')}\n\`\`\``;
  });
}

const sentence = (words: string): string => words.replace(/^./, (letter) => letter.toUpperCase());

/** Escapes what Markdown reads as a column, markup or a line. */
function cell(text: string): string {
  return text.replaceAll(/[\\|<>]/g, (character) => `\\${character}`).replaceAll(/\s*\n\s*/g, ' ');
}
