import type { Tracer } from '../../shared/runtime/tracer.js';
import { noticeSteps, type RecipeSteps } from '../frames/recipe.js';
import { type ReceiptSteps, receiptSteps } from '../receipts/receipts.js';
import type { RouterMetrics } from './metrics.js';
import { type Recipes, traceSteps } from './traced-steps.js';

interface ObserveParams {
  /** Absent: the steps that production uses. */
  readonly steps?: RecipeSteps;
  readonly receiptSteps?: ReceiptSteps;
  /** Undefined: nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

/** The recipes with every step timed; those for frames of organisations are traced too. */
export interface ObservedRecipes {
  readonly recipes: Recipes;
  /** Not traced: a replayed frame has left its sender's trace, and its command is on the ledger. */
  readonly replayRecipes: Recipes;
}

/** Wraps the steps of both recipes with metrics and, when a tracer is given, with spans. */
export function observeRecipes(params: ObserveParams, metrics: RouterMetrics): ObservedRecipes {
  const timed = {
    steps: timedSteps(params.steps ?? noticeSteps, metrics),
    receiptSteps: timedReceiptSteps(params.receiptSteps ?? receiptSteps, metrics),
  };
  const { tracer } = params;
  return { recipes: tracer === undefined ? timed : traceSteps(timed, tracer), replayRecipes: timed };
}

/** Wraps the steps so that the duration of each success is measured. */
function timedSteps(steps: RecipeSteps, { step: note }: RouterMetrics): RecipeSteps {
  return {
    open: timed(steps.open, (took) => note('open', took)),
    decide: timed(steps.decide, (took) => note('decide', took)),
    record: timed(steps.record, (took) => note('record', took)),
    deliver: timed(steps.deliver, (took) => note('deliver', took)),
    report: timed(steps.report, (took) => note('report', took)),
    settle: timed(steps.settle, (took) => note('settle', took)),
  };
}

/** The same for receipts. */
function timedReceiptSteps(steps: ReceiptSteps, { receiptStep: note }: RouterMetrics): ReceiptSteps {
  return {
    open: timed(steps.open, (took) => note('open', took)),
    record: timed(steps.record, (took) => note('record', took)),
    forward: timed(steps.forward, (took) => note('forward', took)),
    settle: timed(steps.settle, (took) => note('settle', took)),
  };
}

function timed<A extends readonly unknown[], R>(
  work: (...args: A) => R,
  note: (seconds: number) => void,
): (...args: A) => R {
  return (...args) => {
    const began = performance.now();
    const result = work(...args);
    const end = (): void => note((performance.now() - began) / 1000);
    if (result instanceof Promise) result.then(end, () => undefined);
    else end();
    return result;
  };
}
