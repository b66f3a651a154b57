import { breakWords } from '../notice/notice-table.js';
import { type Output, type Paint, table } from '../terminal/output.js';
import { timeText } from '../terminal/time-text.js';
import type { VerifiedHeld } from './held-notice.js';

/** Formats a line for each held notice. */
export function inboxTable(held: readonly VerifiedHeld[], { paint, width }: Output): string {
  const { dim, bold } = paint;
  if (held.length === 0) return dim('no notices');
  const head = ['notice', 'kind', 'from', 'received', 'ends', 'verified', 'sections'];
  const rows = held.map((notice) => [
    bold(notice.id),
    kindOf(notice),
    notice.originator,
    dim(timeText(notice.receivedAt)),
    `${notice.life.expiresAt.slice(0, 10)}${changeText(notice)}`,
    verifiedText(notice, paint),
    sectionsText(notice, paint),
  ]);
  return table(head, rows, { paint, width });
}

/** Formats one held notice with its sections. */
export function showHeld(notice: VerifiedHeld, output: Output): string {
  const { bold, dim, yellow } = output.paint;
  const title = `${bold(notice.id)}  ${kindOf(notice)}  from ${notice.originator}  ${verifiedText(notice, output.paint)}`;
  const { breakGlass } = Object(notice.header) as { readonly breakGlass?: string };
  const sections = Object.entries(Object(notice.sections) as Record<string, unknown>).map(
    ([name, value]) => `${bold(name)}\n${indented(JSON.stringify(value, undefined, 2))}`,
  );
  const withheld = namesOf(notice.withheld);
  const obligations = namesOf(notice.obligations);
  return [
    title,
    `${dim('ends:')} ${notice.life.expiresAt}${reviewText(notice)}${changeText(notice)}`,
    ...(breakGlass === undefined ? [] : [`${dim('break-glass:')} ${yellow(breakGlass)}`]),
    ...(obligations.length === 0 ? [] : [`${dim('must:')} ${yellow(obligations.join(' '))}`]),
    ...(withheld.length === 0 ? [] : [`${dim('withheld, ask the originator:')} ${withheld.join(' ')}`]),
    '',
    ...sections,
  ].join('\n');
}

function reviewText({ life: { reviewAt } }: VerifiedHeld): string {
  return reviewAt === null ? '' : `, reviewed ${reviewAt}`;
}

/** What an action of the originator changed last; empty for a notice as it came. */
function changeText({ life: { change } }: VerifiedHeld): string {
  const { name, reason, sections = [] } = change;
  if (name === 'notice') return '';
  return `, ${[name, ...sections, ...(reason === null ? [] : [`(${reason})`])].join(' ')}`;
}

function kindOf({ header }: VerifiedHeld): string {
  const { kind } = Object(header) as { readonly kind?: unknown };
  return typeof kind === 'string' ? kind : '?';
}

function verifiedText({ verified, codes = [] }: VerifiedHeld, { green, red }: Paint): string {
  if (verified.originator && verified.statement) return green('✓ both');
  const failed = [
    verified.originator ? undefined : 'originator',
    verified.statement ? undefined : 'statement',
  ];
  return red(`✗ ${failed.filter((word) => word !== undefined).join(', ')} ${codes.join(' ')}`.trimEnd());
}

function sectionsText({ sections, withheld }: VerifiedHeld, { dim }: Paint): string {
  const disclosed = breakWords(Object.keys(Object(sections) as object).join(' '), 60);
  const names = namesOf(withheld);
  return names.length === 0
    ? disclosed
    : `${disclosed}\n${dim(breakWords(`withheld: ${names.join(' ')}`, 60))}`;
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
