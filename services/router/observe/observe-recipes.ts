import type { Tracer } from '../../shared/runtime/tracer.js';
import { noticeSteps, type RecipeSteps } from '../frames/recipe.js';
import { type ReceiptSteps, receiptSteps } from '../receipts/receipts.js';
import type { RouterMetrics } from './metrics.js';
import { timedReceiptSteps, timedSteps } from './timed-steps.js';
import { type Recipes, traceSteps } from './traced-steps.js';

interface ObserveParams {
  /** Absent: those of production. */
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
