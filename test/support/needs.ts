import { execFileSync } from 'node:child_process';
import { describe } from 'vitest';

/**
 * `describe` where the need is met; elsewhere the block is skipped with one line that says how to enable it.
 * `REQUIRE_ALL=1` turns the skip into a failure.
 */
export function describeWhere(met: boolean, enable: string): typeof describe | typeof describe.skip {
  if (met || process.env['REQUIRE_ALL'] === '1') return describe;
  process.stderr.write(`skipped: ${enable}\n`);
  return describe.skip;
}

/** True where the command ends with 0. */
export function answers(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
