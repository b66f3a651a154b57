import '../shared/runtime/small-wasm.js';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorFrom } from '../shared/kernel/errors.js';
import { variableOf } from '../shared/runtime/config.js';
import type { Home } from '../shared/runtime/home.js';
import { projectRoot } from '../shared/runtime/root.js';
import { createStopRule } from '../shared/kernel/stop-rule.js';
import { requireHomeContract } from '../shared/trust/home-contract.js';
import { unknownSettings } from '../shared/runtime/settings.js';
import { EXIT, type ExitCode, exitCodeOf, exitCodeOfThrown } from './terminal/exit-codes.js';
import { createOutput, type Output } from './terminal/output.js';
import { findHome } from './home/find-home.js';
import { withHomeDefaults } from './home/home-defaults.js';
import { withPoliciesOf } from './home/policies-folder.js';
import { type Parsed, runProgram } from './program.js';
import { showError } from './terminal/show-error.js';
import { requireSettings } from './up/require-settings.js';
import { fromSystemError, writeFailure } from './home/file-errors.js';
import type { Verb } from './verb.js';

const words = process.argv.slice(2);
const { stdout, stderr } = process;
// Read before parsing, so that a usage error too is written in the form that was asked for.
const output: Output = createOutput({ stdout, stderr, env: process.env, json: words.includes('--json') });
let code: ExitCode = EXIT.yes;

const controller = new AbortController();
const stopping = controller.signal;

/** Runs a verb with the home and output of this call. */
async function act(verb: Verb, { args, options }: Parsed): Promise<void> {
  const home = findHome(typeof options['home'] === 'string' ? options['home'] : undefined, process.env);
  listenToSignals();
  if (verb.anyHome !== true) requireHomeContract(home);
  const env = envOf(verb, home, options);
  if (verb.starts !== undefined) await requireSettings(env, verb.starts);
  else for (const { path, message } of unknownSettings(env)) output.note(`\`${path}\` ${message}`);
  const given = withPoliciesOf(env, options) as never;
  code = await verb.run({ args, options: given, home, env, output, stopping });
}

/**
 * Returns the environment of a call, with the defaults of its home. A folder of policies on the command line of a verb that starts
 * processes is checked, and given to them, like one in the environment. A verb that needs no home does without one that is damaged.
 */
function envOf(verb: Verb, home: Home, { policies, policiesGiven }: Parsed['options']): NodeJS.ProcessEnv {
  const named = verb.starts !== undefined && policiesGiven === true;
  const variable = variableOf('policies');
  const given = { [variable]: resolve(String(policies)), [`${variable}_FILE`]: undefined };
  const own = named ? { ...process.env, ...given } : process.env;
  try {
    return withHomeDefaults(home, own);
  } catch (error) {
    if (verb.anyHome === true) return own;
    throw error;
  }
}

/** Aborts `stopping` at the first SIGINT, SIGTERM or SIGHUP; another one half a second later or more ends the process. */
function listenToSignals(): void {
  const stop = createStopRule({
    first: (signal) => controller.abort(signal),
    again: () => process.exit(EXIT.interrupted),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

function version(): string {
  const text = readFileSync(join(projectRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

// A reader that closed the pipe (`liaison tail | head -1`) ends the call silently, with the exit code of the verb.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return controller.abort('SIGPIPE');
  const unwritten = writeFailure('stdout', error);
  showError(unwritten, output);
  process.exit(exitCodeOf(unwritten));
});

try {
  await runProgram({ words, version: version(), act, write: (text) => void stdout.write(text) });
} catch (thrown) {
  const error = errorFrom(fromSystemError(thrown));
  code = exitCodeOfThrown(error, stopping);
  if (code !== EXIT.interrupted && code !== EXIT.yes) showError(error, output);
}
// Exits once stdout is flushed: open keep-alive sockets and watchers must not keep the process alive.
stdout.write('', (error) => {
  // The error listener above exits on any other failed write.
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(code);
});
