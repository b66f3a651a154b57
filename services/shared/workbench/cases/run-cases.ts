import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Detail, errorFrom } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { didYouMean } from '../../kernel/nearest.js';
import { type CaseFile, parseCases } from './case-file.js';
import { type CaseFailure, type CaseRun, createCaseRunner } from './cases.js';
import type { Engine } from '../../policy/engine.js';
import { readTextOrThrow } from '../../policy/load/rule-files.js';
import { checkCases } from './check-cases.js';
import { explainFailure } from './explain-failure.js';
import type { Cause } from './failure-rules.js';
import { refuseAll } from '../check/refuse-all.js';
import { readExample, type Workspace } from '../workspace.js';

/** A failure with the reasons for it. */
export type ExplainedFailure = CaseFailure & { readonly causes: readonly Cause[] };

/** The result of one case, with its name and place. */
export interface CaseResult extends CaseRun {
  readonly failures: readonly ExplainedFailure[];
  readonly name: string;
  /** `europol/cases.yaml:12:5`, relative to the folder of policies. */
  readonly place: string;
}

/** The results of one file of cases. */
export interface FileResult {
  /** `europol/cases.yaml`. */
  readonly file: string;
  readonly results: readonly CaseResult[];
}

interface OwnedCases {
  readonly owner: string;
  readonly file: string;
  readonly cases: CaseFile;
}

interface RunCasesOptions {
  /** By default the engine of the workspace. */
  readonly engine?: Engine | undefined;
  /** The organisation whose cases run; by default those of all, and of the federation. */
  readonly only?: OrgId | undefined;
}

/**
 * Runs every `cases.yaml` of the folder, the federation's first, then in the order of the directory. Throws
 * `policy-invalid` with the faults of all these files before any case runs.
 */
export function runCases(
  workspace: Workspace,
  { engine = workspace.engine, only }: RunCasesOptions = {},
): readonly FileResult[] {
  return readCases(workspace, only).map(({ owner, file, cases }) => {
    const run = createCaseRunner(owner, { ...workspace, engine, example: readExample });
    const results = cases.cases.map((each) => {
      const { decisions, failures } = run(each, cases);
      const explained = failures.map((failure) => ({ ...failure, causes: causesOf(workspace, failure) }));
      return { name: each.name, place: each.place, decisions, failures: explained };
    });
    return { file, results };
  });
}

function causesOf(workspace: Workspace, failure: CaseFailure): readonly Cause[] {
  return failure.type === 'recipient' ? explainFailure(workspace, failure) : [];
}

function readCases({ folder, directory }: Workspace, only: OrgId | undefined): readonly OwnedCases[] {
  const members = [...directory.organisations.keys()];
  const owners = ['federation', ...members];
  const found = foldersWithCases(folder);
  const faults: Detail[] = found
    .filter((name) => !owners.includes(name))
    .map((name) => ({
      path: `${name}/cases.yaml`,
      message: `no organisation \`${name}\` in the directory${didYouMean(name, owners)}`,
    }));
  const files = owners
    .filter((owner) => found.includes(owner) && (only ?? owner) === owner)
    .flatMap((owner) => {
      const file = `${owner}/cases.yaml`;
      try {
        const text = readTextOrThrow(folder, file) ?? '';
        // Rule names are not checked: a case that expects a missing rule fails and explains it.
        faults.push(...checkCases({ path: file, text }, { members, rules: undefined }));
        return [{ owner, file, cases: parseCases(file, text) }];
      } catch (thrown) {
        const error = errorFrom(thrown);
        if (error.code !== 'policy-invalid') throw error;
        faults.push(...error.details);
        return [];
      }
    });
  refuseAll(faults);
  return files;
}

function foldersWithCases(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(folder, name)).includes('cases.yaml'));
}
