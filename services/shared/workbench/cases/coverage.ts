import { compileExpression } from '../../policy/compile/compile-expression.js';
import type { Bindings } from '../../policy/compile/term.js';
import type { Engine, Question } from '../../policy/engine.js';
import type { Rule } from '../../policy/rule.js';
import { createBind } from '../explain/bind.js';
import { createEvaluateByCedar, type EvaluateByCedar } from '../explain/cedar-conditions.js';
import { conditionsOf, type Part } from '../explain/conditions.js';
import { printExpression } from '../print/print-expression.js';
import type { Workspace } from '../workspace.js';

/** How many of a total are covered. */
export interface Figure {
  readonly covered: number;
  readonly total: number;
}

/** A rule that applied in no case, or a condition that was `true` in no case or `false` in no case. */
export type CoverageGap =
  | { readonly type: 'rule'; readonly rule: string; readonly place: string }
  | {
      readonly type: 'condition';
      readonly rule: string;
      readonly place: string;
      readonly condition: string;
      readonly missing: readonly boolean[];
    };

/** The coverage of rules by cases. */
export interface Coverage {
  readonly rules: Figure;
  /** Covered when both `true` and `false` occurred. A condition is an operand that no `&&` or `||` splits further. */
  readonly conditions: Figure;
  /** In the order of the rules. */
  readonly gaps: readonly CoverageGap[];
}

/** The engine of the workspace, instrumented, and the coverage it has recorded. */
export interface MeasuredEngine {
  readonly engine: Engine;
  readonly report: () => Coverage;
}

/**
 * Returns an engine that records which rules applied and which conditions were true or false: of all rules, or only of those of one
 * owner, an organisation or `federation`.
 */
export function measureCoverage({ engine, sets }: Workspace, only?: string): MeasuredEngine {
  const bind = createBind(sets.schema);
  const byCedar = createEvaluateByCedar(sets);
  const traced = new Map(
    [...sets.sets]
      .filter(([name]) => only === undefined || name.split('/')[0] === only)
      .map(([name, { rules }]) => [name, rules.map((rule) => trace(rule))] as const),
  );
  const watch = (set: string, question: Question): void => {
    const bindings = bind(question);
    if (bindings === undefined) return;
    for (const { rule, record } of traced.get(set) ?? []) {
      if (rule.permissions.has(question.permission)) record({ bindings, question, byCedar });
    }
  };
  return {
    engine: {
      evaluate(set, question) {
        watch(set, question);
        return engine.evaluate(set, question);
      },
    },
    report: () => reportOf([...traced.values()].flat()),
  };
}

/** One condition, and the values it had. */
interface TracedCondition {
  readonly text: string;
  readonly seen: Set<boolean>;
}

interface TracedRule {
  readonly rule: Rule;
  readonly leaves: readonly TracedCondition[];
  /** Holds `true` once the rule applied. */
  readonly applied: Set<boolean>;
  readonly record: (asked: Asked) => void;
}

/** A question, and how its conditions are evaluated. */
interface Asked {
  readonly bindings: Bindings;
  readonly question: Question;
  readonly byCedar: EvaluateByCedar;
}

function trace(rule: Rule): TracedRule {
  const leaves: TracedCondition[] = [];
  const applied = new Set<boolean>();
  const visit = visitAll(
    conditionsOf(rule).map((condition) => visitorOf(condition, leaves)),
    'all',
  );
  const record = (asked: Asked): void => {
    if (visit(asked) === true) applied.add(true);
  };
  return { rule, leaves, applied, record };
}

/**
 * Evaluates a part and records its conditions. Undefined when a condition cannot be evaluated: later ones are
 * skipped.
 */
type Visit = (asked: Asked) => boolean | undefined;

/**
 * Visits parts in Cedar's order and stops where Cedar stops: parts after the deciding one are not evaluated.
 */
function visitorOf({ node, join, parts }: Part, leaves: TracedCondition[]): Visit {
  if (join !== undefined)
    return visitAll(
      parts.map((part) => visitorOf(part, leaves)),
      join,
    );
  const leaf: TracedCondition = { text: printExpression(node), seen: new Set() };
  leaves.push(leaf);
  return visitLeaf(leaf, { node, term: compileExpression(node) });
}

function visitAll(visits: readonly Visit[], join: 'all' | 'any'): Visit {
  return (asked) => {
    for (const visit of visits) {
      const value = visit(asked);
      if (value !== (join === 'all')) return value;
    }
    return join === 'all';
  };
}

/**
 * Evaluates a condition and records its value. Cedar evaluates one that cannot be compiled (docs/adr/0005).
 */
function visitLeaf({ seen }: TracedCondition, { node, term }: Pick<Part, 'node' | 'term'>): Visit {
  return ({ bindings, question, byCedar }) => {
    const value = term === undefined ? byCedar(node, question) : term(bindings);
    if (typeof value !== 'boolean') return undefined;
    seen.add(value);
    return value;
  };
}

function reportOf(traced: readonly TracedRule[]): Coverage {
  const gaps = traced.flatMap(gapsOf);
  const count = (type: CoverageGap['type']): number => gaps.filter((gap) => gap.type === type).length;
  const conditions = traced.reduce((sum, { leaves }) => sum + leaves.length, 0);
  return {
    rules: { covered: traced.length - count('rule'), total: traced.length },
    conditions: { covered: conditions - count('condition'), total: conditions },
    gaps,
  };
}

function gapsOf({ rule, leaves, applied }: TracedRule): readonly CoverageGap[] {
  const at = { rule: rule.id, place: rule.place };
  const conditions = leaves.flatMap(({ text, seen }): readonly CoverageGap[] => {
    const missing = [true, false].filter((way) => !seen.has(way));
    return missing.length === 0 ? [] : [{ type: 'condition', ...at, condition: text, missing }];
  });
  return applied.has(true) ? conditions : [{ type: 'rule', ...at }, ...conditions];
}

/**
 * Returns a percentage with one decimal, rounded down so that only full coverage gives 100; 100 for a total
 * of 0.
 */
export function percentOf({ covered, total }: Figure): number {
  return total === 0 ? 100 : Math.floor((covered * 1000) / total) / 10;
}
