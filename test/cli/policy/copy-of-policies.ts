import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { folder } from '../../policies/sample.js';

export interface Copy {
  readonly folder: string;
  /** Replaces a part of a file; fails when the file does not contain it. */
  readonly change: (file: string, part: string, instead: string) => void;
}

/** Copies the shipped policies to a folder that is removed after the test. */
export function copyOfPolicies(): Copy {
  const copy = mkdtempSync(join(tmpdir(), 'policies-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(folder, copy, { recursive: true });
  return {
    folder: copy,
    change: (file, part, instead) => {
      const text = readFileSync(join(copy, file), 'utf8');
      if (!text.includes(part)) throw new Error(`${file} does not hold ${part}`);
      writeFileSync(join(copy, file), text.replace(part, instead));
    },
  };
}
