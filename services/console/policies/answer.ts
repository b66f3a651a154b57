import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail, isCode } from '../../shared/kernel/errors.js';
import type { WorkbenchRequest, ChildRequest, Folders } from './request.js';
import { diff, traffic } from './answer-changes.js';
import { cases, lint } from './answer-checks.js';
import { map, whoSees } from './answer-routes.js';

/** Answers a question in the child process, on a copy of the live folder with the edit. The live folder is never written. */
export async function answerQuestion({ folder, scratch, request }: ChildRequest): Promise<unknown> {
  const copy = mkdtempSync(join(scratch, 'asked-'));
  cpSync(folder, copy, {
    recursive: true,
    dereference: true,
    filter: (path) => path === folder || !basename(path).startsWith('.'),
  });
  writeFileSync(join(copy, request.edit.path), request.edit.text);
  try {
    return await answerFor(request, { folder, copy });
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooDeep(request);
    throw visibleError(thrown, request);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function answerFor(request: WorkbenchRequest, folders: Folders): unknown {
  switch (request.what) {
    case 'lint':
      return lint(folders.copy, request);
    case 'cases':
      return cases(folders.copy, request);
    case 'who-sees':
      return whoSees(folders, request);
    case 'diff':
      return diff(folders, request);
    case 'traffic':
      return traffic(folders, request);
    case 'map':
      return map(folders, request);
  }
}

/** Hides errors in the files of others from an organisation's author. */
function visibleError(thrown: unknown, { org }: WorkbenchRequest): unknown {
  if (org === null || !isCode(thrown, 'policy-invalid', 'policy-missing')) return thrown;
  const own = thrown.details.filter(({ path }) => path.startsWith(`${org}/`));
  const [first] = own;
  return first === undefined
    ? fail('policy-missing', 'the rules of another organisation do not load at the moment')
    : fail(thrown.code, `${first.path}: ${first.message}`, own);
}

/** Parser and checks recurse as deep as the text; where the stack overflows, the place is unknown. */
function tooDeep({ edit: { path } }: WorkbenchRequest): Error {
  const message = 'nested or chained too deeply to be read';
  return fail('policy-invalid', `${path}:1:1: ${message}`, [{ path: `${path}:1:1`, message }]);
}
