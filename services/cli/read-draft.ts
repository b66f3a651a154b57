import { readFileSync } from 'node:fs';
import { LiaisonError } from '../shared/kernel/errors.js';
import { parseStrictJson } from '../shared/kernel/strict-json.js';

/** A draft from a file, or from stdin for `-`. What is in it is the gateway's to judge; throws for what is not JSON. */
export function readDraft(path: string): unknown {
  const text = read(path);
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    const where = path === '-' ? 'stdin' : path;
    const details = error.details.map((detail) => ({ ...detail, path: `${where}:${detail.path}` }));
    throw new LiaisonError(error.code, `\`${where}\`: ${error.message}`, { details });
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'cannot be read';
    throw new LiaisonError('usage', `\`${path}\`: ${reason}`, { cause: error });
  }
}
