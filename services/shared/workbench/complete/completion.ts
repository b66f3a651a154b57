import type { ValueType } from './vocabulary.js';

/** What a completion inserts; editors choose an icon by it. */
export type CompletionKind = 'attribute' | 'method' | 'word' | 'type' | 'variable' | 'keyword' | 'annotation';

/** One text that could be inserted at the caret. */
export interface Completion {
  /** What is shown, and compared with the letters typed so far. */
  readonly label: string;
  readonly kind: CompletionKind;
  /** Plain text; replaces the range of its `Completions`. */
  readonly insert: string;
  /** Where in `insert` the caret goes; at its end by default. */
  readonly caret?: number;
  /** The type, or what it is: `Set<Group>`, `entity type`. */
  readonly detail: string;
  /** An explanation in plain words, where there is one. */
  readonly about?: string;
}

/** The completions at a caret. Offsets count UTF-16 units. */
export interface Completions {
  /** The range that the chosen text replaces. */
  readonly from: number;
  readonly to: number;
  /** In the order in which they are shown; what fits the place best is first. */
  readonly items: readonly Completion[];
}

/** Returns a completion that inserts its label. */
export function named(label: string, kind: CompletionKind, detail: string): Completion {
  return { label, kind, insert: label, detail };
}

/** Returns a completion whose caret goes before the last `after` characters of the inserted text. */
export function withCaret(completion: Completion, insert: string, after: number): Completion {
  return { ...completion, insert, caret: insert.length - after };
}

/** True for a set, whose methods are offered after a dot. */
export function isSet(type: ValueType | undefined): type is Extract<ValueType, { readonly form: 'set' }> {
  return type?.form === 'set';
}
