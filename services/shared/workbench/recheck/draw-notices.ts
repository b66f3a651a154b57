import type { Chance } from '../../kernel/chance.js';
import type { Attributes } from '../../notice/attributes.js';
import { type HeaderLimits, headerLimits } from '../../notice/header-limits.js';
import { type Kind, KINDS } from '../../notice/kinds.js';
import { literalsIn } from '../../policy/expression.js';
import { type AttributeShape, noticeShape, type Schema } from '../../policy/schema.js';
import { isSupplied } from '../../policy/supply-faults.js';
import type { Route } from '../diff/compare-route.js';
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

interface DrawParams {
  readonly route: Route;
  /** The schemas whose words may be drawn. */
  readonly schemas: readonly Schema[];
  /** The rules that the notices should reach, in turn. */
  readonly targets: readonly PolicyJson[];
  readonly chance: Chance;
}

/** The words that a rule names, by entity type. */
type NamedWords = ReadonlyMap<string, readonly string[]>;

/**
 * The share of words that are drawn from those that a rule names, because other words seldom meet a
 * condition.
 */
const NAMED_SHARE = 0.7;
const ABSENT_SHARE = 0.2;
const EMPTY_SHARE = 0.25;
/** The share of sets that have all words of a rule and no others, which meet `==` and `containsAll`. */
const WHOLE_SHARE = 0.1;
const MAX_WORDS = 3;

/** Returns a function that draws notices of a route that the schema of their kind allows. */
export function createDraw({ route, schemas, targets, chance }: DrawParams): () => Attributes {
  const isDrawn = (path: string): boolean => path !== 'originator' && path !== 'kind' && isSupplied(path);
  const shape = mergedShape(schemas).filter(({ path }) => isDrawn(path));
  const named = targets.map((rule) => namedWords(rule, route));
  let drawn = 0;
  return () => {
    const target = named[drawn++ % Math.max(1, named.length)] ?? NOTHING;
    const kind = drawWord({ words: KINDS, named: target.get('Kind') }, chance) as Kind;
    const limits = headerLimits(kind);
    const notice: Record<string, unknown> = { originator: route.originator, kind };
    for (const attribute of shape) {
      const value = drawValue({ attribute, limits, named: target.get(attribute.type) }, chance);
      if (value !== undefined) place(notice, attribute.path, value);
    }
    return notice as unknown as Attributes;
  };
}

const NOTHING: NamedWords = new Map();

/** Merges the words of all schemas. */
function mergedShape(schemas: readonly Schema[]): readonly AttributeShape[] {
  const merged = new Map<string, AttributeShape>();
  for (const attribute of schemas.flatMap(noticeShape)) {
    const known = merged.get(attribute.path) ?? attribute;
    const words = [...new Set([...known.words, ...attribute.words])];
    merged.set(attribute.path, { ...known, words, optional: known.optional || attribute.optional });
  }
  return [...merged.values()];
}

/** Returns the words that a rule names, and the ids of both members of the route, which consents may name. */
function namedWords(rule: PolicyJson, { originator, recipient }: Route): NamedWords {
  const named = new Map<string, string[]>([['OrgId', [recipient, originator]]]);
  for (const { type, id } of literalsIn(rule)) named.set(type, [...(named.get(type) ?? []), id]);
  return named;
}

interface ValueParams {
  readonly attribute: AttributeShape;
  readonly limits: HeaderLimits;
  readonly named: readonly string[] | undefined;
}

function drawValue({ attribute, limits, named }: ValueParams, chance: Chance): unknown {
  const { path, form, words, optional } = attribute;
  if (form === 'flag') return chance.next() < 0.5;
  if (form === 'set') return path === 'codes' && limits.codesEmpty ? [] : drawSet({ words, named }, chance);
  const allowed = limits.words[path] ?? words;
  const mayBeAbsent = optional && !limits.required.includes(path);
  if (mayBeAbsent && chance.next() < ABSENT_SHARE) return undefined;
  return drawWord({ words: words.filter((word) => allowed.includes(word)), named }, chance);
}

interface WordParams {
  readonly words: readonly string[];
  readonly named: readonly string[] | undefined;
}

function drawWord({ words, named = [] }: WordParams, chance: Chance): string | undefined {
  const known = named.filter((word) => words.includes(word));
  return chance.one(known.length > 0 && chance.next() < NAMED_SHARE ? known : words);
}

function drawSet(params: WordParams, chance: Chance): readonly string[] {
  const { words, named = [] } = params;
  if (words.length === 0 || chance.next() < EMPTY_SHARE) return [];
  if (chance.next() < WHOLE_SHARE) return words.filter((word) => named.includes(word));
  const drawn = Array.from({ length: chance.whole(1, MAX_WORDS) }, () => drawWord(params, chance));
  return [...new Set(drawn.flatMap((word) => word ?? []))];
}

function place(notice: Record<string, unknown>, path: string, value: unknown): void {
  const [name = '', inner] = path.split('.');
  notice[name] = inner === undefined ? value : { ...(notice[name] as object), [inner]: value };
}
