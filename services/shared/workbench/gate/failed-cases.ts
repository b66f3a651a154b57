import { readTextOrThrow } from '../../policy/load/rule-files.js';
import { parseCases } from '../cases/case-file.js';
import { createCaseRunner } from '../cases/cases.js';
import type { Owner } from '../diff/changes.js';
import { readExample, type Workspace } from '../workspace.js';

/** A case that fails. */
export interface FailedCase {
  /** The organisation whose file holds the case. */
  readonly org: Owner;
  /** `europol/cases.yaml:12:5` */
  readonly place: string;
  /** The name of the case, and the first recipient for which it fails; `policy test` says what it expects. */
  readonly message: string;
}

/**
 * Runs the cases of the federation and of every member, and returns those that fail. Throws `policy-invalid`
 * for an invalid file of cases, which `checkFolder` also reports.
 */
export function failedCases(workspace: Workspace): readonly FailedCase[] {
  const { folder, directory } = workspace;
  const owners = ['federation', ...directory.organisations.keys()] as const;
  return owners.flatMap((org) => {
    const path = `${org}/cases.yaml`;
    const text = readTextOrThrow(folder, path);
    if (text === undefined) return [];
    const file = parseCases(path, text);
    const run = createCaseRunner(org, { ...workspace, example: readExample });
    return file.cases.flatMap((each) => {
      const [failure] = run(each, file).failures;
      if (failure === undefined) return [];
      const to = failure.type === 'recipient' ? ` for ${failure.recipient}` : '';
      return [{ org, place: each.place, message: `the case "${each.name}" fails${to}` }];
    });
  });
}
