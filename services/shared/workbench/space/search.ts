import { type HeaderLimits, headerLimits } from '../../notice/header-limits.js';
import { KINDS, type Kind, SECTIONS, sectionsOf } from '../../notice/kinds.js';
import type { Bindings } from '../../policy/compile-expression.js';
import { literalsIn } from '../../policy/expression.js';
import type { Rule } from '../../policy/rule.js';
import { type AttributeShape, noticeShape, type Schema } from '../../policy/schema.js';
import { type Choice, type Classes, createClasses, type Point } from './classes.js';
import { type ConditionLeaf, leavesOf } from '../explain/leaves.js';
import { type Parties, subsets } from '../map/parties.js';

/** What is looked for: a question about which these rules answer in some way. */
export interface SearchGoal {
  /** All that `found` asks. */
  readonly rules: readonly Rule[];
  readonly parties: Iterable<Parties>;
  /** About a section of the notice (`disclose`, `advertise`), or about the whole (`receive`). */
  readonly withSection: boolean;
  /** Only of notices that the schema of their kind allows; else of all that fit the schema of the rules. */
  readonly asKindsAllow?: boolean;
  readonly found: (bindings: Bindings) => boolean;
}

/** So many questions are looked at, and so many words of one set combined; beyond that nothing is said. */
const MAX = 60_000;
const WORDS = 12;

/**
 * Whether there is such a question among all that the rules can tell apart. Undefined when not all were looked at and
 * none was found.
 */
export function exists(schema: Schema, { rules, parties, found, ...how }: SearchGoal): boolean | undefined {
  const all = rules.map(({ json }) => leavesOf(json));
  if (all.includes(undefined)) return undefined;
  const leaves = all.flatMap((some) => some ?? []);
  const shape = noticeShape(schema);
  const classes = createClasses(schema, { shape, leaves, withSection: how.withSection });
  const named = new Set(rules.flatMap(({ json }) => literalsIn(json).map(({ id }) => id)));
  const asking: Asking = { ...how, shape, leaves, classes, named };
  let left = MAX;
  let isCut = false;
  for (const each of parties) {
    for (const { point, isCut: isPart } of questions(each, asking)) {
      const bindings = classes.bindings(each, point);
      if (bindings !== undefined && found(bindings)) return true;
      isCut ||= isPart;
      left -= 1;
      if (left === 0) return undefined;
    }
  }
  return isCut ? undefined : false;
}

interface Asking {
  readonly shape: readonly AttributeShape[];
  readonly leaves: readonly ConditionLeaf[];
  readonly classes: Classes;
  /** Words that a rule names. */
  readonly named: ReadonlySet<string>;
  readonly withSection: boolean;
  readonly asKindsAllow?: boolean;
}

interface Asked {
  readonly point: Point;
  /** Words were left out of what is combined. */
  readonly isCut: boolean;
}

/** Kind by kind; kinds that neither their schemas nor the rules tell apart are asked about once. */
function* questions(parties: Parties, asking: Asking): Iterable<Asked> {
  const done = new Set<string>();
  for (const kind of KINDS) {
    const ranges = rangesOf(parties, kind, asking);
    const choices = ranges.map((range) => asking.classes.apart(parties, range));
    const name = JSON.stringify([asking.classes.signature(parties, 'resource.kind', kind) ?? kind, choices]);
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

/** The router asks about the note of H3 whether or not there is one. */
function sectionsAskedOf(kind: Kind): readonly string[] {
  const { required, optional } = sectionsOf(kind);
  return [...new Set<string>([...required, ...optional, 'handlingNote'])];
}

interface Range extends Choice {
  readonly isCut: boolean;
}

/** What the rules read, with every value that it may have. */
function rangesOf(parties: Parties, kind: Kind, asking: Asking): readonly Range[] {
  const limits = asking.asKindsAllow === true ? headerLimits(kind) : NO_LIMITS;
  const words = wordsOf(parties, asking.named);
  const ranges = asking.shape
    .map((attribute) => ({ attribute, path: `resource.${attribute.path}` }))
    .filter(({ path }) => path !== 'resource.kind' && path !== 'resource.originator')
    .filter(({ path }) => asking.leaves.some(({ paths }) => paths.includes(path)))
    .map(({ attribute, path }) => ({ path, ...rangeOf(attribute, limits, words) }));
  if (!asking.withSection) return ranges;
  const sections = asking.asKindsAllow === true ? sectionsAskedOf(kind) : SECTIONS;
  return [...ranges, { path: 'context.section', values: sections, isCut: false }];
}

/** Words that may matter within a set: those that a rule names, and those that it compares with facts of the parties. */
function wordsOf({ originator, recipient }: Parties, named: ReadonlySet<string>): ReadonlySet<string> {
  const { id, groups, accreditedFor, agreements } = recipient;
  return new Set([...named, originator, id, ...groups, ...accreditedFor, ...agreements]);
}

function rangeOf(
  { path, form, words, optional }: AttributeShape,
  limits: HeaderLimits,
  matter: ReadonlySet<string>,
): Omit<Range, 'path'> {
  if (form === 'flag') return { values: [false, true], isCut: false };
  if (form === 'set')
    return path === 'codes' && limits.codesEmpty ? { values: [[]], isCut: false } : setsOf(words, matter);
  const allowed: readonly unknown[] = limits.words[path] ?? words;
  const mayBeAbsent = optional && !limits.required.includes(path);
  return { values: mayBeAbsent ? [...allowed, undefined] : allowed, isCut: false };
}

/** Of the words that matter every set, with and without one that does not. */
function setsOf(words: readonly string[], matter: ReadonlySet<string>): Omit<Range, 'path'> {
  const inside = words.filter((word) => matter.has(word));
  const outside = words.filter((word) => !matter.has(word));
  const some = [...inside, ...outside.slice(0, 1)];
  return { values: subsets(some.slice(0, WORDS)), isCut: some.length > WORDS };
}
