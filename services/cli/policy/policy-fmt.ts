import { readdirSync } from 'node:fs';
import { join, basename } from 'node:path';
import { errorFrom, type Detail, fail } from '../../shared/kernel/errors.js';
import { readText } from '../../shared/kernel/read-text.js';
import type { RuleFile } from '../../shared/policy/rule.js';
import { refuseAll } from '../../shared/workbench/check/refuse-all.js';
import { formatRules } from '../../shared/workbench/print/format-rules.js';
import { withPolicies } from '../home/policies-folder.js';
import { replaceFile } from '../home/write-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { counted } from '../../shared/wire/counted.js';

interface FmtOptions {
  readonly policies: string;
  readonly check?: boolean;
}

/** The output of `policy fmt --json`: every file of rules, and those that were changed, or with `--check` would be. */
interface FormatResult {
  readonly files: readonly string[];
  readonly changed: readonly string[];
}

export const verb: Verb<FmtOptions> = {
  configure: (command) =>
    withPolicies(command).option(
      '--check',
      'write nothing; print the files that would change, and exit with 1 if there are any',
    ),
  anyHome: true,
  examples: [
    ['policy fmt', 'formats every `.cedar` file; comments and meaning are kept'],
    ['policy fmt --check', 'for a check before a merge'],
  ],
  run: async ({ options: { policies, check = false }, output }) => {
    const files = readCedarFiles(policies);
    const changed = formatAll(files).filter(({ text, formatted }) => text !== formatted);
    if (!check) for (const { path, formatted } of changed) replaceFile(join(policies, path), formatted);
    const result: FormatResult = {
      files: files.map(({ path }) => path),
      changed: changed.map(({ path }) => path),
    };
    if (output.json) output.record(result);
    else for (const path of result.changed) output.print(path);
    output.note(
      `${changed.length} of ${counted(files.length, 'file')} ${check ? 'would be' : 'were'} changed`,
    );
    return check && changed.length > 0 ? EXIT.no : EXIT.yes;
  },
};

/** Formats all files before any is written. Throws `policy-invalid` with the place of everything that does not parse. */
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

/**
 * Reads every `.cedar` file below a folder, sorted by relative path, without hidden files, which editors leave behind.
 * Throws `usage` where there is none, `policy-invalid` with the path of each file that cannot be read or is not UTF-8.
 */
export function readCedarFiles(folder: string): readonly RuleFile[] {
  const paths = namesIn(folder).filter((path) => path.endsWith('.cedar') && !basename(path).startsWith('.'));
  if (paths.length === 0) throw fail('usage', `\`${folder}\` contains no \`.cedar\` file`);
  const faults: Detail[] = [];
  const files = paths.toSorted().flatMap((path): readonly RuleFile[] => {
    const read = readText(folder, path);
    if ('fault' in read) faults.push(read.fault);
    return read.type === 'text' ? [{ path, text: read.text }] : [];
  });
  refuseAll(faults);
  return files;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (thrown) {
    throw fail(
      'usage',
      `\`${folder}\` cannot be read: ${(thrown as NodeJS.ErrnoException).code ?? 'unknown'}`,
    );
  }
}
