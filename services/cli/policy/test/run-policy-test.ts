import { type Coverage, measureCoverage, percentOf } from '../../../shared/workbench/cases/coverage.js';
import { junitXml } from '../../../shared/workbench/cases/junit.js';
import { type FileResult, runCases } from '../../../shared/workbench/cases/run-cases.js';
import { openWorkspace } from '../../../shared/workbench/workspace.js';
import { digest } from '../../../shared/trust/digest.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';
import type { Output } from '../../terminal/output.js';
import type { Call } from '../../verb.js';
import { coverageTable } from './coverage-table.js';
import { testDocument } from './test-document.js';
import { failureLines } from './test-failures.js';
import { testMatrix, testSummary } from './test-matrix.js';
import { watchAgain } from '../watch-again.js';
import { writeReport } from '../write-report.js';

export interface TestOptions {
  readonly policies: string;
  readonly coverage?: boolean;
  readonly minCoverage?: number;
  readonly junit?: string;
  readonly watch?: boolean;
}

export async function runPolicyTest({ options, output, stopping }: Call<TestOptions>): Promise<ExitCode> {
  const { policies, junit } = options;
  const run = (): ExitCode => testOnce(options, output);
  if (options.watch !== true) return run();
  return watchAgain(run, { folder: policies, report: junit, output, stopping });
}

function testOnce(options: TestOptions, output: Output): ExitCode {
  const { minCoverage, junit } = options;
  const workspace = openWorkspace(options.policies, digest);
  const isMeasured = options.coverage === true || minCoverage !== undefined;
  const measured = isMeasured ? measureCoverage(workspace) : undefined;
  const files = runCases(workspace, measured?.engine);
  const coverage = measured?.report();
  if (junit !== undefined) writeReport(junit, junitXml(files));
  output.show(testDocument(files, coverage), () => testText({ files, coverage }, output));
  const short = coverage === undefined ? [] : shortfalls(coverage, minCoverage ?? 0);
  for (const line of short) output.note(output.notePaint.red(line));
  const holds = files.every(({ results }) => results.every(({ failures }) => failures.length === 0));
  return holds && short.length === 0 ? EXIT.yes : EXIT.no;
}

interface Tested {
  readonly files: readonly FileResult[];
  readonly coverage: Coverage | undefined;
}

function testText({ files, coverage }: Tested, output: Output): string {
  const failed = files.flatMap(({ results }) => results.filter(({ failures }) => failures.length > 0));
  return [
    ...files.map((file) => testMatrix(file, output)),
    ...failed.map((result) => failureLines(result, output)),
    testSummary(files, output.paint),
    ...(coverage === undefined ? [] : [coverageTable(coverage, output)]),
  ].join('\n\n');
}

function shortfalls({ rules, conditions }: Coverage, least: number): readonly string[] {
  return [{ rules }, { conditions }].flatMap((one) =>
    Object.entries(one)
      .filter(([, figure]) => percentOf(figure) < least)
      .map(([what, figure]) => `${what} covered: ${percentOf(figure)} %, expected at least ${least} %`),
  );
}
