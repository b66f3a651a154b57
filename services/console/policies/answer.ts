import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import type { Asked, ChildRequest } from './asked.js';
import { lint } from './lint.js';

/** In the child: the answer for a copy of the live folder that holds the edit. What is live is never written. */
export async function answer({ folder, scratch, asked }: ChildRequest): Promise<unknown> {
  const copy = mkdtempSync(join(scratch, 'asked-'));
  cpSync(folder, copy, {
    recursive: true,
    dereference: true,
    filter: (path) => path === folder || !basename(path).startsWith('.'),
  });
  writeFileSync(join(copy, asked.edit.path), asked.edit.text);
  try {
    return await answerFor(asked, { folder, copy });
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooDeep(asked);
    throw thrown;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

interface Folders {
  readonly folder: string;
  readonly copy: string;
}

function answerFor(asked: Asked, { copy }: Folders): unknown {
  switch (asked.what) {
    case 'lint':
      return lint(copy, asked);
  }
}

/** Parser and checks go down as deep as the text does; where they end the place is not known. */
function tooDeep({ edit: { path } }: Asked): Error {
  const message = 'nested or chained too deeply to be read';
  return fail('policy-invalid', `${path}:1:1: ${message}`, [{ path: `${path}:1:1`, message }]);
}
