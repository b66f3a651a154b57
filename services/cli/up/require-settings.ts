import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { isProgram } from '../../shared/kernel/find-program.js';
import { type Detail, errorFrom, fail } from '../../shared/kernel/errors.js';
import { variableOf } from '../../shared/runtime/config.js';
import { shippedPolicies } from '../../shared/runtime/root.js';
import { readNamed, unknownSettings } from '../../shared/runtime/settings.js';
import { digest } from '../../shared/trust/digest.js';
import { INHERITED_SETTINGS } from './child-settings.js';

type HandedOn = ReturnType<typeof readNamed>['values'];

/**
 * Looks at everything that processes of this machine will read, before any of them starts: a child would find it only
 * after the broker runs, and again at each try. Throws one `config-invalid` with every problem.
 */
export async function requireSettings(env: NodeJS.ProcessEnv): Promise<void> {
  const { values, problems } = readNamed(INHERITED_SETTINGS, env);
  const all = [...problems, ...unknownSettings(env), ...(await problemsHere(values, env))];
  if (all.length === 0) return;
  const what = all.length === 1 ? 'a setting is wrong' : `${all.length} settings are wrong`;
  throw fail('config-invalid', `${what}, and nothing was started`, all);
}

/** What is well written and cannot be on this machine. */
async function problemsHere(
  { policies, traceFile = '', host, metricsHost }: HandedOn,
  { LIAISON_NATS_SERVER: program = '' }: NodeJS.ProcessEnv,
): Promise<readonly Detail[]> {
  const found: readonly (readonly [path: string, message: string | undefined])[] = [
    [variableOf('policies'), await whyNoRules(policies)],
    [variableOf('traceFile'), whyNotAppended(traceFile)],
    [variableOf('host'), await whyNotHere(host)],
    [variableOf('metricsHost'), await whyNotHere(metricsHost)],
    [
      'LIAISON_NATS_SERVER',
      program === '' || isProgram(program) ? undefined : `\`${program}\` cannot be run`,
    ],
  ];
  return found.flatMap(([path, message]) => (message === undefined ? [] : [{ path, message }]));
}

/** A router without rules serves nobody, and says so only once everything runs. Those that come with the code hold. */
async function whyNoRules(folder: string | undefined): Promise<string | undefined> {
  if (folder === undefined || folder === shippedPolicies) return undefined;
  // Cedar comes with it.
  const { loadPolicies } = await import('../../shared/policy/policies.js');
  const { readFacts } = await import('../../shared/policy/facts.js');
  try {
    loadPolicies(folder, readFacts(join(shippedPolicies, 'federation', 'directory.yaml')), digest);
    return undefined;
  } catch (thrown) {
    return `no router can work by \`${folder}\`: ${errorFrom(thrown).message}`;
  }
}

function whyNotAppended(path: string): string | undefined {
  if (path === '') return undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    return undefined;
  } catch {
    return `\`${path}\` cannot be appended to`;
  }
}

/** The others and the command line look for each process on the loopback interface. */
async function whyNotHere(host: string | undefined): Promise<string | undefined> {
  if (host === undefined) return undefined;
  const server = await listen(host);
  if (server === undefined) return `\`${host}\` is no address that this machine can listen on`;
  const { port } = server.address() as { readonly port: number };
  const isReached = await reaches(port);
  server.close();
  return isReached
    ? undefined
    : `\`${host}\` is not reached from 127.0.0.1, where everything here is looked for`;
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
