import type { DetailedError, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Detail } from '../kernel/errors.js';
import { didYouMean, nearest } from '../kernel/nearest.js';
import { ANNOTATIONS } from './annotations.js';
import { policyToJson } from './cedar/cedar.js';
import { ruleMessage } from './cedar/cedar-messages.js';
import type { Permission } from './engine.js';
import { lineAndColumn } from '../kernel/line-and-column.js';
import { type RuleText, splitRules, unitsOf } from './text/rule-text.js';
import type { Schema } from './schema.js';
import { permissionsOf } from './scope.js';
import { tokensIn } from './text/tokens.js';

/** One Cedar `permit` or `forbid` with its annotations. */
export interface Rule {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** What it can decide (`permissionsOf`): it has no part in questions about other permissions. */
  readonly permissions: ReadonlySet<Permission>;
  readonly reason: string;
  readonly article?: string;
  /** What the recipient must respect when this rule permitted something: `not-for-judicial-use`. */
  readonly obligation?: string;
  /** Why its author keeps it as it is: suppresses the warnings of `policy check`. */
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

const WORD = /^[a-z0-9][a-z0-9-]*$/;

/** What is wrong with a rule, so that a reader of faults does not match messages. `invalid`: Cedar refuses the rule. */
export type RuleFaultCode =
  | 'invalid'
  | 'id'
  | 'duplicate-id'
  | 'reason'
  | 'annotation'
  | 'unknown-word'
  | 'open-literal';

/** A fault of a file of rules at `file:line:col`. */
export interface RuleFault extends Detail {
  readonly code: RuleFaultCode;
}

/** A rule with its offset in the file, from which later checks derive the places of their faults. */
export interface PlacedRule extends Rule {
  readonly start: number;
}

/**
 * Parses the rules of a file, in order, and returns them with every fault that can be found without the schema, which
 * is only read for the permissions in an action group.
 */
export function readRules(
  file: RuleFile,
  schema?: Schema,
): { rules: readonly PlacedRule[]; faults: readonly RuleFault[] } {
  const faults: RuleFault[] = [];
  const rules: PlacedRule[] = [];
  for (const piece of splitRules(file.text)) {
    const answer = policyToJson(piece.text);
    if (answer.type === 'failure') {
      faults.push(...answer.errors.map((error) => ruleFaultIn(file, piece, error)));
      continue;
    }
    const notes = new Map(Object.entries(answer.json.annotations ?? {}));
    faults.push(
      ...faultsOfNotes(notes).map(({ code, message, note }) => {
        return { code, path: place(file, piece.start + offsetOf(note, piece.text)), message };
      }),
    );
    rules.push({
      ...ruleOf(notes, answer.json),
      permissions: permissionsOf(answer.json, schema),
      text: piece.text,
      start: piece.start,
      place: place(file, piece.start),
    });
  }
  return { rules, faults };
}

/** Returns an error of Cedar about one rule as a fault at its place in the file. */
export function ruleFaultIn(file: RuleFile, piece: RuleText, error: DetailedError): RuleFault {
  const [label] = error.sourceLocations ?? [];
  const offset = piece.start + (label === undefined ? 0 : unitsOf(piece.text, label.start));
  return { code: 'invalid', path: place(file, offset), message: ruleMessage(error) };
}

function place(file: RuleFile, offset: number): string {
  return `${file.path}:${lineAndColumn(file.text, offset)}`;
}

function ruleOf(
  notes: ReadonlyMap<string, string | null>,
  json: PolicyJson,
): Omit<Rule, 'text' | 'place' | 'permissions'> {
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
  readonly code: RuleFaultCode;
  readonly message: string;
  /** The annotation that is wrong; absent when the fault is a missing one. */
  readonly note?: string;
}

/** Returns where the annotation stands in the text of its rule; the beginning for a missing one. */
function offsetOf(note: string | undefined, text: string): number {
  const tokens = [...tokensIn(text)];
  const sign = tokens.find((token, index) => token.text === '@' && tokens[index + 1]?.text === note);
  return sign?.start ?? 0;
}

function faultsOfNotes(notes: ReadonlyMap<string, string | null>): readonly NoteFault[] {
  const [id, obligation] = [notes.get('id'), notes.get('obligation')];
  const unknown = [...notes.keys()].filter((name) => !ANNOTATIONS.some((known) => known === name));
  const misspelt = unknown.map((name) => nearest(name, ANNOTATIONS));
  // An annotation under a misspelt name is reported once, as unknown and not as missing too.
  const isMissing = (name: string): boolean => !notes.get(name) && !misspelt.includes(name);
  const faults: NoteFault[] = [];
  if (isMissing('id')) faults.push({ code: 'id', message: 'the rule has no `@id("…")`' });
  if (id && !WORD.test(id)) {
    const message = `\`${id}\` is not an id: lower-case letters, digits and hyphens`;
    faults.push({ code: 'id', message, note: 'id' });
  }
  if (isMissing('reason')) {
    faults.push({ code: 'reason', message: `the rule${id ? ` \`${id}\`` : ''} has no \`@reason("…")\`` });
  }
  if (obligation && !WORD.test(obligation)) {
    const message = `\`${obligation}\` is not an obligation: one word with hyphens`;
    faults.push({ code: 'annotation', message, note: 'obligation' });
  }
  if (notes.has('keep') && isMissing('keep')) {
    faults.push({ code: 'annotation', message: '`@keep` has no reason: `@keep("…")`', note: 'keep' });
  }
  for (const name of unknown) {
    const message = `unknown annotation \`@${name}\`${didYouMean(name, ANNOTATIONS)}`;
    faults.push({ code: 'annotation', message, note: name });
  }
  return faults;
}
