import { fail } from '../kernel/errors.js';
import type { StatusTokens } from './subjects.js';

/** What a NATS pattern asks of each token of a status subject; an absent one may be anything. */
export type StatusPattern = Partial<StatusTokens>;

const NAMES = ['event', 'originator', 'recipient', 'kind'] as const;
const LITERAL = /^(?:[a-z0-9][a-z0-9-]{0,63}|_)$/;
/** `status` and its four tokens. */
const LENGTH = NAMES.length + 1;

/**
 * Reads a subject with NATS wildcards (`*` one token, `>` one or more at the end) as what it asks of status subjects;
 * undefined when no status subject can match. Throws `subject-invalid` for what NATS would not take either.
 */
export function parseStatusPattern(text: string): StatusPattern | undefined {
  const tokens = text.split('.');
  const bad = tokens.findIndex((token, index) => !isPart(token, index === tokens.length - 1));
  if (bad >= 0) throw fail('subject-invalid', `token ${bad + 1} of the subject is outside the grammar`);
  const isOpen = tokens.at(-1) === '>';
  const fits = isOpen ? tokens.length <= LENGTH : tokens.length === LENGTH;
  const [first, ...rest] = tokens;
  if (!fits || (first !== 'status' && first !== '*' && first !== '>')) return undefined;
  const asked = NAMES.map((name, index) => [name, rest[index] ?? '*'] as const);
  return Object.fromEntries(asked.filter(([, token]) => token !== '*' && token !== '>'));
}

/** The subject that asks for just that, of a broker. */
export function statusSubject(pattern: StatusPattern): string {
  return ['status', ...NAMES.map((name) => pattern[name] ?? '*')].join('.');
}

/** What both ask for; undefined when they contradict each other. */
export function bothPatterns(one: StatusPattern, other: StatusPattern): StatusPattern | undefined {
  const isAgreed = NAMES.every((name) => (one[name] ?? other[name]) === (other[name] ?? one[name]));
  return isAgreed ? { ...one, ...other } : undefined;
}

function isPart(token: string, isLast: boolean): boolean {
  return token === '*' || (token === '>' && isLast) || LITERAL.test(token);
}
