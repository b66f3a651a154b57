import type { RouterMetrics } from './metrics.js';
import type { ReceiptSteps } from '../receipts/receipts.js';
import type { RecipeSteps } from '../frames/recipe.js';

/** Wraps the steps so that the duration of each success is measured. */
export function timedSteps(steps: RecipeSteps, { step: note }: RouterMetrics): RecipeSteps {
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
export function timedReceiptSteps(steps: ReceiptSteps, { receiptStep: note }: RouterMetrics): ReceiptSteps {
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
