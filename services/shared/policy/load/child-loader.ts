import { errorFrom } from '../../kernel/errors.js';
import type { LoadAnswer, LoadRequest } from './load-in-child.js';
import { type Digest, loadPolicies } from '../policies.js';

/**
 * The child side of `createLoadInChild`: loads the folder that its parent asks for and runs until the parent ends it.
 */
export function answerLoad(digest: Digest): void {
  process.once('message', (request: LoadRequest) => {
    // Sending fails when the parent was killed during the load; `disconnect` follows.
    process.send?.(load(request, digest), undefined, undefined, () => undefined);
  });
  process.once('disconnect', () => process.exit(0));
}

function load({ folder, organisations }: LoadRequest, digest: Digest): LoadAnswer {
  try {
    const members = new Map(organisations.map((facts) => [facts.id, facts]));
    return { type: 'loaded', sets: loadPolicies(folder, { organisations: members }, digest) };
  } catch (thrown) {
    const { code, message, details, cause } = errorFrom(thrown);
    const why = cause === undefined ? message : `${message}: ${String(cause)}`;
    return { type: 'refused', code, message: why, details };
  }
}
