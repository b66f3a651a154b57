import { errorFrom } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { describeHome, type HomeKind } from '../../shared/trust/home-contract.js';
import { findGateways, type GatewayRunFile } from '../home/run-file.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output, Paint } from '../terminal/output.js';
import type { Verb } from '../verb.js';
import { alarmChecks } from './alarm-checks.js';
import { certificates } from './certificate-check.js';
import { bad, type Check, type CheckFinding, type CheckContext } from './check.js';
import { federationChecks } from './federation-checks.js';
import { hostChecks, machineChecks, siteMachineChecks } from './machine-checks.js';
import { nkeys } from './nkey-check.js';
import { ping } from './ping.js';
import { siteChecks } from './site-checks.js';
import { trustChecks } from './trust-checks.js';

interface DoctorOptions {
  readonly ping?: boolean;
}

export const verb: Verb<DoctorOptions> = {
  configure: (command) => command.option('--no-ping', 'send no notice'),
  examples: [
    ['doctor', 'every check with ✓ or ✗, and the command that fixes it; at a site those of its gateway'],
    ['doctor --json', 'NDJSON, one line for each check'],
  ],
  run: (call) => runDoctor({ ...call, ping: call.options.ping !== false }),
};

interface RunDoctorParams {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly output: Output;
  readonly ping: boolean;
}

/** Runs every check, and shows each result at once. Returns the exit code 1 if one is `bad`. */
async function runDoctor({ home, env, output, ...params }: RunDoctorParams): Promise<ExitCode> {
  const { kind } = describeHome(home);
  const { run, fault } = findRun(home);
  const context = { home, env, run, now: new Date() };
  const findings: CheckFinding[] = [];
  const runChecks = async (checks: readonly Check[]): Promise<void> => {
    for (const check of checks) {
      const finding = await runCheck(check, context);
      findings.push(finding);
      output.show({ check: check.name, ...finding }, () => line(check.name, finding, output.paint));
    }
  };
  await runChecks(fault === undefined ? CHECKS[kind] : [...hostChecks, fault]);
  if (fault === undefined) await runChecks(await alarmChecks(context));
  // A site sends no notice to another organisation unasked.
  if (fault === undefined && params.ping && kind !== 'site') await runChecks([ping]);
  const count = (sought: CheckFinding['state']): number =>
    findings.filter(({ state }) => state === sought).length;
  const [wrong, toInspect] = [count('bad'), count('look')];
  const inspect = toInspect === 0 ? '' : `; ${toInspect} to inspect`;
  if (!output.json) output.print(`\n${verdict(wrong, findings.length, output.paint)}${inspect}`);
  return wrong === 0 ? EXIT.yes : EXIT.no;
}

const CHECKS: Readonly<Record<HomeKind, readonly Check[]>> = {
  demo: [...machineChecks, ...trustChecks, ...federationChecks],
  hub: [...machineChecks, ...trustChecks, certificates, nkeys, ...federationChecks],
  site: [...siteMachineChecks, ...siteChecks],
};

/** Finds the running federation; an unreadable run file becomes the only finding about the home. */
function findRun(home: Home): { readonly run: GatewayRunFile | undefined; readonly fault?: Check } {
  try {
    return { run: findGateways(home) };
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    const finding = bad(`${message} [${code}]`, `ls -l ${home.run}   # shows its owner and date`);
    return { run: undefined, fault: { name: 'home', look: () => finding } };
  }
}

async function runCheck(check: Check, context: CheckContext): Promise<CheckFinding> {
  try {
    return await check.look(context);
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    const fix =
      check.name === 'ping'
        ? 'liaison tail   # shows what happens'
        : 'liaison config print   # shows what is configured';
    return bad(`${message} [${code}]`, fix);
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
    : `${first}\n  ${' '.repeat(12)} ${dim(state === 'look' ? 'see:' : 'fix:')} ${cyan(mend)}`;
}

function verdict(wrong: number, all: number, { green, red }: Paint): string {
  return wrong === 0 ? green('nothing to fix') : red(`${wrong} of ${all} to fix`);
}
