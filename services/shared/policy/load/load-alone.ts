import { fork } from 'node:child_process';
import { type Detail, fail, parseCode } from '../../kernel/errors.js';
import type { OrganisationFacts } from '../facts.js';
import type { PolicySets } from '../policies.js';
import type { LoadPolicies } from './watch.js';

/** What the child is asked. Facts alone: the keys of a directory cannot be sent to another process. */
export interface LoadRequest {
  readonly folder: string;
  readonly organisations: readonly OrganisationFacts[];
}

/** What the child says: plain data, or why the folder does not load. */
export type LoadAnswer =
  | { readonly type: 'loaded'; readonly sets: PolicySets }
  | {
      readonly type: 'refused';
      readonly code: string;
      readonly message: string;
      readonly details: readonly Detail[];
    };

const TIME_MS = 30_000;
const CHILD_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=192'];

/**
 * Loads in a child process that ends afterwards: Cedar's WebAssembly takes about 100 MB and never gives them back
 * (docs/adr/0005). A child that dies or takes longer than `timeMs` is `policy-missing`.
 */
export function createLoadAlone(child: URL, timeMs = TIME_MS): LoadPolicies {
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
        // Our own module at the other end, so the shape is not checked.
        const answer = message as LoadAnswer;
        clearTimeout(timer);
        if (answer.type === 'loaded') resolve(answer.sets);
        else reject(fail(parseCode(answer.code), answer.message, answer.details));
        loader.kill('SIGKILL');
      });
      loader.on('error', ({ message }) => died(message));
      // After `close` no message comes any more, after `exit` one may.
      loader.once('close', (code, signal) => died(String(signal ?? code)));
      loader.send({ folder, organisations: factsOf(organisations.values()) } satisfies LoadRequest);
    });
}

function factsOf(organisations: Iterable<OrganisationFacts>): readonly OrganisationFacts[] {
  return Array.from(organisations, ({ id, groups, accreditedFor, agreements }) => ({
    id,
    groups,
    accreditedFor,
    agreements,
  }));
}
