import { ATTRIBUTE_FORMS } from '../../notice/attributes.js';
import { type HeaderLimits, headerLimits } from '../../notice/header-limits.js';
import { KINDS, type Kind, SECTIONS, sectionsOf } from '../../notice/kinds.js';
import type { Bindings } from '../../policy/compile/term.js';
import { literalsIn } from '../../policy/expression.js';
import type { Rule } from '../../policy/rule.js';
import { type AttributeShape, noticeShape, type Schema } from '../../policy/schema.js';
import { type Choice, type Classes, createClasses, type Point } from './classes.js';
import { type ConditionLeaf, leavesOf, readsPath } from '../explain/leaves.js';
import { type Parties, subsets } from '../map/parties.js';

/** The question that a search looks for, and where. */
export interface SearchGoal {
  /** The rules whose answers `found` tests. */
  readonly rules: readonly Rule[];
  readonly parties: Iterable<Parties>;
  /** True for questions about a section (`disclose`, `advertise`), false for the whole notice (`receive`). */
  readonly withSection: boolean;
  /** True to search only notices that the schema of their kind allows, else all that fit the schema of the rules. */
  readonly asKindsAllow?: boolean;
  readonly found: (bindings: Bindings) => boolean;
}

/** A search ends undecided after this many questions. */
const MAX_QUESTIONS = 60_000;
/** Combines at most this many words of one set. */
const MAX_WORDS = 12;

/**
 * Returns whether such a question exists among all that the rules can distinguish; undefined when none was found and
 * the search was incomplete.
 */
export function exists(schema: Schema, { rules, parties, found, ...how }: SearchGoal): boolean | undefined {
  const all = rules.map(({ json }) => leavesOf(json));
  if (all.includes(undefined)) return undefined;
  const leaves = all.flatMap((some) => some ?? []);
  const shape = noticeShape(schema);
  const classes = createClasses(schema, { shape, leaves, withSection: how.withSection });
  const named = new Set(rules.flatMap(({ json }) => literalsIn(json).map(({ id }) => id)));
  const context: SearchContext = { ...how, shape, leaves, classes, named };
  let left = MAX_QUESTIONS;
  let isCut = false;
  for (const each of parties) {
    for (const { point, isCut: isPart } of questions(each, context)) {
      const bindings = classes.bindings(each, point);
      if (bindings !== undefined && found(bindings)) return true;
      isCut ||= isPart;
      left -= 1;
      if (left === 0) return undefined;
    }
  }
  return isCut ? undefined : false;
}

interface SearchContext {
  readonly shape: readonly AttributeShape[];
  readonly leaves: readonly ConditionLeaf[];
  readonly classes: Classes;
  /** The words that a rule names. */
  readonly named: ReadonlySet<string>;
  readonly withSection: boolean;
  readonly asKindsAllow?: boolean;
}

interface SearchPoint {
  readonly point: Point;
  /** True when words were left out of the combinations. */
  readonly isCut: boolean;
}

/** Yields questions kind by kind; kinds that neither their schemas nor the rules distinguish are covered once. */
function* questions(parties: Parties, context: SearchContext): Iterable<SearchPoint> {
  const done = new Set<string>();
  for (const kind of KINDS) {
    const ranges = rangesOf(parties, kind, context);
    const choices = ranges.map((range) => context.classes.oneOfEach(parties, range));
    const name = JSON.stringify([context.classes.signature(parties, 'resource.kind', kind) ?? kind, choices]);
    if (done.has(name)) continue;
    done.add(name);
    const isCut = ranges.some((range) => range.isCut);
    for (const point of pointsOf(choices, new Map([['resource.kind', kind]]))) yield { point, isCut };
  }
}

function* pointsOf([first, ...rest]: readonly Choice[], point: Point): Iterable<Point> {
  if (first === undefined) {
    yield point;
    return;
  }
  for (const value of first.values) yield* pointsOf(rest, new Map([...point, [first.path, value]]));
}

const NO_LIMITS: HeaderLimits = { words: {}, required: [], codesEmpty: false };

/** Returns the sections of a kind. The router also asks about the text of H3, whether the notice has it or not. */
function sectionsAskedOf(kind: Kind): readonly string[] {
  const { required, optional } = sectionsOf(kind);
  return [...new Set<string>([...required, ...optional, 'handlingNote'])];
}

interface Range extends Choice {
  readonly isCut: boolean;
}

/** Returns the attributes that the rules read, each with every value it may have. */
function rangesOf(parties: Parties, kind: Kind, context: SearchContext): readonly Range[] {
  const limits = context.asKindsAllow === true ? headerLimits(kind) : NO_LIMITS;
  const words = wordsOf(parties, context.named);
  const ranges = context.shape
    .map((attribute) => ({ attribute, path: `resource.${attribute.path}` }))
    .filter(({ path }) => path !== 'resource.kind' && path !== 'resource.originator')
    .filter(({ path }) => context.leaves.some((leaf) => readsPath(leaf, path)))
    .map(({ attribute, path }) => ({ path, ...rangeOf(attribute, limits, words) }));
  if (!context.withSection) return ranges;
  const sections = context.asKindsAllow === true ? sectionsAskedOf(kind) : SECTIONS;
  return [...ranges, { path: 'context.section', values: sections, isCut: false }];
}

/** Returns the words that can matter in a set: those that a rule names, and the facts of the parties. */
function wordsOf({ originator, recipient }: Parties, named: ReadonlySet<string>): ReadonlySet<string> {
  const { id, groups, accreditedFor, agreements } = recipient;
  return new Set([...named, originator, id, ...groups, ...accreditedFor, ...agreements]);
}

function rangeOf(
  attribute: AttributeShape,
  limits: HeaderLimits,
  matter: ReadonlySet<string>,
): Omit<Range, 'path'> {
  const { path, form, words, optional } = attribute;
  if (ATTRIBUTE_FORMS[path] === undefined) return unsuppliedRange(attribute, matter);
  if (form === 'flag') return { values: [false, true], isCut: false };
  if (form === 'set')
    return path === 'codes' && limits.codesEmpty ? { values: [[]], isCut: false } : setsOf(words, matter);
  const allowed: readonly unknown[] = limits.words[path] ?? words;
  const mayBeAbsent = optional && !limits.required.includes(path);
  return { values: mayBeAbsent ? [...allowed, undefined] : allowed, isCut: false };
}

/** Returns the range of an attribute that no notice has yet: absent now, and any value once a later version supplies it. */
function unsuppliedRange({ form, words }: AttributeShape, matter: ReadonlySet<string>): Omit<Range, 'path'> {
  const { values, isCut } =
    form === 'set'
      ? setsOf(words, matter)
      : { values: form === 'flag' ? [false, true] : words, isCut: false };
  return { values: [...values, undefined], isCut };
}

/** Returns every set of the words that matter, with and without one word that does not. */
function setsOf(words: readonly string[], matter: ReadonlySet<string>): Omit<Range, 'path'> {
  const inside = words.filter((word) => matter.has(word));
  const outside = words.filter((word) => !matter.has(word));
  const some = [...inside, ...outside.slice(0, 1)];
  return { values: subsets(some.slice(0, MAX_WORDS)), isCut: some.length > MAX_WORDS };
}
