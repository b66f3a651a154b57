import type { Attributes } from '../../../services/shared/notice/attributes.js';
import { readsOf } from '../../../services/shared/policy/key.js';
import { addReads, type KnownFacts, type Reads } from '../../../services/shared/policy/reads.js';
import type { Rule } from '../../../services/shared/policy/rule.js';
import { type AttributeShape, noticeShape, type Schema } from '../../../services/shared/policy/schema.js';

/** The values of one attribute that a rule can distinguish, by number. Undefined is absent. */
interface Choice {
  readonly path: string;
  readonly size: number;
  readonly at: (index: number) => unknown;
}

/** Returns one of each notice that a rule can distinguish, whatever its kind allows. */
export interface NoticesApart {
  readonly size: number;
  readonly at: (index: number) => Attributes;
}

export function distinguishableNotices(schema: Schema, rule: Rule, known: KnownFacts): NoticesApart {
  const reads: Reads = new Map();
  addReads(reads, rule.json, known);
  const choices = noticeShape(schema)
    .filter(({ path }) => path !== 'originator')
    .map((attribute) => choiceOf(attribute, readsOf(attribute.path, reads)));
  const size = choices.reduce((product, choice) => product * choice.size, 1);
  return { size, at: (index) => noticeAt(choices, index, known) };
}

/**
 * Returns the values of an attribute: one word represents all that no rule names; of the named ones every set occurs.
 */
function choiceOf(
  { path, form, words, optional }: AttributeShape,
  read: 'all' | ReadonlySet<string> | undefined,
): Choice {
  if (form === 'flag') return { path, size: read === undefined ? 1 : 2, at: (index) => index === 1 };
  const named = words.filter((word) => read === 'all' || read?.has(word));
  const other = words.filter((word) => !named.includes(word)).slice(0, 1);
  if (form === 'set') {
    // With one word that the rule does not name, because equality of sets depends on it too.
    const all = read === undefined ? [] : [...named, ...other];
    const at = (index: number) => all.filter((_, bit) => Math.floor(index / 2 ** bit) % 2 === 1);
    return { path, size: 2 ** all.length, at };
  }
  const present: readonly (string | undefined)[] = read === undefined ? other : [...named, ...other];
  const values = optional && read !== undefined ? [undefined, ...present] : present;
  return { path, size: values.length, at: (index) => values[index] };
}

function noticeAt(choices: readonly Choice[], index: number, { originator }: KnownFacts): Attributes {
  const notice: Record<string, unknown> = { originator };
  const evaluation: Record<string, unknown> = {};
  let rest = index;
  for (const { path, size, at } of choices) {
    const value = at(rest % size);
    rest = Math.floor(rest / size);
    const [name = '', inner] = path.split('.');
    if (inner !== undefined) evaluation[inner] = value;
    else if (value !== undefined) notice[name] = value;
  }
  return { ...notice, evaluation } as unknown as Attributes;
}
