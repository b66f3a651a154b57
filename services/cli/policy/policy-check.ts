import { relative, resolve, sep } from 'node:path';
import type { OrgId } from '../../shared/kernel/ids.js';
import { digest } from '../../shared/trust/digest.js';
import { parseFederation } from '../../shared/trust/directory-source.js';
import { checkFolder } from '../../shared/workbench/check/check-folder.js';
import type { Finding } from '../../shared/workbench/check/finding.js';
import { type SarifPlace, sarifOf } from '../../shared/workbench/check/sarif.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import type { Verb, Call } from '../verb.js';
import { inPolicies } from './base/in-policies.js';
import { checkText } from './check/check-text.js';
import { runOnChange } from './run-on-change.js';
import { writeReport } from '../home/write-file.js';

interface CheckOptions extends PolicyOptions {
  readonly strict?: boolean;
  readonly sarif?: string;
  readonly watch?: boolean;
}

export const verb: Verb<CheckOptions> = {
  configure: (command) =>
    withPolicies(command)
      .argument('[folder]', 'the same as `--policies <folder>`')
      .option('--strict', 'treat warnings as errors')
      .option('--sarif <file>', 'also write the findings as SARIF 2.1.0')
      .option('--watch', 'run again whenever a file of the folder changes'),
  anyHome: true,
  examples: [
    ['policy check', 'checks rules, schema, directory, cases and invariants; exits with 2 for an error'],
    ['policy check my-policies --strict', 'checks another folder; warnings are errors'],
    ['policy check --sarif check.sarif', 'for a code host that shows findings in the source'],
    ['policy check --watch', 'checks after each change; Ctrl-C ends it'],
  ],
  run: runPolicyCheck,
};

async function runPolicyCheck(call: Call<CheckOptions>): Promise<ExitCode> {
  const { args, options, output, stopping } = call;
  const [folder = options.policies] = args;
  const run = (): Promise<ExitCode> =>
    inPolicies(call, (place, own) => checkOnce({ folder, place, own }, options, output), { name: folder });
  if (options.watch !== true) return run();
  return runOnChange(run, { folder, report: options.sarif, output, stopping });
}

interface CheckedFolder {
  /** The folder that was named, and the one that is read: the same unless it was completed. */
  readonly folder: string;
  readonly place: string;
  /** At a site the organisation: what counts as the rules of others is not checked. */
  readonly own: OrgId | undefined;
}

function checkOnce(
  { folder, place, own }: CheckedFolder,
  { strict, sarif }: CheckOptions,
  output: Output,
): ExitCode {
  const today = new Date().toISOString().slice(0, 10);
  const findings = checkFolder(place, { digest, parseDirectory: parseFederation, today }).filter(
    ({ path }) => own === undefined || path.startsWith(`${own}/`),
  );
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('note')];
  if (sarif !== undefined)
    writeReport(sarif, `${JSON.stringify(sarifOf(findings, sarifPlace(folder)), null, 2)}\n`);
  output.show({ findings, errors, warnings, notes }, () => checkText(findings, { folder: place, output }));
  return errors > 0 || (strict === true && warnings > 0) ? EXIT.usage : EXIT.yes;
}

/** Returns the base of SARIF paths: the working directory (in CI the repository) if the folder is in it, else the folder. */
function sarifPlace(folder: string): SarifPlace {
  const path = relative('.', resolve(folder)).split(sep).join('/');
  if (path.startsWith('..')) return { base: 'POLICIES', prefix: '' };
  return { base: '%SRCROOT%', prefix: path === '' ? '' : `${path}/` };
}
