import { counted } from '../../shared/wire/counted.js';
import type { MemberState } from '../../shared/wire/shown-member.js';
import { memberNameText } from '../terminal/member-state-text.js';
import { type Output, type Paint, table } from '../terminal/output.js';
import { timeText } from '../terminal/time-text.js';

/** An own action as the gateway shows it; `answers`, `owed` and `narrowed` in the life of its notice. */
export interface ShownOrder {
  readonly action: number;
  readonly id: string;
  readonly verb: string;
  readonly state: string;
  readonly code?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly expiresAt?: string;
  readonly holders?: readonly { readonly org: string; readonly sections?: readonly string[] }[];
  readonly section?: string;
  readonly derived: boolean;
  readonly orderedAt: string;
  readonly answers?: readonly ShownAnswer[];
  readonly owed?: readonly {
    readonly org: string;
    readonly since: string;
    readonly membership?: MemberState;
  }[];
  readonly narrowed?: readonly { readonly org: string; readonly at: string }[];
}

/** The signed answer of a holder to an action; `before` and `after` are digests of what it held. */
interface ShownAnswer {
  readonly org: string;
  readonly type: string;
  readonly at: string;
  readonly code?: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A restriction by the originator in force; without `sections` of the whole notice. */
export interface ShownRestriction {
  readonly org: string;
  readonly sections?: readonly string[];
}

/** Formats restrictions in force, a line for each holder. */
export function restrictionLines(restrictions: readonly ShownRestriction[]): readonly string[] {
  return restrictions.map(
    ({ org, sections }) =>
      `restricted until it is lifted: ${org} ${sections?.join(' ') ?? '(the whole notice)'}`,
  );
}

/** The life of an own notice, in `notice show --json`. */
export interface ShownOwnLife {
  readonly originator: string;
  readonly revisions: readonly {
    readonly revision: number;
    readonly state: string;
    readonly submittedAt: string;
  }[];
  readonly expiresAt: string;
  readonly reviewAt?: string;
  /** Warnings ahead of its review and end that fell due. */
  readonly warnings: readonly { readonly name: 'review' | 'expiring'; readonly at: string }[];
  /** Restrictions by the originator in force for later revisions. */
  readonly restrictions: readonly ShownRestriction[];
  readonly suspendedUntil?: string;
  readonly ended?: { readonly ending: string; readonly at: string; readonly reason?: string };
  /** The newest, by number. */
  readonly actions: readonly ShownOrder[];
  /** `before` of the page of those before; null if there are none. */
  readonly earlierActions: number | null;
}

/** Formats the life of a notice: its revisions and end, then each action with the answer of each holder. */
export function lifeText(life: ShownOwnLife, output: Output): string {
  const { dim, yellow } = output.paint;
  const { revisions, expiresAt, reviewAt, warnings, suspendedUntil, ended } = life;
  const warned = new Set(warnings.map(({ name }) => name));
  const words = [
    `${counted(revisions.length, 'revision')}, the first of ${dayOf(revisions[0]?.submittedAt ?? '')}`,
    ended === undefined
      ? (warned.has('expiring') ? yellow : String)(`ends ${dayOf(expiresAt)}`)
      : `${ended.ending} ${timeText(ended.at)}${ended.reason === undefined ? '' : ` (${ended.reason})`}`,
    ...(reviewAt === undefined ? [] : [reviewText(reviewAt, warned.has('review') ? yellow : undefined)]),
    ...(suspendedUntil === undefined ? [] : [yellow(`suspended until ${timeText(suspendedUntil)}`)]),
  ];
  const parts = [
    dim(`life: ${words.join(', ')}`),
    ...restrictionLines(life.restrictions).map((line) => yellow(line)),
    ...life.actions.map((action) => actionText(action, output)),
  ];
  return parts.join('\n\n');
}

function reviewText(reviewAt: string, warn?: (text: string) => string): string {
  return warn === undefined ? `review ${dayOf(reviewAt)}` : warn(`review due since ${dayOf(reviewAt)}`);
}

/** Formats an action: a title, and a line for each holder that answered, owes an answer or no longer gets it. */
export function actionText(action: ShownOrder, { paint, width }: Output): string {
  const { answers = [], owed = [], narrowed = [] } = action;
  const rows = [
    ...answers.map((answer) => [
      paint.bold(answer.org),
      `${answer.type === 'rejected' ? paint.red('✗') : paint.green('✓')} ${answer.type}${answer.code === undefined ? '' : ` ${answer.code}`}`,
      timeText(answer.at),
      answer.before === null ? paint.dim('–') : answer.before.slice(0, 12),
    ]),
    ...owed.map(({ org, since, membership }) => [
      memberNameText(org, membership, paint),
      membership === 'left' ? paint.dim('none') : paint.yellow('owes'),
      `since ${timeText(since)}`,
      '',
    ]),
    ...narrowed.map(({ org, at }) => [paint.bold(org), paint.red('not sent'), timeText(at), '']),
  ];
  const title = titleOf(action, paint);
  if (rows.length === 0) return title;
  return `${title}\n${table(['holder', 'answer', 'at', 'digest before'], rows, { paint, width })}`;
}

function titleOf(action: ShownOrder, { bold, dim, red, green, yellow }: Paint): string {
  const { verb, state, code, reason, until, expiresAt, holders = [], section, derived, orderedAt } = action;
  const paintState = state === 'settled' ? green : state === 'refused' ? red : yellow;
  const words = [
    bold(verb),
    dim(timeText(orderedAt)),
    paintState(state),
    code === undefined ? '' : red(code),
    reason ?? '',
    until === undefined ? '' : `until ${timeText(until)}`,
    expiresAt === undefined ? '' : `to ${timeText(expiresAt)}`,
    section ?? '',
    holders
      .map(({ org, sections }) => (sections === undefined ? org : `${org} (${sections.join(' ')})`))
      .join(', '),
    derived ? dim('by the gateway') : '',
  ];
  return words.filter((word) => word !== '').join('  ');
}

const dayOf = (instant: string): string => instant.slice(0, 10);
