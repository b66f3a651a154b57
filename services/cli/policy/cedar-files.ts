import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { type Detail, fail } from '../../shared/kernel/errors.js';
import { readText } from '../../shared/policy/read-text.js';
import type { RuleFile } from '../../shared/policy/rule.js';
import { refuseAll } from '../../shared/workbench/check/refuse-all.js';

/**
 * Every `.cedar` file below a folder, sorted by its path in it; what is hidden an editor left there. Throws `usage` where
 * there is none, and `policy-invalid` with the places of all that cannot be read or is not UTF-8.
 */
export function readCedarFiles(folder: string): readonly RuleFile[] {
  const paths = namesIn(folder).filter((path) => path.endsWith('.cedar') && !basename(path).startsWith('.'));
  if (paths.length === 0) throw fail('usage', `\`${folder}\` holds no \`.cedar\` file`);
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
