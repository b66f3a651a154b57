import { fail } from '../../shared/kernel/errors.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import { ALL_LAYERS } from '../../shared/policy/layers.js';
import { createPolicy } from '../../shared/policy/plan.js';
import { policyNoticeOfDraft } from '../../shared/workbench/explain/notice-of-draft.js';
import { policyNoticeOfRecord, type RecordedNotice } from '../../shared/workbench/diff/traffic.js';
import { exchangeMap } from '../../shared/workbench/map/exchange-map.js';
import { findMember } from '../../shared/workbench/find-member.js';
import {
  exampleNames,
  openWorkspace,
  readExample,
  type Workspace,
} from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import type { ShownMap, ShownPreview, ShownWhoSees } from './shown-policies.js';
import type { WorkbenchRequestOf, Folders } from './request.js';

type Example = Exclude<WorkbenchRequestOf<'who-sees'>, { readonly notice: unknown }>;

/** Computes the matrix of a notice under the live rules and under the edited ones. */
export function whoSees(folders: Folders, request: WorkbenchRequestOf<'who-sees'>): ShownWhoSees {
  return 'notice' in request ? whoSeesRecorded(folders, request.notice) : whoSeesExample(folders, request);
}

/** Nothing is hidden in the matrix of a recorded notice: only its originator and the federation may ask for it. */
function whoSeesRecorded({ folder, copy }: Folders, notice: RecordedNotice): ShownWhoSees {
  const preview = (path: string): readonly ShownPreview[] =>
    createPolicy(openWorkspace(path, digest)).preview(policyNoticeOfRecord(notice));
  return {
    sections: notice.sections.toSorted(),
    layers: ALL_LAYERS,
    before: preview(folder),
    after: preview(copy),
  };
}

/**
 * The matrix of an example, as `policy who-sees` makes it. For an organisation's author, a notice of another originator is
 * decided by the federation's rules and the author's own import only: otherwise the matrix would reveal what
 * the export rules of others withhold.
 */
function whoSeesExample({ folder, copy }: Folders, request: Example): ShownWhoSees {
  const [before, after] = [openWorkspace(folder, digest), openWorkspace(copy, digest)];
  const draft = readExample(request.example);
  if (draft === undefined)
    throw fail('usage', `no example \`${request.example}\`${didYouMean(request.example, exampleNames())}`);
  const isForeign = request.org !== null && request.org !== request.from;
  const preview = (workspace: Workspace): readonly ShownPreview[] => {
    const originator = findMember(request.from, workspace.directory);
    const { asked: notice } = policyNoticeOfDraft(draft, { originator, now: new Date() });
    if (!isForeign) return createPolicy(workspace).preview(notice);
    const rows = createPolicy({ ...workspace, layers: ['federation', 'import'] }).preview(notice);
    return rows.filter(({ org }) => org === request.org);
  };
  return {
    sections: Object.keys(draft.sections).toSorted(),
    layers: isForeign ? ['federation', 'import'] : ALL_LAYERS,
    before: preview(before),
    after: preview(after),
  };
}

/** Computes `policy map` of the live or the edited rules; an organisation's author sees only what it gives itself. */
export function map({ folder, copy }: Folders, { of, org }: WorkbenchRequestOf<'map'>): ShownMap {
  const { basis, organisations, kinds, cells, faults } = exchangeMap(
    openWorkspace(of === 'live' ? folder : copy, digest),
  );
  return {
    basis,
    organisations,
    kinds,
    faults,
    cells: cells.filter(({ from }) => org === null || from === org),
  };
}
