import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import type { Attributes } from '../../services/shared/notice/attributes.js';
import { type HeaderLimits, headerLimits } from '../../services/shared/notice/header-limits.js';
import { KINDS, type Kind } from '../../services/shared/notice/kinds.js';
import { readsOf } from '../../services/shared/policy/key.js';
import { addReads, type KnownFacts, type Reads } from '../../services/shared/policy/reads.js';
import { type AttributeShape, noticeShape, type Schema } from '../../services/shared/policy/schema.js';

/** One of each notice of an originator that the rules can distinguish, within the limits of its kind. */
export interface Domain extends Iterable<Attributes> {
  readonly size: number;
  readonly complete: boolean;
  /** What was left out, in words; empty when complete. */
  readonly cut: readonly string[];
}

export interface Distinguishing extends KnownFacts {
  readonly originator: OrgId;
  readonly rules: readonly PolicyJson[];
}

/** What some rules read of the notices of an originator. H3 is read outside of any rule (see `row.ts`). */
function readsOfRules({ rules, ...known }: Distinguishing): Reads {
  const reads: Reads = new Map([['codes', new Set(['H3'])]]);
  for (const rule of rules) addReads(reads, rule, known);
  return reads;
}

export function domainOf(schema: Schema, distinguishing: Distinguishing): Domain {
  return domainOfReads(schema, distinguishing.originator, readsOfRules(distinguishing));
}

/** The attributes that vary, each with its distinguishable values; one kind represents all alike. */
interface Block {
  readonly kind: Kind;
  readonly choices: readonly Choice[];
}

interface Choice {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** Up to this many words of an attribute are combined in every way; with more, at most `FEW` at a time. */
const FREE_WORDS = 12;
const FEW = 1;

function domainOfReads(schema: Schema, originator: OrgId, reads: Reads): Domain {
  const shape = noticeShape(schema).filter(({ path }) => path !== 'kind' && path !== 'originator');
  const cut = new Set<string>();
  const blocks = new Map<string, Block>();
  for (const kind of KINDS) {
    const limits = headerLimits(kind);
    const choices = shape.map((attribute): Choice => {
      const read = readsOf(attribute.path, reads);
      return { path: attribute.path, values: valuesOf(attribute, { read, limits, cut }) };
    });
    const name = JSON.stringify([classOf(kind, readsOf('kind', reads)), choices]);
    if (!blocks.has(name)) blocks.set(name, { kind, choices });
  }
  const all = [...blocks.values()];
  const size = all.reduce((sum, block) => sum + sizeOf(block), 0);
  return {
    size,
    complete: cut.size === 0,
    cut: [...cut],
    *[Symbol.iterator]() {
      for (const block of all) yield* pointsOf(originator, block);
    },
  };
}

function classOf(kind: Kind, read: 'all' | ReadonlySet<string> | undefined): string {
  return read === 'all' || read?.has(kind) === true ? kind : '';
}

interface Reading {
  readonly read: 'all' | ReadonlySet<string> | undefined;
  readonly limits: HeaderLimits;
  readonly cut: Set<string>;
}

/** The values of one attribute; one word represents all that no rule names. Undefined is absent. */
function valuesOf(attribute: AttributeShape, { read, limits, cut }: Reading): readonly unknown[] {
  const { path, form, words, optional } = attribute;
  if (form === 'flag') return read === undefined ? [false] : [false, true];
  const named = words.filter((word) => read === 'all' || read?.has(word));
  if (form === 'set') return path === 'codes' && limits.codesEmpty ? [[]] : subsets(path, named, cut);
  const allowed = limits.words[path] ?? words;
  const apart = allowed.filter((word) => named.includes(word));
  const [other] = allowed.filter((word) => !named.includes(word));
  const present = other === undefined ? apart : [...apart, other];
  const mayBeAbsent = optional && !limits.required.includes(path);
  if (read === undefined) return mayBeAbsent ? [undefined] : present.slice(-1);
  return mayBeAbsent ? [...present, undefined] : present;
}

function subsets(path: string, words: readonly string[], cut: Set<string>): readonly (readonly string[])[] {
  if (words.length > FREE_WORDS) {
    cut.add(`\`${path}\`: ${words.length} words, at most ${FEW} at a time`);
    return [[], ...words.map((word) => [word])];
  }
  return words.reduce<readonly (readonly string[])[]>(
    (sets, word) => [...sets, ...sets.map((set) => [...set, word])],
    [[]],
  );
}

function sizeOf({ choices }: Block): number {
  return choices.reduce((product, { values }) => product * values.length, 1);
}

/** Counts like an odometer; each notice is a new object, because evaluators cache values per object. */
function* pointsOf(originator: OrgId, { kind, choices }: Block): Iterable<Attributes> {
  const indexes = choices.map(() => 0);
  for (;;) {
    yield attributesAt(originator, kind, { choices, indexes });
    let wheel = 0;
    while (wheel < choices.length && indexes[wheel] === (choices[wheel]?.values.length ?? 0) - 1) {
      indexes[wheel] = 0;
      wheel += 1;
    }
    if (wheel === choices.length) return;
    indexes[wheel] = (indexes[wheel] ?? 0) + 1;
  }
}

interface Place {
  readonly choices: readonly Choice[];
  readonly indexes: readonly number[];
}

function attributesAt(originator: OrgId, kind: Kind, { choices, indexes }: Place): Attributes {
  const notice: Record<string, unknown> = { originator, kind };
  const nested: Record<string, Record<string, unknown>> = {};
  for (const [wheel, { path, values }] of choices.entries()) {
    const value = values[indexes[wheel] ?? 0];
    if (value === undefined) continue;
    const [name = '', inner] = path.split('.');
    if (inner === undefined) notice[name] = value;
    else (nested[name] ??= {})[inner] = value;
  }
  return { ...notice, ...nested } as unknown as Attributes;
}
