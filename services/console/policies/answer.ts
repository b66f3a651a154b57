import { fail, isCode } from '../../shared/kernel/errors.js';
import type { WithScratch } from '../../shared/workbench/child/answer-parent.js';
import { withEdits } from '../../shared/workbench/child/copy-with-edits.js';
import type { WorkbenchRequest, ChildRequest, Folders } from './request.js';
import { diff, traffic } from './answer-changes.js';
import { cases, lint } from './answer-checks.js';
import { map, whoSees } from './answer-routes.js';
import { vocabulary } from './answer-vocabulary.js';

/** Answers a question in the child process, on a copy of the live folder with the edit. */
export async function answerQuestion({
  folder,
  scratch,
  request,
}: WithScratch<ChildRequest>): Promise<unknown> {
  try {
    return await withEdits({ folder, scratch }, [request.edit], (copy) =>
      answerFor(request, { folder, copy }),
    );
  } catch (thrown) {
    throw visibleError(thrown, request);
  }
}

function answerFor(request: WorkbenchRequest, folders: Folders): unknown {
  switch (request.what) {
    case 'lint':
      return lint(folders.copy, request);
    case 'vocabulary':
      return vocabulary(folders.copy, request);
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
