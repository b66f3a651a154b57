import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { digest } from '../../../shared/trust/digest.js';
import { runCases } from '../../../shared/workbench/cases/run-cases.js';
import { updateCases } from '../../../shared/workbench/cases/update-cases.js';
import { openWorkspace } from '../../../shared/workbench/workspace.js';

/** A file of cases in which a new member was named. */
export interface NamedInCases {
  /** Relative to the folder of policies. */
  readonly path: string;
  readonly text: string;
  /** In how many cases it was named. */
  readonly named: number;
}

/**
 * Runs every case of a folder that a member has just joined. Where the member does not get what `others` expects, the case
 * names it with what the rules give; all other cases stay as they are, also those that fail for another reason. Throws the
 * errors of `openWorkspace`.
 */
export function nameInCases(folder: string, member: OrgId): readonly NamedInCases[] {
  return runCases(openWorkspace(folder, digest)).flatMap(({ file: path, results }) => {
    const about = results.map((result) => ({
      ...result,
      failures: result.failures.filter(
        (failure) => failure.type === 'recipient' && failure.recipient === member,
      ),
    }));
    const { text, changed } = updateCases(readFileSync(join(folder, path), 'utf8'), about);
    return changed === 0 ? [] : [{ path, text, named: changed }];
  });
}
