import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { readAdopted, writeAdopted } from '../../../../services/shared/policy/adopted/adopted-file.js';
import { readBundle } from '../../../../services/shared/policy/adopted/bundle.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { alfa, bravo, charlie, facts, folderWith } from '../folder.js';

function kept() {
  const folder = mkdtempSync(join(tmpdir(), 'adopted-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'adopted.policies');
  const bundle = readBundle(folderWith(), [alfa, bravo, charlie], digest);
  const adopted = { bundle, directory: facts, at: 1_700_000_000_000, previous: null };
  writeAdopted(path, adopted, digest);
  return { path, adopted };
}

function faultOf(path: string): string {
  try {
    readAdopted(path, digest);
    return 'nothing thrown';
  } catch (thrown) {
    return errorFrom(thrown).code;
  }
}

describe('the adopted policies on disk', () => {
  test('adopted policies are read from disk as they were written, and are replaced as a whole', () => {
    const { path, adopted } = kept();
    expect(readAdopted(path, digest)).toEqual(adopted);
    const next = { ...adopted, at: adopted.at + 1, previous: adopted.bundle.digest };
    writeAdopted(path, next, digest);
    expect(readAdopted(path, digest)).toEqual(next);
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  test('adopted policies are undefined when there is no file', () => {
    expect(readAdopted('/nowhere/adopted.policies', digest)).toBeUndefined();
  });

  test('a file of adopted policies is refused when it is cut, empty, not text, or has one other byte', () => {
    const { path } = kept();
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length - 1; at += 997) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(path, changed);
      expect(faultOf(path), `byte ${at}`).toBe('digest-mismatch');
    }
    writeFileSync(path, bytes);
    truncateSync(path, bytes.length - 100);
    expect(faultOf(path)).toBe('digest-mismatch');
    for (const text of ['', '\n', 'x', `${digest('{}')}\n{}`]) {
      writeFileSync(path, text);
      expect(faultOf(path), text).toBe('digest-mismatch');
    }
  });
});
