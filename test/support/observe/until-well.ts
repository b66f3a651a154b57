import { expect } from 'vitest';
import type { TestFederation } from '../federation.js';

/** An alarm is in force for up to a minute after its cause is gone. */
const WELL_MS = 180_000;

/** Resolves once `doctor` with these words finds nothing to fix; fails with what it finds. */
export async function untilWell(
  { cli }: Pick<TestFederation, 'cli'>,
  ...words: readonly string[]
): Promise<void> {
  const ended = async (): Promise<string> => {
    const { code, stdout, stderr } = await cli('doctor', ...words);
    return code === 0 ? 'well' : `${code} ${stdout} ${stderr}`;
  };
  await expect.poll(ended, { timeout: WELL_MS }).toBe('well');
}
