import { checkFolder } from '../../shared/workbench/check/check-folder.js';
import { type Finding, findingOf } from '../../shared/workbench/check/finding.js';
import { digest } from '../../shared/trust/digest.js';
import { parseFederation } from '../../shared/trust/directory-source.js';
import type { ShownLints } from './shown-policies.js';
import type { WorkbenchRequest } from './asked.js';

/** What `policy check` says of the folder with the edit; to an organisation's author of its own files alone. */
export function lint(folder: string, { edit, org }: WorkbenchRequest): ShownLints {
  const findings = findingsIn(folder, edit.path);
  return { findings: findings.filter(({ path }) => org === null || path.startsWith(`${org}/`)) };
}

function findingsIn(folder: string, path: string): readonly Finding[] {
  try {
    const today = new Date().toISOString().slice(0, 10);
    return checkFolder(folder, { digest, parseDirectory: parseFederation, today });
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    // The parser goes down as deep as the text does, and does not say where it ended.
    return [findingOf('invalid', { path, message: 'nested or chained too deeply to be read' })];
  }
}
