import type { ShownCommand, ShownEntry, ShownResult } from '../../shared/wire/shown-quarantine.js';
import { type Output, type Paint, table } from '../terminal/output.js';
import { timeText } from '../terminal/time-text.js';

const SHORT = 12;

/** Formats a line for each entry. */
export function entryTable(entries: readonly ShownEntry[], { paint, width }: Output): string {
  const { dim, bold } = paint;
  if (entries.length === 0) return dim('nothing in quarantine');
  const head = ['entry', 'from', 'what', 'bytes', 'since', 'state', 'reason'];
  const rows = entries.map(({ entry, org, what, size, at, reason, ...more }) => [
    bold(entry.slice(0, SHORT)),
    org,
    what,
    String(size),
    dim(timeText(at)),
    stateText(more, paint),
    reason,
  ]);
  return table(head, rows, { paint, width });
}

/** Formats the record of an entry, then every command on it. */
export function showEntry(shown: ShownEntry, output: Output): string {
  const { paint, width } = output;
  const { bold, dim } = paint;
  const { entry, org, what, reason, size, subject, at, record, commands } = shown;
  const facts: readonly (readonly [string, string])[] = [
    ['reason', bold(reason)],
    ['from', org],
    ['what', `a ${what} of ${size} bytes`],
    ['subject', subject],
    ['since', timeText(at)],
    ['record', `${record} in the auditor's file, on \`ledger.${org}\``],
  ];
  const lines = facts.map(([name, value]) => `${dim(name.padEnd(8))} ${value}`);
  const title = `${bold(entry)}  ${stateText(shown, paint)}`;
  if (commands.length === 0) return [title, '', ...lines].join('\n');
  const head = ['command', 'by', 'when', 'outcome'];
  const rows = commands.map((command) => [
    command.verb,
    command.person,
    dim(timeText(command.at)),
    outcomeText(command, paint),
  ]);
  return [title, '', ...lines, '', table(head, rows, { paint, width })].join('\n');
}

/** Formats the outcome of a command, then the result of each notice. */
export function showCommand(command: ShownCommand, { paint, width }: Output): string {
  const { bold } = paint;
  const title = `${bold(command.entry.slice(0, SHORT))}  ${command.verb}  ${outcomeText(command, paint)}`;
  const { results } = command;
  if (results.length === 0) return title;
  const head = ['notice', 'delivered', 'redacted', 'denied', 'refused'];
  const rows = results.map((result) => resultRow(result, paint));
  return `${title}\n\n${table(head, rows, { paint, width })}`;
}

function resultRow(
  { notice, code, delivered, redacted, denied }: ShownResult,
  { dim, red }: Paint,
): readonly string[] {
  const list = (orgs: readonly string[]): string => orgs.join(' ') || dim('–');
  return [
    notice ?? dim('unreadable'),
    list(delivered),
    list(redacted),
    list(denied),
    code === null ? dim('–') : red(code),
  ];
}

/**
 * Returns advice about a refused command, from the entry as it was before the command; undefined where the
 * code suffices.
 */
export function hintFor(
  { outcome, code }: ShownCommand,
  { commands }: Pick<ShownEntry, 'commands'>,
): string | undefined {
  if (!outcome.includes('refuse')) return undefined;
  const closing = commands.find((one) => CLOSED[one.outcome] !== undefined);
  if (code !== 'not-found' || closing === undefined) return HINTS[code ?? ''];
  return `already ${CLOSED[closing.outcome]} ${timeText(closing.at)} by ${closing.person}`;
}

/** Outcomes that close an entry, in words. */
const CLOSED: Readonly<Record<string, string>> = { routed: 'replayed', discarded: 'discarded' };

const HINTS: Readonly<Record<string, string>> = {
  'not-found':
    'the entry was just closed, or its bytes are no longer stored: in that case it can only be discarded',
  'not-replayable': 'its originator has a signed refusal, or gave up: the notice must be issued again',
  'organisation-suspended': 'notices of a suspended organisation are not routed',
  'poison-frame': 'it crashes the process that opens it: a newer release may be able to open it',
};

const WORDS: Readonly<Record<string, string>> = {
  'would-route': 'would be routed',
  'would-refuse': 'would be refused',
};

function outcomeText({ outcome, code, note }: ShownCommand, { green, red, dim }: Paint): string {
  const words = WORDS[outcome] ?? outcome;
  const colour = outcome.includes('refuse') ? red : green;
  return [colour(words), code === null ? '' : red(code), note === null ? '' : dim(`“${note}”`)]
    .filter((word) => word !== '')
    .join('  ');
}

function stateText(
  { state, simulated }: Pick<ShownEntry, 'state' | 'simulated'>,
  { yellow, dim }: Paint,
): string {
  if (state !== 'open') return dim(state);
  return simulated === true ? dim('simulated') : yellow(state);
}
