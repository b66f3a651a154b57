import type { TextSpan } from './rules-in-text.js';

/** Returns the word around an offset that has the form of a rule's id, as in a file of cases. */
export function ruleIdAt(text: string, offset: number): (TextSpan & { readonly id: string }) | undefined {
  const before = /[a-z0-9-]*$/.exec(text.slice(Math.max(offset - 200, 0), offset))?.[0] ?? '';
  const after = /^[a-z0-9-]*/.exec(text.slice(offset, offset + 200))?.[0] ?? '';
  const id = before + after;
  return id === '' ? undefined : { id, start: offset - before.length, end: offset + after.length };
}
