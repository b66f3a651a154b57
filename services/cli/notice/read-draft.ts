import { readFileSync } from 'node:fs';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';

/** A draft from a file, or from stdin for `-`. What is in it is the gateway's to judge; throws for what is not JSON. */
export function readDraft(path: string): unknown {
  const text = read(path);
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    const where = nameOf(path);
    const details = error.details.map((detail) => ({ ...detail, path: `${where}:${detail.path}` }));
    throw new LiaisonError(error.code, `\`${where}\`: ${error.message}`, { details });
  }
}

const nameOf = (path: string): string => (path === '-' ? 'stdin' : path);

/** Does what judges a draft. What is said against a place in it (a JSON pointer) is thrown with the name of its file. */
export async function withDraftName<T>(path: string, judge: () => T | Promise<T>): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    const isPlaced =
      error instanceof LiaisonError && error.details.some((detail) => /^(?:$|\/)/.test(detail.path));
    if (!isPlaced) throw error;
    throw fail(error.code, `\`${nameOf(path)}\`: ${error.message}`, error.details);
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? 'cannot be read';
    throw new LiaisonError('usage', `\`${path}\`: ${reason}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder: a draft is one file',
};
