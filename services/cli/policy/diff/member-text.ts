import type { OrgId } from '../../../shared/kernel/ids.js';
import { type AccessionPart, accessionOf } from '../../../shared/workbench/diff/accession.js';
import type { Change, HexDigest } from '../../../shared/workbench/diff/changes.js';
import type { DiffResult } from '../../../shared/workbench/diff/diff-document.js';
import {
  type MemberOpening,
  type OpenedExchange,
  openingOf,
} from '../../../shared/workbench/diff/member-exchange.js';
import { breakWords } from '../../notice/notice-table.js';
import { type Output, table } from '../../terminal/output.js';
import { type ComparedVersions, coverageText } from './diff-text.js';
import { counted } from '../../../shared/wire/counted.js';

/** What a diff opens to and from one member, and who approves it. */
export interface MemberDiff extends MemberOpening {
  readonly member: OrgId;
  readonly parts: readonly (AccessionPart & { readonly approved: boolean })[];
  readonly result: DiffResult;
  /** Every change that no part covers, such as one that closes something. */
  readonly others: readonly Change[];
}

/** Returns the part of a diff that is about a member. */
export function memberDiff(member: OrgId, result: DiffResult, digest: HexDigest): MemberDiff {
  const { changes, approved } = result;
  const parts = accessionOf(member, changes, digest).map((part) => ({
    ...part,
    approved: part.loosenings.every(({ id }) => approved.has(id)),
  }));
  const own = new Set(parts.flatMap(({ loosenings }) => loosenings));
  return {
    member,
    result,
    ...openingOf(member, changes),
    parts,
    others: changes.filter((change) => !own.has(change)),
  };
}

/** Returns the entry `accession` of `policy diff --member --json`. */
export function memberDocument({ member, receives, gives, parts, others }: MemberDiff) {
  return {
    member,
    receives,
    gives,
    parts: parts.map(({ org, digest, approved, loosenings }) => ({
      org,
      digest,
      approved,
      loosenings: loosenings.map(({ id }) => id),
    })),
    others: others.length,
  };
}

/** Formats on one page what a diff opens to and from a member, with the lines that approve it. */
export function memberText(diff: MemberDiff, { before, after }: ComparedVersions, output: Output): string {
  const { bold } = output.paint;
  const { member, receives, gives, others } = diff;
  const sections = [
    ...exchangeTable({ title: `${member} RECEIVES`, word: 'from', exchanges: receives }, output),
    ...exchangeTable({ title: `${member} GIVES`, word: 'to', exchanges: gives }, output),
  ];
  return [
    `${bold(before.name)} → ${bold(after.name)}, what it opens to and from ${bold(member)}`,
    ...(sections.length === 0 ? [`nothing is opened to or from ${member}`] : sections),
    ...approvalLines(diff, output),
    ...(others.length === 0 ? [] : [othersText(others, output)]),
    coverageText(diff.result),
  ].join('\n\n');
}

interface ExchangeTableParams {
  readonly title: string;
  readonly word: 'from' | 'to';
  readonly exchanges: readonly OpenedExchange[];
}

function exchangeTable({ title, word, exchanges }: ExchangeTableParams, output: Output): readonly string[] {
  if (exchanges.length === 0) return [];
  const rows = exchanges.map(({ with: other, kinds, sections, rules }) => [
    output.paint.bold(other),
    breakWords(kinds.join(' '), 18),
    breakWords(sections.join(' '), 32),
    rules.join(' '),
  ]);
  return [
    `${output.paint.red(title)}\n\n${table([word, 'kinds', 'sections, for at least one kind', 'by the rules'], rows, output)}`,
  ];
}

/** Returns which organisations have approved, and the entry to write for each of the others. */
function approvalLines({ member, parts }: MemberDiff, { paint }: Output): readonly string[] {
  if (parts.length === 0) return [];
  const count = parts.reduce((sum, { loosenings }) => sum + loosenings.length, 0);
  const missing = parts.filter(({ approved }) => !approved);
  const done = parts.filter(({ approved }) => approved).map(({ org }) => org);
  const entry = ({ org, digest }: AccessionPart): string =>
    `${org}/approvals.yaml\n  - { accession: ${member}, digest: '${digest}', approvedBy: [<name>, <another>], reason: <why>, until: <yyyy-mm-dd> }`;
  return [
    ...(done.length === 0 ? [] : [`${paint.green('✓ approved')} by ${done.join(', ')}`]),
    ...(missing.length === 0
      ? []
      : [
          [
            paint.red(`${missing.length} of ${parts.length} have not approved`),
            `two people of each approve with one entry all that its rules open, ${count} loosenings in all:`,
            ...missing.map(entry),
          ].join('\n'),
        ]),
  ];
}

function othersText(others: readonly Change[], { paint }: Output): string {
  const countOf = (type: Change['type'], words: string): string => {
    const count = others.filter((change) => change.type === type).length;
    return count === 0 ? `0 ${words}` : paint.red(`${count} ${words}`);
  };
  const changes = counted(others.length, 'change');
  return `besides: ${changes}, ${countOf('loosened', 'loosened')} and ${countOf('errors', 'errors')}: \`policy diff\` without \`--member\` lists them`;
}
