import { isMap, isNode, isScalar, type Pair, type YAMLMap } from 'yaml';
import { parseYaml } from '../../kernel/yaml-document.js';
import type { Decision } from '../../policy/decision.js';
import type { Layer } from '../../policy/engine.js';
import type { Expectation } from './case-file.js';
import type { CaseFailure, CaseRun } from './cases.js';

/** A file of cases whose expectations are what the rules give now. */
export interface UpdatedCases {
  readonly text: string;
  /** How many expectations were written. */
  readonly changed: number;
}

type RecipientFailure = Extract<CaseFailure, { readonly type: 'recipient' }>;

/** Characters of the file to replace; none when `start` is `end`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Replaces each expectation that failed by what the rules gave, and leaves every other character as it is.
 * `runs` are the results of all cases of the file, in its order. A recipient that was matched by `others`
 * gets an entry of its own.
 */
export function updateCases(text: string, runs: readonly CaseRun[]): UpdatedCases {
  const { document } = parseYaml(text);
  const edits = runs.flatMap(({ failures }, index) => {
    const expect = document.getIn(['cases', index, 'expect'], true);
    if (!isMap(expect)) return [];
    return failures.flatMap((failure) => (failure.type === 'recipient' ? editOf(expect, failure, text) : []));
  });
  // From the end, so that earlier offsets stay valid. Insertions at one offset keep the order of the recipients.
  const fromEnd = edits.toReversed().toSorted((a, b) => b.start - a.start);
  const updated = fromEnd.reduce(
    (before, { start, end, text: part }) => before.slice(0, start) + part + before.slice(end),
    text,
  );
  return { text: updated, changed: edits.length };
}

function editOf(expect: YAMLMap, { recipient, ...failure }: RecipientFailure, text: string): readonly Edit[] {
  const written = flowText(expectationOf(failure));
  const own = entryOf(expect, recipient);
  if (own !== undefined && isNode(own.value) && own.value.range) {
    const [start, end] = own.value.range;
    return [{ start, end: start + text.slice(start, end).trimEnd().length, text: written }];
  }
  const others = entryOf(expect, 'others');
  if (others === undefined || !isScalar(others.key) || !others.key.range) return [];
  const [start] = others.key.range;
  const between = expect.flow === true ? ', ' : `\n${' '.repeat(start - text.lastIndexOf('\n', start) - 1)}`;
  return [{ start, end: start, text: `${recipient}: ${written}${between}` }];
}

/** Formats an expectation as YAML on one line. */
function flowText(expectation: Expectation): string {
  if (typeof expectation === 'string') return expectation;
  const parts = Object.entries(expectation).map(([name, value]) => {
    return `${name}: ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`;
  });
  return `{ ${parts.join(', ')} }`;
}

function entryOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}

/**
 * Returns what was decided, with the parts that the old expectation names; sections, rules and obligations if
 * it was a deny.
 */
function expectationOf({
  decision,
  layer,
  wanted,
}: Pick<RecipientFailure, 'decision' | 'layer' | 'wanted'>): Expectation {
  const { outcome, because, rules } = decision;
  if (outcome === 'denied' && because === undefined) return { deny: rules.map(({ id }) => id).toSorted() };
  if (because === 'excluded' || because === 'not-addressed') return { because };
  const parts = partsOf(decision, layer);
  if (typeof wanted === 'string' || !('sections' in wanted)) {
    const { sections, rules: deciding, obligations } = parts;
    return { sections, rules: deciding, ...(obligations.length === 0 ? {} : { obligations }) };
  }
  const named = Object.entries(parts).filter(([name]) => name in wanted);
  return Object.fromEntries(named) as unknown as typeof parts;
}

function partsOf({ sections, advertised, rules, obligations }: Decision, layer: Layer) {
  const ids = rules.filter((rule) => rule.layer === layer).map(({ id }) => id);
  return {
    sections: sections.toSorted(),
    advertised: advertised.toSorted(),
    rules: ids.toSorted(),
    obligations: obligations.toSorted(),
  };
}
