import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { isProgram } from '../../shared/kernel/find-program.js';
import { type Detail, errorFrom, fail } from '../../shared/kernel/errors.js';
import { variableOf } from '../../shared/runtime/config.js';
import { shippedPolicies } from '../../shared/runtime/root.js';
import { readNamed, unknownSettings } from '../../shared/runtime/settings.js';
import { digest } from '../../shared/trust/digest.js';
import type { Verb } from '../verb.js';
import { INHERITED_SETTINGS } from './inherited-settings.js';

type HandedOn = ReturnType<typeof readNamed>['values'];

/**
 * Validates the settings that the processes of `up` inherit, before any of them starts: a process would find a problem only
 * after the broker runs, and again at each restart. Throws one `config-invalid` with every problem.
 */
export async function requireSettings(
  env: NodeJS.ProcessEnv,
  starts: NonNullable<Verb['starts']> = 'federation',
): Promise<void> {
  const { values, problems } = readNamed(INHERITED_SETTINGS, env);
  const all = [...problems, ...unknownSettings(env), ...(await machineProblems(values, env, starts))];
  if (all.length === 0) return;
  const what = all.length === 1 ? 'a setting is wrong' : `${all.length} settings are wrong`;
  throw fail('config-invalid', `${what}, and nothing was started`, all);
}

/** Returns the problems of valid values on this machine: paths and addresses that cannot be used. */
async function machineProblems(
  { policies, policySource, traceFile = '', host, metricsHost }: HandedOn,
  { LIAISON_NATS_SERVER: program = '' }: NodeJS.ProcessEnv,
  starts: NonNullable<Verb['starts']>,
): Promise<readonly Detail[]> {
  const found: readonly (readonly [path: string, message: string | undefined])[] = [
    [
      variableOf('policies'),
      await policiesProblem(policies, policySource === 'releases' ? 'releases' : starts),
    ],
    [variableOf('traceFile'), traceFileProblem(traceFile)],
    [variableOf('host'), await hostProblem(host)],
    [variableOf('metricsHost'), await hostProblem(metricsHost)],
    [
      'LIAISON_NATS_SERVER',
      program === '' || isProgram(program) ? undefined : `\`${program}\` cannot be run`,
    ],
  ];
  return found.flatMap(([path, message]) => (message === undefined ? [] : [{ path, message }]));
}

/**
 * Returns why a folder of policies does not load; the shipped folder is not checked. The members of a demonstration are those
 * of the shipped folder, those of a hub the ones that its own folder names; where members release their rules, the folder has
 * only those of the federation.
 */
async function policiesProblem(
  folder: string | undefined,
  starts: NonNullable<Verb['starts']> | 'releases',
): Promise<string | undefined> {
  if (folder === undefined || folder === shippedPolicies) return undefined;
  // Imported on demand, as it loads Cedar.
  const { loadPolicies } = await import('../../shared/policy/policies.js');
  const { readFacts } = await import('../../shared/policy/facts.js');
  try {
    const members = readFacts(starts === 'federation' ? shippedPolicies : folder);
    loadPolicies(folder, starts === 'releases' ? { organisations: new Map() } : members, digest);
    return undefined;
  } catch (thrown) {
    return `the router cannot use \`${folder}\`: ${errorFrom(thrown).message}`;
  }
}

function traceFileProblem(path: string): string | undefined {
  if (path === '') return undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    return undefined;
  } catch {
    return `\`${path}\` cannot be written`;
  }
}

/** Returns why processes cannot listen on a host: the others and the command line reach them through 127.0.0.1. */
async function hostProblem(host: string | undefined): Promise<string | undefined> {
  if (host === undefined) return undefined;
  const server = await listen(host);
  if (server === undefined) return `\`${host}\` is not an address of this machine`;
  const { port } = server.address() as { readonly port: number };
  const isReached = await reaches(port);
  server.close();
  return isReached
    ? undefined
    : `\`${host}\` cannot be reached through 127.0.0.1, which the other processes use`;
}

function listen(host: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(0, host, () => resolve(server));
  });
}

function reaches(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('connect', () => socket.destroy());
    socket.once('error', () => resolve(false));
  });
}
