import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import type { RuleFile } from '../../shared/policy/rule.js';

/** Every `.cedar` file below a folder, sorted by its path in it. Throws `usage` where there is none. */
export function readCedarFiles(folder: string): readonly RuleFile[] {
  const paths = namesIn(folder).filter((path) => path.endsWith('.cedar'));
  if (paths.length === 0) throw fail('usage', `\`${folder}\` holds no \`.cedar\` file`);
  return paths.toSorted().map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
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
