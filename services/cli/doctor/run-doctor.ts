import { errorFrom } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Output, Paint } from '../output.js';
import { findRunning, type RunFile } from '../places.js';
import { bad, type Check, type Finding, type Patient } from './check.js';
import { federationChecks } from './federation-checks.js';
import { hostChecks, machineChecks } from './machine-checks.js';
import { ping } from './ping.js';
import { trustChecks } from './trust-checks.js';

interface Visit {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly output: Output;
  readonly ping: boolean;
}

/** Every check in order, each shown as it is found. */
export async function runDoctor({ home, env, output, ...visit }: Visit): Promise<ExitCode> {
  const { run, fault } = lookFor(home);
  const patient = { home, env, run, now: new Date() };
  const all = [...machineChecks, ...trustChecks, ...federationChecks, ...(visit.ping ? [ping] : [])];
  const checks = fault === undefined ? all : [...hostChecks, fault];
  const findings: Finding[] = [];
  for (const check of checks) {
    const finding = await look(check, patient);
    findings.push(finding);
    output.show({ check: check.name, ...finding }, () => line(check.name, finding, output.paint));
  }
  const wrong = findings.filter(({ state }) => state === 'bad').length;
  if (!output.json) output.print(`\n${verdict(wrong, findings.length, output.paint)}`);
  return wrong === 0 ? EXIT.yes : EXIT.no;
}

/** Every other check looks into the home too: where that cannot be, it is the one thing to say. */
function lookFor(home: Home): { readonly run: RunFile | undefined; readonly fault?: Check } {
  try {
    return { run: findRunning(home) };
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    const finding = bad(`${message} [${code}]`, `ls -l ${home.run}   # whose it is, and from when`);
    return { run: undefined, fault: { name: 'home', look: () => finding } };
  }
}

async function look(check: Check, patient: Patient): Promise<Finding> {
  try {
    return await check.look(patient);
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    return bad(
      `${message} [${code}]`,
      `liaison ${check.name === 'ping' ? 'tail' : 'config print'}   # what is configured, what happens`,
    );
  }
}

const MARK = { ok: '✓', bad: '✗', skip: '–' } as const;

function line(name: string, { state, says, mend }: Finding, { green, red, dim, cyan }: Paint): string {
  const colour = { ok: green, bad: red, skip: dim }[state];
  const first = `${colour(MARK[state])} ${name.padEnd(12)} ${state === 'skip' ? dim(says) : says}`;
  return mend === undefined ? first : `${first}\n  ${' '.repeat(12)} ${dim('mend:')} ${cyan(mend)}`;
}

function verdict(wrong: number, all: number, { green, red }: Paint): string {
  return wrong === 0 ? green('nothing to mend') : red(`${wrong} of ${all} to mend`);
}
