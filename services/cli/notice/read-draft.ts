import { readFileSync } from 'node:fs';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';

/**
 * Reads a draft as JSON from a file, or from stdin for `-`; the gateway validates it. Throws `usage` for an unreadable file,
 * `json-malformed` with the place.
 */
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

/** Runs a function that validates a draft. Adds the name of the file to an error about a place in it (a JSON pointer). */
export async function withDraftName<T>(path: string, validate: () => T | Promise<T>): Promise<T> {
  try {
    return await validate();
  } catch (error) {
    const isAboutDraft =
      error instanceof LiaisonError && error.details.some((detail) => /^(?:$|\/)/.test(detail.path));
    if (!isAboutDraft) throw error;
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
  ENOENT: 'file not found',
  EISDIR: 'is a folder: expected a file',
};
