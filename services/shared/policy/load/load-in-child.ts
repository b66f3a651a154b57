import { type DirectoryFacts, factsIn, type OrganisationFacts } from '../facts.js';
import type { PolicySets } from '../policies.js';
import { askChild } from './ask-child.js';

/** Reads and checks a folder for the members of a directory; rejects as `loadPolicies` throws. */
export type LoadPolicies = (folder: string, directory: DirectoryFacts) => Promise<PolicySets>;

/** The message to the child. Facts only: the keys of a directory cannot be sent to another process. */
export interface LoadRequest {
  readonly folder: string;
  readonly organisations: readonly OrganisationFacts[];
}

const LOAD_TIMEOUT_MS = 30_000;
const LOAD_HEAP_MB = 192;

/** Loads policies in a child process, which runs `answerLoad`; rejects as `loadPolicies` throws and as `askChild` does. */
export function createLoadInChild(child: URL, timeMs = LOAD_TIMEOUT_MS): LoadPolicies {
  return (folder, directory) => {
    const request: LoadRequest = { folder, organisations: factsIn(directory) };
    return askChild<LoadRequest, PolicySets>(request, { child, timeMs, heapMb: LOAD_HEAP_MB });
  };
}
