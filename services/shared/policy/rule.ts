import { type DetailedError, type PolicyJson, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Detail } from '../kernel/errors.js';
import { didYouMean } from '../kernel/nearest.js';
import { lineAndColumn, type RuleText, splitRules, unitsOf } from './rule-text.js';

/** One Cedar `permit` or `forbid` with what its annotations say. */
export interface Rule {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly reason: string;
  readonly article?: string;
  /** What the recipient must respect when this rule opened something: `not-for-judicial-use`. */
  readonly obligation?: string;
  /** Why its author keeps it as it is: what `policy check` would only warn about is not told. */
  readonly keep?: string;
  readonly text: string;
  /** `europol/export.cedar:12:1`, relative to the folder of policies. */
  readonly place: string;
  readonly json: PolicyJson;
}

/** A file of rules: its path relative to the folder of policies, and its text. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

const ANNOTATIONS = ['id', 'reason', 'article', 'obligation', 'keep'];
const WORD = /^[a-z0-9][a-z0-9-]*$/;

/** A rule of the file with the offset where it starts, to place what a later check finds in it. */
export interface PlacedRule extends Rule {
  readonly start: number;
}

/** Every rule of a file in its order, and every fault that can be seen without the schema. */
export function readRules(file: RuleFile): { rules: readonly PlacedRule[]; faults: readonly Detail[] } {
  const faults: Detail[] = [];
  const rules: PlacedRule[] = [];
  for (const piece of splitRules(file.text)) {
    const answer = policyToJson(piece.text);
    if (answer.type === 'failure') {
      faults.push(...answer.errors.map((error) => ruleFaultIn(file, piece, error)));
      continue;
    }
    const notes = new Map(Object.entries(answer.json.annotations ?? {}));
    faults.push(
      ...faultsOfNotes(notes).map(({ message, note }) => {
        return { path: place(file, piece.start + offsetOf(note, piece.text)), message };
      }),
    );
    rules.push({
      ...ruleOf(notes, answer.json),
      text: piece.text,
      start: piece.start,
      place: place(file, piece.start),
    });
  }
  return { rules, faults };
}

/** Where in the file, and what Cedar says without its own words about files. */
export function ruleFaultIn(file: RuleFile, piece: RuleText, error: DetailedError): Detail {
  const [label] = error.sourceLocations ?? [];
  const offset = piece.start + (label === undefined ? 0 : unitsOf(piece.text, label.start));
  const words = error.message
    .replace(/^failed to parse policy from string: /, '')
    .replace(/^for policy `[^`]*`[,:] /, '')
    .replace(
      /^expected a static policy, got a template containing/,
      'a rule cannot be a template: it contains',
    );
  const help =
    error.help === null ? '' : `, ${error.help.replace(/^for policy `[^`]*`, /, '').replace(/\?$/, '')}`;
  return { path: place(file, offset), message: `${words}${help}` };
}

function place(file: RuleFile, offset: number): string {
  return `${file.path}:${lineAndColumn(file.text, offset)}`;
}

function ruleOf(notes: ReadonlyMap<string, string | null>, json: PolicyJson): Omit<Rule, 'text' | 'place'> {
  const [article, obligation, keep] = ['article', 'obligation', 'keep'].map((name) => notes.get(name));
  return {
    id: notes.get('id') ?? '',
    effect: json.effect,
    reason: notes.get('reason') ?? '',
    ...(article ? { article } : {}),
    ...(obligation ? { obligation } : {}),
    ...(keep ? { keep } : {}),
    json,
  };
}

interface NoteFault {
  readonly message: string;
  /** The annotation that is wrong, where it is not one that is missing. */
  readonly note?: string;
}

function offsetOf(note: string | undefined, text: string): number {
  if (note === undefined) return 0;
  return Math.max(text.search(new RegExp(`@\\s*${note}\\b`)), 0);
}

function faultsOfNotes(notes: ReadonlyMap<string, string | null>): readonly NoteFault[] {
  const [id, obligation] = [notes.get('id'), notes.get('obligation')];
  const unknown = [...notes.keys()]
    .filter((name) => !ANNOTATIONS.includes(name))
    .map((name) => ({
      message: `unknown annotation \`@${name}\`${didYouMean(name, ANNOTATIONS)}`,
      note: name,
    }));
  // One that is there under a misspelt name is not missing too.
  const isMissing = (name: string): boolean =>
    !notes.get(name) && !unknown.some(({ message }) => message.endsWith(`did you mean \`${name}\``));
  return [
    ...(!isMissing('id') ? [] : [{ message: 'the rule has no `@id("…")`' }]),
    ...(id && !WORD.test(id)
      ? [{ message: `\`${id}\` is not an id: lower-case letters, digits and hyphens`, note: 'id' }]
      : []),
    ...(!isMissing('reason')
      ? []
      : [{ message: `the rule${id ? ` \`${id}\`` : ''} has no \`@reason("…")\`` }]),
    ...(obligation && !WORD.test(obligation)
      ? [{ message: `\`${obligation}\` is not an obligation: one word with hyphens`, note: 'obligation' }]
      : []),
    ...(notes.has('keep') && isMissing('keep')
      ? [{ message: '`@keep` says no reason: `@keep("…")`', note: 'keep' }]
      : []),
    ...unknown,
  ];
}
