import { fail } from '../kernel/errors.js';
import type { StatusTokens } from './subjects.js';

/** The token values that a NATS pattern requires of a status subject; an absent token may have any value. */
export type StatusPattern = Partial<StatusTokens>;

const NAMES = ['event', 'originator', 'recipient', 'kind'] as const;
const LITERAL = /^(?:[a-z0-9][a-z0-9-]{0,63}|_)$/;
/** `status` and its four tokens. */
const LENGTH = NAMES.length + 1;

/**
 * Reads a subject with NATS wildcards (`*` for one token, `>` for one or more at the end). Undefined if it matches no status
 * subject. Throws `subject-invalid` for what NATS refuses too.
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

/** Returns the subject, with wildcards, that matches the pattern at a broker. */
export function statusSubject(pattern: StatusPattern): string {
  return ['status', ...NAMES.map((name) => pattern[name] ?? '*')].join('.');
}

/** Returns the pattern that requires what both do; undefined if they contradict each other. */
export function bothPatterns(one: StatusPattern, other: StatusPattern): StatusPattern | undefined {
  const isAgreed = NAMES.every((name) => (one[name] ?? other[name]) === (other[name] ?? one[name]));
  return isAgreed ? { ...one, ...other } : undefined;
}

function isPart(token: string, isLast: boolean): boolean {
  return token === '*' || (token === '>' && isLast) || LITERAL.test(token);
}
