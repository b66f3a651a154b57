import { groupBy } from '../../kernel/group-by.js';
import { type Literal, literalsIn } from '../../policy/expression.js';
import type { PolicySets } from '../../policy/policies.js';
import { addReads, type Reads } from '../../policy/reads.js';
import {
  type AttributeType,
  noticeShape,
  openTypesOf,
  recordType,
  type Schema,
  vocabularyOf,
} from '../../policy/schema.js';
import { OF_DIRECTORY } from '../../policy/supply-faults.js';

/**
 * True for an attribute of a notice, or a word of it, that some recorded notice has. `path` is as in `noticeShape`:
 * `evaluation.source`.
 */
export type IsRecorded = (path: string, word?: string) => boolean;

/**
 * Returns why recorded notices and adopted rules do not fit a changed schema, one sentence each; empty when
 * they fit. A schema may gain optional attributes and words, and may lose what no adopted rule names and no
 * recorded notice has.
 */
export function schemaMisfits(adopted: PolicySets, next: Schema, isRecorded: IsRecorded): readonly string[] {
  const used = createUsed(adopted, isRecorded);
  const compare = createComparison(used);
  return [
    ...entityFaults(adopted.schema, next, compare),
    ...wordFaults(adopted.schema, next, used),
    ...actionFaults(adopted.schema, next, compare),
    ...namedTypeFaults(adopted.schema, next),
  ];
}

/** What adopted rules name or recorded notices have. */
interface Used {
  attribute(type: string, path: string): boolean;
  word(literal: Literal): boolean;
}

function createUsed(adopted: PolicySets, isRecorded: IsRecorded): Used {
  const rules = [...adopted.rules.values()].map(({ json }) => json);
  const reads: Reads = new Map();
  for (const rule of rules) addReads(reads, rule, {});
  const named = new Set(rules.flatMap(literalsIn).map(textOf));
  const holders = groupBy(noticeShape(adopted.schema), ({ type }) => type);
  return {
    attribute: (type, path) =>
      type !== 'Notice' || reads.has('') || [...reads.keys()].some(isWithin(path)) || isRecorded(path),
    word: (literal) =>
      named.has(textOf(literal)) ||
      (holders.get(literal.type) ?? []).some(({ path }) => isRecorded(path, literal.id)),
  };
}

const textOf = ({ type, id }: Literal): string => `${type}::${JSON.stringify(id)}`;
const isWithin = (path: string) => (read: string) => read === path || read.startsWith(`${path}.`);

/** The attributes of an entity type or of the context of an action, before and after. */
interface RecordPair {
  /** `Notice`, `Organisation` or `the context of disclose`. */
  readonly what: string;
  readonly before: Readonly<Record<string, AttributeType>>;
  readonly after: Readonly<Record<string, AttributeType>>;
  /** The path of the record within `what`, with a final dot; empty for the whole. */
  readonly prefix: string;
}

type Compare = (pair: RecordPair) => readonly string[];

function createComparison(used: Used): Compare {
  const compare: Compare = ({ what, before, after, prefix }) => [
    ...Object.entries(before).flatMap(([name, was]) => {
      const [path, is] = [`${prefix}${name}`, after[name]];
      if (is === undefined)
        return used.attribute(what, path)
          ? [`the attribute \`${path}\` of ${what} is gone, but an adopted rule or a recorded notice uses it`]
          : [];
      if (was.required === false && is.required !== false)
        return [`the attribute \`${path}\` of ${what} was optional: a recorded notice may lack it`];
      if (was.type === 'Record' && is.type === 'Record') {
        const inner = { before: was.attributes ?? {}, after: is.attributes ?? {} };
        return compare({ what, ...inner, prefix: `${path}.` });
      }
      return typeText(was) === typeText(is)
        ? []
        : [`the attribute \`${path}\` of ${what} has another type: recorded notices do not fit it`];
    }),
    ...Object.entries(after)
      .filter(([name, is]) => !Object.hasOwn(before, name) && is.required !== false)
      .map(
        ([name]) =>
          `the new attribute \`${prefix}${name}\` of ${what} is required: recorded notices lack it; write \`${name}?\``,
      ),
  ];
  return compare;
}

/** Returns a type as text, without whether it is required. */
function typeText({ type, name, element, attributes = {} }: AttributeType): string {
  const fields = Object.entries(attributes).map(([key, inner]) => [
    key,
    inner.required !== false,
    typeText(inner),
  ]);
  return JSON.stringify([
    type,
    name ?? null,
    element === undefined ? null : typeText(element),
    fields.toSorted(),
  ]);
}

function entityFaults(before: Schema, after: Schema, compare: Compare): readonly string[] {
  const left = openTypesOf(after);
  return openTypesOf(before).flatMap((what) => {
    if (!left.includes(what)) return [`the entity type \`${what}\` is gone`];
    return compare({ what, before: recordType(before, what), after: recordType(after, what), prefix: '' });
  });
}

/** Which words the directory fills in is no matter of the schema. */
function wordFaults(before: Schema, after: Schema, used: Used): readonly string[] {
  const types = Object.keys(before['']?.entityTypes ?? {}).filter((type) => !OF_DIRECTORY.includes(type));
  return types.flatMap((type) => {
    const words = vocabularyOf(before, type) ?? [];
    const left = new Set(vocabularyOf(after, type));
    return words
      .filter((id) => !left.has(id) && used.word({ type, id }))
      .map((id) => `\`${type}::"${id}"\` is gone, but an adopted rule or a recorded notice uses it`);
  });
}

function actionFaults(before: Schema, after: Schema, compare: Compare): readonly string[] {
  const [was, is] = [before['']?.actions ?? {}, after['']?.actions ?? {}];
  return Object.entries(was).flatMap(([name, action]) => {
    const next = is[name];
    if (next === undefined) return [`the action \`${name}\` is gone`];
    const [old, now] = [action.appliesTo, next.appliesTo];
    const scope = (to: typeof old): string => JSON.stringify([to?.principalTypes, to?.resourceTypes]);
    if (scope(old) !== scope(now)) return [`the action \`${name}\` applies to other types`];
    const what = `the context of ${name}`;
    return compare({ what, before: contextOf(old), after: contextOf(now), prefix: '' });
  });
}

function contextOf(appliesTo: { readonly context?: unknown } | null | undefined) {
  const context = appliesTo?.context as AttributeType | undefined;
  return context?.attributes ?? {};
}

/** Types that attributes share by name, and whole namespaces, must stay as they are: each is compared as a whole. */
function namedTypeFaults(before: Schema, after: Schema): readonly string[] {
  const common = Object.entries(before['']?.commonTypes ?? {})
    .filter(([name, type]) => JSON.stringify(type) !== JSON.stringify(after['']?.commonTypes?.[name]))
    .map(([name]) => `the type \`${name}\` is gone or changed`);
  const spaces = Object.keys(before)
    .filter((name) => name !== '' && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `the namespace \`${name}\` is gone or changed`);
  return [...common, ...spaces];
}
