import { counted } from '../../shared/wire/counted.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { digest } from '../../shared/trust/digest.js';
import { type Coverage, measureCoverage, percentOf } from '../../shared/workbench/cases/coverage.js';
import { junitXml } from '../../shared/workbench/cases/junit.js';
import { type FileResult, runCases } from '../../shared/workbench/cases/run-cases.js';
import { updateCases } from '../../shared/workbench/cases/update-cases.js';
import { openWorkspace, type Workspace } from '../../shared/workbench/workspace.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { parseNumber } from '../terminal/parse-options.js';
import type { Verb, Call } from '../verb.js';
import { coverageTable } from './test/coverage-table.js';
import { inPolicies } from './base/in-policies.js';
import { testDocument } from './test/test-document.js';
import { failureLines } from './test/test-failures.js';
import { testMatrix, testSummary } from './test/test-matrix.js';
import { runOnChange } from './run-on-change.js';
import { replaceFile, writeReport } from '../home/write-file.js';

interface TestOptions extends PolicyOptions {
  readonly coverage?: boolean;
  readonly minCoverage?: number;
  readonly junit?: string;
  readonly watch?: boolean;
  readonly update?: boolean;
}

export const verb: Verb<TestOptions> = {
  configure: (command) =>
    withPolicies(command)
      .argument('[folder]', 'the folder of rules and cases; by default that of `--policies`')
      .option('--coverage', 'show the rules and conditions that no case covers')
      .option(
        '--min-coverage <percent>',
        'fail when the coverage of rules or conditions is lower',
        parseNumber(0, 100, false),
      )
      .option('--junit <file>', 'also write the results as JUnit XML')
      .option('--watch', 'run again whenever a file of the folder changes')
      .option('--update', 'write what the rules give now into each failed case, to review and commit'),
  anyHome: true,
  examples: [
    ['policy test', 'runs every case of the folder: cases × recipients'],
    ['policy test rules/', 'at a site: the own cases, of the rules in that folder'],
    ['policy test --coverage --min-coverage 90', 'exits with 1 when a case fails or the coverage is too low'],
    ['policy test --junit report.xml', 'for a CI server'],
    ['policy test --update', 'after a deliberate change: then review the difference in the files of cases'],
    ['policy test --watch', 'tests after each change; Ctrl-C ends it'],
  ],
  run: runPolicyTest,
};

async function runPolicyTest(call: Call<TestOptions>): Promise<ExitCode> {
  const { args, options, output, stopping } = call;
  const [folder = options.policies] = args;
  if (options.update === true && options.watch === true)
    throw fail('usage', '`--update` writes to the folder that `--watch` follows: choose one');
  const update = (): void => updateFailed(openWorkspace(folder, digest), output);
  if (options.update === true) await inPolicies(call, update, { name: folder, atSite: NO_UPDATE });
  const run = (): Promise<ExitCode> =>
    inPolicies(call, (place, own) => testOnce({ folder: place, own }, options, output), { name: folder });
  if (options.watch !== true) return run();
  return runOnChange(run, { folder, report: options.junit, output, stopping });
}

interface TestedFolder {
  readonly folder: string;
  /** At a site the organisation: of its cases and rules alone the result says something. */
  readonly own: OrgId | undefined;
}

const NO_UPDATE = '`--update` needs the rules of every member: no site has them';
const AT_SITE =
  'only the own cases run: one that expects rules of other members to refuse fails here, and may hold at the hub';

function testOnce({ folder, own }: TestedFolder, options: TestOptions, output: Output): ExitCode {
  const { minCoverage, junit } = options;
  if (own !== undefined) output.note(AT_SITE);
  const workspace = openWorkspace(folder, digest);
  const isMeasured = options.coverage === true || minCoverage !== undefined;
  const measured = isMeasured ? measureCoverage(workspace, own) : undefined;
  const files = runCases(workspace, { engine: measured?.engine, only: own });
  const coverage = measured?.report();
  if (junit !== undefined) writeReport(junit, junitXml(files));
  output.show(testDocument(files, coverage), () => testText({ files, coverage }, output));
  const short = coverage === undefined ? [] : shortfalls(coverage, minCoverage ?? 0);
  for (const line of short) output.note(output.notePaint.red(line));
  const holds = files.every(({ results }) => results.every(({ failures }) => failures.length === 0));
  return holds && short.length === 0 ? EXIT.yes : EXIT.no;
}

/** Writes what the rules give into the files of cases, and names each changed file. */
function updateFailed(workspace: Workspace, output: Output): void {
  for (const { file, results } of runCases(workspace)) {
    const path = join(workspace.folder, file);
    const { text, changed } = updateCases(readFileSync(path, 'utf8'), results);
    if (changed === 0) continue;
    replaceFile(path, text);
    output.note(`${file}: ${counted(changed, 'expectation')} written: review the difference`);
  }
}

interface TestTextParams {
  readonly files: readonly FileResult[];
  readonly coverage: Coverage | undefined;
}

function testText({ files, coverage }: TestTextParams, output: Output): string {
  const failed = files.flatMap(({ results }) => results.filter(({ failures }) => failures.length > 0));
  return [
    ...files.map((file) => testMatrix(file, output)),
    ...failed.map((result) => failureLines(result, output)),
    testSummary(files, output.paint),
    ...(coverage === undefined ? [] : [coverageTable(coverage, output)]),
  ].join('\n\n');
}

function shortfalls({ rules, conditions }: Coverage, minimum: number): readonly string[] {
  return [{ rules }, { conditions }].flatMap((one) =>
    Object.entries(one)
      .filter(([, figure]) => percentOf(figure) < minimum)
      .map(([what, figure]) => `${what} covered: ${percentOf(figure)} %, expected at least ${minimum} %`),
  );
}
