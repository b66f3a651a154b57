import { execFileSync } from 'node:child_process';
import { describe } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** How to enable skipped tests; scripts/test.mjs lists it at the end of the run. */
    enable?: string;
  }
}

/** `describe` where the need is met; elsewhere the block is skipped, and `REQUIRE_ALL=1` turns the skip into a failure. */
export function describeWhere(met: boolean, enable: string): (name: string, tests: () => void) => void {
  if (met || process.env['REQUIRE_ALL'] === '1') return describe;
  return (name, tests) => describe.skip(name, { meta: { enable } }, tests);
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
