import { fork } from 'node:child_process';
import { type Detail, fail, parseCode } from '../../kernel/errors.js';
import { factsOf, type OrganisationFacts } from '../facts.js';
import type { PolicySets } from '../policies.js';
import type { LoadPolicies } from './watch.js';

/** The message to the child. Facts only: the keys of a directory cannot be sent to another process. */
export interface LoadRequest {
  readonly folder: string;
  readonly organisations: readonly OrganisationFacts[];
}

/** The answer of the child: the loaded sets as plain data, or why the folder does not load. */
export type LoadAnswer =
  | { readonly type: 'loaded'; readonly sets: PolicySets }
  | {
      readonly type: 'refused';
      readonly code: string;
      readonly message: string;
      readonly details: readonly Detail[];
    };

const LOAD_TIMEOUT_MS = 30_000;
const CHILD_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=192'];

/**
 * Loads policies in a child process that ends afterwards: Cedar's WebAssembly takes about 100 MB and never frees them
 * (docs/adr/0005). Rejects with `policy-missing` when the child dies or takes longer than `timeMs`, else as
 * `loadPolicies`.
 */
export function createLoadInChild(child: URL, timeMs = LOAD_TIMEOUT_MS): LoadPolicies {
  return (folder, { organisations }) =>
    new Promise((resolve, reject) => {
      const loader = fork(child, {
        execArgv: CHILD_FLAGS,
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const timer = setTimeout(() => loader.kill('SIGKILL'), timeMs);
      const died = (how: string): void => {
        clearTimeout(timer);
        reject(fail('policy-missing', `the process that loads the policies ended: ${how}`));
      };
      loader.once('message', (message) => {
        // The child runs `answerLoad`, so the shape of its message is not checked.
        const answer = message as LoadAnswer;
        clearTimeout(timer);
        if (answer.type === 'loaded') resolve(answer.sets);
        else reject(fail(parseCode(answer.code), answer.message, answer.details));
        loader.kill('SIGKILL');
      });
      loader.on('error', ({ message }) => died(message));
      // A message may still arrive after `exit`, but not after `close`.
      loader.once('close', (code, signal) => died(String(signal ?? code)));
      loader.send({
        folder,
        organisations: Array.from(organisations.values(), factsOf),
      } satisfies LoadRequest);
    });
}
