import { errorFrom } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output, Paint } from '../terminal/output.js';
import { findRunning, type RunFile } from '../home/run-file.js';
import { alarmChecks } from './alarm-checks.js';
import { bad, type Check, type CheckFinding, type CheckContext } from './check.js';
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
  const findings: CheckFinding[] = [];
  const go = async (checks: readonly Check[]): Promise<void> => {
    for (const check of checks) {
      const finding = await look(check, patient);
      findings.push(finding);
      output.show({ check: check.name, ...finding }, () => line(check.name, finding, output.paint));
    }
  };
  await go(
    fault === undefined ? [...machineChecks, ...trustChecks, ...federationChecks] : [...hostChecks, fault],
  );
  if (fault === undefined) await go([...(await alarmChecks(patient)), ...(visit.ping ? [ping] : [])]);
  const many = (sought: CheckFinding['state']): number =>
    findings.filter(({ state }) => state === sought).length;
  const [wrong, happened] = [many('bad'), many('look')];
  const looks = happened === 0 ? '' : `; ${happened} to look at`;
  if (!output.json) output.print(`\n${verdict(wrong, findings.length, output.paint)}${looks}`);
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

async function look(check: Check, patient: CheckContext): Promise<CheckFinding> {
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

const MARK = { ok: '✓', bad: '✗', look: '!', skip: '–' } as const;

function line(
  name: string,
  { state, says, mend }: CheckFinding,
  { green, red, yellow, dim, cyan }: Paint,
): string {
  const colour = { ok: green, bad: red, look: yellow, skip: dim }[state];
  const first = `${colour(MARK[state])} ${name.padEnd(12)} ${state === 'skip' ? dim(says) : says}`;
  return mend === undefined
    ? first
    : `${first}\n  ${' '.repeat(12)} ${dim(state === 'look' ? 'look:' : 'mend:')} ${cyan(mend)}`;
}

function verdict(wrong: number, all: number, { green, red }: Paint): string {
  return wrong === 0 ? green('nothing to mend') : red(`${wrong} of ${all} to mend`);
}
