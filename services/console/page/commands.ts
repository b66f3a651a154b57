import type { ShownEvent } from '../shown.js';
import type { ShownFacts } from '../decision/shown-decision.js';

const JTI = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.[1-9][0-9]*$/;
/** Words that a shell takes as they are; anything else is never put into a command. */
const PLAIN = /^[a-z0-9][a-z0-9,_-]*$/;
const OWN = 'scripts/liaison';

/** The lines for a terminal that show what a row is about. */
export function commandsOf({ originator, jti }: ShownEvent): readonly string[] {
  const id = JTI.exec(jti ?? '')?.[1];
  if (id === undefined || originator === undefined) return [];
  return [showCommand(id, originator)].filter(isSafe);
}

export function isNoticeName(text: string): boolean {
  return JTI.test(text);
}

function showCommand(id: string, originator: string): string {
  return `${OWN} notice show ${id} --org ${originator}`;
}

interface Route {
  readonly from: string;
  readonly to: string;
}

/** Explains the same question to the policies of whoever runs it: what a record holds of a header, and both ends. */
export function explainCommand(header: ShownFacts['attributes'], { from, to }: Route): readonly string[] {
  const question = JSON.stringify({ header, from, to });
  return QUOTABLE.test(question) ? [`printf %s '${question}' | ${OWN} policy explain -`] : [];
}

/** What a shell leaves alone between two `'`, and no terminal takes for something else. */
const QUOTABLE = /^[A-Za-z0-9 "{}[\]:,._+-]+$/;

const OPTIONS = {
  event: '--event',
  from: '--from',
  to: '--to',
  kind: '--kind',
  outcome: '--outcome',
} as const;
/** What both sides read: how long ago, or a time. `now` is neither. */
const SINCE = /^(?:[1-9][0-9]{0,5}[smhd]|2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}Z)$/;
const SUBJECT = /^[a-z0-9.*>_-]+$/;

/** The tail in a terminal with the same filters and the same beginning. */
export function tailCommand(query: URLSearchParams, defaultSince: string): string {
  const options = Object.entries(OPTIONS).flatMap(([name, option]) => {
    const value = query.get(name) ?? '';
    return PLAIN.test(value) ? [`${option} ${value}`] : [];
  });
  const subject = query.get('subject') ?? '';
  const about = SUBJECT.test(subject) ? [`'${subject}'`] : [];
  const since = query.get('since') || defaultSince;
  const from = SINCE.test(since) ? [`--since ${since}`] : [];
  return [`${OWN} tail`, ...about, ...from, ...options].join(' ');
}

function isSafe(command: string): boolean {
  return /^[A-Za-z0-9 /_-]+$/.test(command);
}
