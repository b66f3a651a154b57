import { type OrderOptions, orderOptions, runOrder } from './run-order.js';
import type { Verb } from '../verb.js';

export const verb: Verb<OrderOptions> = {
  configure: orderOptions,
  examples: [['notice resume 0190b7a2-… --wait', 'holders show a suspended notice again']],
  run: (call) => runOrder(call, { path: 'resume', body: {} }),
};
