import type { Detail } from '../../kernel/errors.js';
import { type Finding, findingOf } from './finding.js';
import { type Lint } from './lints.js';

/** How the loader words what it refuses; what it has no words of its own for is Cedar's to say. */
const WORDINGS: readonly (readonly [RegExp, Lint])[] = [
  [/^no rules$/, 'no-rules'],
  [/^the rule has no `@id/, 'id'],
  [/is not an id: /, 'id'],
  [/^the id `.*` is taken/, 'duplicate-id'],
  [/has no `@reason/, 'reason'],
  [/^unknown annotation |is not an obligation: |^`@keep` says no reason/, 'annotation'],
  [/ matches nothing or anything unseen/, 'open-literal'],
  [/ is not in the vocabulary/, 'unknown-word'],
];

/** What the router would refuse to load, as a finding. */
export function findingOfFault(fault: Detail): Finding {
  const [, lint = 'invalid'] = WORDINGS.find(([wording]) => wording.test(fault.message)) ?? [];
  return findingOf(lint, fault);
}
