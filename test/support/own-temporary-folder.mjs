// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder = '';

/** What tests and the processes they start leave in the folder for temporary files goes with the run. */
export function setup() {
  folder = mkdtempSync(join(tmpdir(), 'liaison-tests-'));
  process.env['TMPDIR'] = folder;
}

export function teardown() {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
