import { existsSync, rmSync } from 'node:fs';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import { writeSecret } from './secrets.js';

/** More versions than a home signs between a backup and its loss. */
const STEP_AFTER_RESTORE = 1000;

/** Marks a home as restored from a backup of that time, which may lack versions of the directory that were signed later. */
export function markRestored(home: Home, time: string): void {
  writeWhole(home.restored, time);
}

/**
 * Returns the number of the version after `before`. In a restored home it leaves a gap, which holders of any version accept:
 * two directories of one number would convict the root.
 */
export function nextVersion(home: Home, before: Directory | undefined): number {
  return (before?.version ?? 0) + (existsSync(home.restored) ? STEP_AFTER_RESTORE : 1);
}

/** Writes a signed version as that of the home, which then needs no further gap. */
export function writeVersion(home: Home, frame: Uint8Array): void {
  writeSecret(home.directory, frame);
  rmSync(home.restored, { force: true });
}
