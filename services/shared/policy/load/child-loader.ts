import { directoryOf } from '../facts.js';
import { type Digest, loadPolicies } from '../policies.js';
import { answerRequest } from './ask-child.js';
import type { LoadRequest } from './load-in-child.js';

/** The child side of `createLoadInChild`: loads the folder that its parent asks for. */
export function answerLoad(digest: Digest): void {
  answerRequest(({ folder, organisations }: LoadRequest) =>
    loadPolicies(folder, directoryOf(organisations), digest),
  );
}
