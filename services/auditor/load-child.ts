import { directoryOf } from '../shared/policy/facts.js';
import { answerRequest } from '../shared/policy/load/ask-child.js';
import { loadBundle } from '../shared/policy/policies.js';
import { digest } from '../shared/trust/digest.js';
import type { LoadBundleMessage } from './adopted-excess.js';

/** The child side of `createAdoptedExcess`. */
answerRequest(({ files, members }: LoadBundleMessage) => loadBundle(files, directoryOf(members), digest));
