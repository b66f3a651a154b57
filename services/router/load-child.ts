import { errorFrom } from '../shared/kernel/errors.js';
import { loadPolicies } from '../shared/policy/policies.js';
import { digest } from '../shared/trust/digest.js';
import type { LoadAnswer, LoadRequest } from './load-alone.js';

function load({ folder, organisations }: LoadRequest): LoadAnswer {
  try {
    const members = new Map(organisations.map((facts) => [facts.id, facts]));
    return { type: 'loaded', sets: loadPolicies(folder, { organisations: members }, digest) };
  } catch (thrown) {
    const { code, message, details, cause } = errorFrom(thrown);
    const why = cause === undefined ? message : `${message}: ${String(cause)}`;
    return { type: 'refused', code, message: why, details };
  }
}

// It stays until its parent has the answer and ends it.
process.once('message', (request: LoadRequest) => {
  // A parent that was killed meanwhile takes no answer; `disconnect` follows.
  process.send?.(load(request), undefined, undefined, () => undefined);
});
process.once('disconnect', () => process.exit(0));
