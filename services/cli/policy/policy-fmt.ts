import { join } from 'node:path';
import { errorFrom } from '../../shared/kernel/errors.js';
import type { RuleFile } from '../../shared/policy/rule.js';
import { formatRules } from '../../shared/workbench/print/format-rules.js';
import { refuseAll } from '../../shared/workbench/check/refuse-all.js';
import { EXIT } from '../terminal/exit-codes.js';
import { readCedarFiles } from './cedar-files.js';
import { replaceFile } from '../home/replace-file.js';
import { withPolicies } from '../home/policies-folder.js';
import type { Verb } from '../verb.js';

interface FmtOptions {
  readonly policies: string;
  readonly check?: boolean;
}

/** `policy fmt --json`: the files of rules, and those of them that were, or with `--check` would be, written anew. */
interface Formatted {
  readonly files: readonly string[];
  readonly changed: readonly string[];
}

export const verb: Verb<FmtOptions> = {
  configure: (command) =>
    withPolicies(command).option(
      '--check',
      'write nothing; exit 1 and name the files when something would change',
    ),
  examples: [
    ['policy fmt', 'write every `.cedar` file as it should look; comments stay, no meaning changes'],
    ['policy fmt --check', 'the same question for a check before a merge'],
  ],
  run: async ({ options: { policies, check = false }, output }) => {
    const files = readCedarFiles(policies);
    const changed = formatAll(files).filter(({ text, formatted }) => text !== formatted);
    if (!check) for (const { path, formatted } of changed) replaceFile(join(policies, path), formatted);
    const result: Formatted = {
      files: files.map(({ path }) => path),
      changed: changed.map(({ path }) => path),
    };
    if (output.json) output.record(result);
    else for (const path of result.changed) output.print(path);
    output.note(`${changed.length} of ${files.length} files ${check ? 'would be' : 'were'} changed`);
    return check && changed.length > 0 ? EXIT.no : EXIT.yes;
  },
};

/** All of them before one is written; throws `policy-invalid` with the places of everything that is no rule. */
function formatAll(files: readonly RuleFile[]): readonly (RuleFile & { readonly formatted: string })[] {
  const faults = [];
  const formatted = [];
  for (const file of files) {
    try {
      formatted.push({ ...file, formatted: formatRules(file) });
    } catch (thrown) {
      const error = errorFrom(thrown);
      if (error.code !== 'policy-invalid') throw thrown;
      faults.push(...error.details);
    }
  }
  refuseAll(faults);
  return formatted;
}
