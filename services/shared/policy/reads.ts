import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { OrgId } from '../kernel/ids.js';
import { attributeReads, nodeReads } from './attribute-reads.js';
import { isNode, literalOf, literalsOf, type Node, operatorOf, pathOf } from './expression.js';
import type { OrganisationFacts } from './facts.js';
import { entity } from './value.js';

/** What rules read of a notice: per attribute its whole value, or only whether it has these words. */
export type Reads = Map<string, 'all' | Set<string>>;

/** The part of a question that is known before any notice. What is absent is unknown. */
export interface KnownFacts {
  readonly originator?: OrgId;
  readonly recipient?: OrganisationFacts;
  readonly section?: string;
}

/**
 * Adds to `reads` what the outcome of a rule can depend on, in Cedar's order of evaluation: the right side of an `&&`
 * whose left side is known to be false is not read. Returns false when the rule is known not to apply to any notice.
 */
export function addReads(reads: Reads, rule: PolicyJson, known: KnownFacts): boolean {
  // Only `==` and `in` on the resource read more than attributes. The checks refuse both; this does not rely on it.
  if (rule.resource.op !== 'All' && rule.resource.op !== 'is') add(reads, '', 'all');
  for (const { kind, body } of rule.conditions) {
    if (fold(body as Node, { reads, known }) === (kind === 'unless')) return false;
  }
  return true;
}

/** True when what a rule reads may depend on the originator. */
export function readsOriginator({ conditions }: PolicyJson): boolean {
  return conditions.some(({ body }) =>
    attributeReads(body as Node).some(
      ({ variable, path }) => variable === 'resource' && (path === '' || path === 'originator'),
    ),
  );
}

interface Walk {
  readonly reads: Reads;
  readonly known: KnownFacts;
}

/** Returns the value of a condition when it is known; else adds what the condition reads and returns undefined. */
function fold(node: Node, walk: Walk): boolean | undefined {
  const [operator, inside] = operatorOf(node);
  if (operator === 'Value') return typeof inside === 'boolean' ? inside : undefined;
  if (!isNode(inside)) return collect(node, walk);
  const { left, right, arg } = inside as Readonly<Record<string, Node>>;
  if (operator === '!' && arg !== undefined) return negated(fold(arg, walk));
  if (operator === 'if-then-else') return foldChoice(inside as Readonly<Record<string, Node>>, walk);
  if (left === undefined || right === undefined) return collect(node, walk);
  if (operator === '&&' || operator === '||') {
    const stops = operator === '||';
    const first = fold(left, walk);
    if (first === stops) return first;
    const second = fold(right, walk);
    return second === stops || first !== undefined ? second : undefined;
  }
  const [a, b] = [constantOf(left, walk.known), constantOf(right, walk.known)];
  const value = a !== undefined && b !== undefined ? compare(operator, a, b) : undefined;
  return value ?? collect(node, walk);
}

function negated(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function foldChoice({ if: test, then, else: otherwise }: Readonly<Record<string, Node>>, walk: Walk) {
  const value = test === undefined ? undefined : fold(test, walk);
  const [yes, no] = [then, otherwise].map((branch, index) =>
    branch === undefined || value === (index === 1) ? undefined : fold(branch, walk),
  );
  return value === undefined ? undefined : value ? yes : no;
}

/** An entity, or a set of entities, as `Kind::"red"`: words of different types are never equal. */
type Constant = string | ReadonlySet<string>;

const entities = (type: string, ids: readonly string[]): Constant =>
  new Set(ids.map((id) => entity(type, id)));

function constantOf(node: Node, { originator, recipient, section }: KnownFacts): Constant | undefined {
  const literal = literalOf(node);
  if (literal !== undefined) return entity(literal.type, literal.id);
  const literals = literalsOf(node);
  if (literals !== undefined) return new Set(literals.map(({ type, id }) => entity(type, id)));
  switch (pathOf(node)?.join('.')) {
    case 'resource.originator':
      return originator && entity('OrgId', originator);
    case 'context.section':
      return section && entity('Section', section);
    case 'principal.id':
      return recipient && entity('OrgId', recipient.id);
    case 'principal.groups':
      return recipient && entities('Group', recipient.groups);
    case 'principal.accreditedFor':
      return recipient && entities('Classification', recipient.accreditedFor);
    case 'principal.agreements':
      return recipient && entities('OrgId', recipient.agreements);
    case undefined:
      return undefined;
  }
  return undefined;
}

function compare(operator: string, a: Constant, b: Constant): boolean | undefined {
  if (typeof a === 'string') {
    if (typeof b !== 'string') return operator === 'in' ? b.has(a) : undefined;
    return operator === '==' || operator === 'in' ? a === b : operator === '!=' ? a !== b : undefined;
  }
  if (operator === 'contains') return typeof b === 'string' ? a.has(b) : undefined;
  return undefined;
}

/** Adds what an expression without a known value reads. Returns undefined always, for the caller to return. */
function collect(node: Node, walk: Walk): undefined {
  const [operator, inside] = operatorOf(node);
  if (isNode(inside) && narrowed(operator, inside, walk)) return undefined;
  const { reads, operands } = nodeReads(node);
  for (const { variable, path, isPresence } of reads) {
    if (variable === 'resource') add(walk.reads, path, isPresence ? [] : 'all');
  }
  for (const operand of operands) collect(operand, walk);
  return undefined;
}

/** Adds only the named words for comparisons such as `resource.kind == Kind::"red"`, which depend on nothing else. */
function narrowed(operator: string, { left, right }: Node, { reads, known }: Walk): boolean {
  const sides = [
    [left, right],
    [right, left],
  ] as const;
  for (const [side, other] of sides) {
    const path = pathOf(side);
    const words = isNode(other) ? constantOf(other, known) : undefined;
    if (path?.[0] !== 'resource' || path[1] === '' || words === undefined) continue;
    // `[…].containsAll(resource.codes)` depends on every word of the notice.
    if (operator === 'containsAll' && side === right) continue;
    if (!['==', '!=', 'in', 'contains', 'containsAny', 'containsAll'].includes(operator)) continue;
    if ((operator === '==' || operator === '!=') && typeof words !== 'string') continue;
    add(reads, path[1], [...(typeof words === 'string' ? [words] : words)].map(wordOf));
    return true;
  }
  return false;
}

/** Returns `red` for `Kind::"red"`. */
const wordOf = (text: string): string => text.slice(text.indexOf('"') + 1, -1);

function add(reads: Reads, path: string, words: 'all' | Iterable<string>): void {
  const before = reads.get(path);
  if (before === 'all') return;
  if (words === 'all') return void reads.set(path, 'all');
  const more = [...words].filter((word) => before?.has(word) !== true);
  // The set is replaced, not changed: the reads of several originators may share it.
  if (before === undefined || more.length > 0) reads.set(path, new Set([...(before ?? []), ...more]));
}
