import type { OrgId } from '../../../shared/kernel/ids.js';
import { hexDigest } from '../../../shared/trust/digest.js';
import { type DiffResult, diffDocument } from '../../../shared/workbench/diff/diff-document.js';
import type { Output } from '../../terminal/output.js';
import { diffMarkdown } from './diff-markdown.js';
import { diffSummary } from './diff-summary.js';
import { type ComparedVersions, diffText } from './diff-text.js';
import { memberDiff, memberDocument, memberText } from './member-text.js';

/** The form of a diff. `member`: only what is opened to and from one member. */
export type DiffForm =
  | { readonly type: 'whole' | 'summary' | 'markdown' }
  | { readonly type: 'member'; readonly member: OrgId };

interface ShowDiffParams extends ComparedVersions {
  readonly form: DiffForm;
  readonly output: Output;
}

/** Shows a diff in a form; with `--json` always the whole document. */
export function showDiff(result: DiffResult, { form, output, ...versions }: ShowDiffParams): void {
  const document = diffDocument(result);
  switch (form.type) {
    case 'whole':
      return output.show(document, () => diffText(result, versions, output));
    case 'summary':
      return output.show(document, () => diffSummary(result, output));
    case 'markdown': {
      const { before, after } = versions;
      const names = { before: before.name, after: after.name, isReleased: after.isReleased === true };
      return output.show(document, () => diffMarkdown(result, names));
    }
    case 'member': {
      const diff = memberDiff(form.member, result, hexDigest);
      const accession = memberDocument(diff);
      return output.show({ ...document, accession }, () => memberText(diff, versions, output));
    }
  }
}
