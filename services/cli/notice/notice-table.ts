import type { MemberState } from '../../shared/wire/shown-member.js';
import { memberNameText } from '../terminal/member-state-text.js';
import { type Output, type Paint, table } from '../terminal/output.js';
import { lifeText, type ShownOwnLife } from './life-table.js';
import { sectionsTable } from './sections-table.js';
import type { ShownStage } from '../../shared/notice/shown-stage.js';
import { stagesText } from './stages-table.js';

/** One recipient of a notice, as the originator's gateway returns it. */
export interface RecipientRow {
  readonly org: string;
  /** Absent for a member in force. */
  readonly membership?: MemberState;
  readonly outcome: string;
  readonly sections: readonly string[];
  readonly withheld: readonly string[];
  readonly obligations: readonly string[];
  readonly rules: readonly { readonly layer: string; readonly id: string; readonly reason?: string }[];
  readonly because?: string;
  readonly receipt: {
    readonly type: string;
    readonly at: string;
    readonly kid: string;
    readonly verified: boolean;
    readonly code?: string;
  } | null;
  /** Absent in lists. */
  readonly stages?: readonly ShownStage[];
}

/** The output of `notice show --json` (docs/formats.md#outcomes). */
export interface ShownNotice {
  readonly id: string;
  readonly revision: number;
  readonly number: number;
  /** Kept after the end. */
  readonly kind?: string;
  readonly state: string;
  readonly code?: string;
  readonly breakGlass?: { readonly reason: string; readonly approver: string };
  readonly header: { readonly kind?: string; readonly originator?: string } | null;
  readonly recipients: readonly RecipientRow[];
  /** Of the revisions that were lost in a restore, by the ledger; only in the state `lost`. */
  readonly lostRecipients?: readonly string[];
  /** The stages of the notice for all recipients; absent in lists. */
  readonly stages?: readonly ShownStage[];
  /** Absent in lists. */
  readonly life?: ShownOwnLife;
  /** The sections as submitted; null once the notice has ended, absent where the token may not read them. */
  readonly sections?: Readonly<Record<string, unknown>> | null;
}

/**
 * Formats a notice for a person: its outcome, its stages, its life, then its sections; `rules` adds the rules that permitted
 * it.
 */
export function showNotice(notice: ShownNotice, output: Output, rules: boolean): string {
  const life = notice.life === undefined ? '' : lifeText(notice.life, output);
  const outcome = showOutcome(notice, output, rules);
  return paragraphs(outcome, stagesText(notice, output), life, sectionsOf(notice, output));
}

/** Formats the outcome of a notice: a title and a line for each recipient. */
export function showOutcome(notice: ShownNotice, output: Output, rules: boolean): string {
  return paragraphs(titleOf(notice, output), recipientsOf(notice, output, rules));
}

const paragraphs = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

function titleOf(notice: ShownNotice, { paint }: Output): string {
  const { id, revision, kind, state, code, header, life, breakGlass } = notice;
  const { bold, dim, red, yellow } = paint;
  const originator = header?.originator ?? life?.originator;
  const words = [
    bold(id),
    dim(`revision ${revision}`),
    kind ?? header?.kind ?? '',
    originator === undefined ? '' : `from ${originator}`,
    stateText(state, paint),
    code === undefined ? '' : red(code),
    breakGlass === undefined ? '' : yellow(`break-glass for ${breakGlass.reason} by ${breakGlass.approver}`),
  ];
  return words.filter((word) => word !== '').join('  ');
}

function recipientsOf(notice: ShownNotice, { paint, width }: Output, rules: boolean): string {
  const { recipients, lostRecipients } = notice;
  const { dim } = paint;
  if (lostRecipients !== undefined) {
    const names = lostRecipients.length === 0 ? 'none' : lostRecipients.join(' ');
    return `content lost in a restore; recipients by the ledger: ${names}\nit can be withdrawn, restricted and suspended`;
  }
  if (recipients.length === 0) return '';
  const rows = recipients.map((recipient) => [
    memberNameText(recipient.org, recipient.membership, paint),
    outcomeText(recipient.outcome, paint),
    recipient.sections.join(' ') || dim('–'),
    receiptText(recipient, paint),
    whyText(recipient, paint, rules),
  ]);
  const head = ['recipient', 'outcome', 'sections', 'receipt', 'why'];
  return table(head, wrapped(rows), { paint, width });
}

function sectionsOf({ sections }: ShownNotice, output: Output): string {
  if (sections === undefined) return output.paint.dim('no sections: the token has no scope `notice:content`');
  return sections === null ? '' : sectionsTable(sections, output);
}

/** Wraps long lists of sections, to leave room for the reason. */
function wrapped(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.map((row) => row.map((cell, column) => (column === 2 ? breakWords(cell, 34) : cell)));
}

/** Breaks a text between words into lines shorter than `width` columns. */
export function breakWords(text: string, width: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

/** Colours an outcome. */
export function outcomeText(outcome: string, { green, yellow, red, dim }: Paint): string {
  switch (outcome) {
    case 'delivered':
      return green(outcome);
    case 'redacted':
      return yellow(outcome);
    case 'denied':
    case 'rejected':
      return red(outcome);
    default:
      return dim(outcome);
  }
}

function stateText(state: string, { green, red, yellow }: Paint): string {
  if (state === 'settled') return green(state);
  return state === 'refused' || state === 'disputed' ? red(state) : yellow(state);
}

function receiptText({ receipt, outcome, membership }: RecipientRow, { green, red, dim }: Paint): string {
  // A member that has left answers nothing any more.
  if (receipt === null) return dim(outcome === 'denied' || membership === 'left' ? '–' : 'waiting');
  const words = `${receipt.type}${receipt.code === undefined ? '' : ` ${receipt.code}`}`;
  const mark = receipt.verified ? green('✓') : red('✗');
  return `${mark} ${words} ${dim(receipt.at.slice(11, 19))}`;
}

/** Formats the reasons of a denial, withheld sections and obligations; permitting rules only with `rules`. */
function whyText(recipient: RecipientRow, { dim }: Paint, rules: boolean): string {
  const { because, obligations, withheld, outcome } = recipient;
  const denied = outcome === 'denied';
  const lines = [
    ...(because === undefined ? [] : [because.replaceAll('-', ' ')]),
    ...(denied && because === undefined && recipient.rules.length === 0 ? ['no rule permits it'] : []),
    ...(denied || rules ? recipient.rules.map((rule) => ruleText(rule, dim)) : []),
    ...(withheld.length === 0 ? [] : [`${dim('withheld:')} ${withheld.join(' ')}`]),
    ...(obligations.length === 0 ? [] : [`${dim('must:')} ${obligations.join(' ')}`]),
  ];
  return lines.join('\n');
}

function ruleText({ id, reason }: RecipientRow['rules'][number], dim: Paint['dim']): string {
  return reason === undefined ? id : `${id} ${dim(reason)}`;
}
