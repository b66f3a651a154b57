import type { ShownEvent } from '../shown.js';
import type { ShownFacts } from '../decision/shown-decision.js';

const JTI = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.[1-9][0-9]*$/;
/** Words without a special meaning to a shell; a value that does not match is left out of the command. */
const PLAIN = /^[a-z0-9][a-z0-9,_-]*$/;
const PROGRAM = 'scripts/liaison';

/** Returns the terminal commands that show the notice of an event; empty if the event names none. */
export function commandsOf({ originator, jti }: ShownEvent): readonly string[] {
  const id = JTI.exec(jti ?? '')?.[1];
  if (id === undefined || originator === undefined) return [];
  return [showCommand(id, originator)].filter(isSafe);
}

/**
 * Returns the command that writes what the viewer's own organisation can prove about a notice: all of an own notice, or what it
 * was given. Empty for a viewer of the federation, which has no gateway.
 */
export function evidenceCommand(
  { originator, jti }: Pick<ShownEvent, 'originator' | 'jti'>,
  viewer: string | null,
): readonly string[] {
  const id = JTI.exec(jti ?? '')?.[1];
  if (id === undefined || originator === undefined || viewer === null) return [];
  const from = viewer === originator ? '' : ` --from ${originator}`;
  const command = `${PROGRAM} notice evidence ${id} --org ${viewer}${from} --out ${id}`;
  return [command].filter(isSafe).map((line) => `${line}.json`);
}

/** True for `<id>.<number>`, the name of one revision of a notice. */
export function isNoticeName(text: string): boolean {
  return JTI.test(text);
}

function showCommand(id: string, originator: string): string {
  return `${PROGRAM} notice show ${id} --org ${originator}`;
}

interface Pair {
  readonly from: string;
  readonly to: string;
}

/**
 * Returns the command that evaluates the local policies on this header for the pair `from` and `to`; empty if the header holds
 * a character that is not safe between single quotes.
 */
export function explainCommand(header: ShownFacts['attributes'], { from, to }: Pair): readonly string[] {
  const question = JSON.stringify({ header, from, to });
  return QUOTABLE.test(question) ? [`printf %s '${question}' | ${PROGRAM} policy explain -`] : [];
}

/** Characters that a shell does not interpret between single quotes, without control characters. */
const QUOTABLE = /^[A-Za-z0-9 "{}[\]:,._+-]+$/;

const OPTIONS = {
  event: '--event',
  from: '--from',
  to: '--to',
  kind: '--kind',
  outcome: '--outcome',
} as const;
/** A duration or a time that both the page and `liaison tail --since` accept; `now` is neither. */
const SINCE = /^(?:[1-9][0-9]{0,5}[smhd]|2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}Z)$/;
const SUBJECT = /^[a-z0-9.*>_-]+$/;

/** Returns the `liaison tail` command with the filters and the start of the page's address. */
export function tailCommand(query: URLSearchParams, defaultSince: string): string {
  const options = Object.entries(OPTIONS).flatMap(([name, option]) => {
    const value = query.get(name) ?? '';
    return PLAIN.test(value) ? [`${option} ${value}`] : [];
  });
  const subject = query.get('subject') ?? '';
  const about = SUBJECT.test(subject) ? [`'${subject}'`] : [];
  const since = query.get('since') || defaultSince;
  const from = SINCE.test(since) ? [`--since ${since}`] : [];
  return [`${PROGRAM} tail`, ...about, ...from, ...options].join(' ');
}

function isSafe(command: string): boolean {
  return /^[A-Za-z0-9 /_-]+$/.test(command);
}
