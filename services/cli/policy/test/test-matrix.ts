import { counted } from '../../../shared/wire/counted.js';
import type { Decision } from '../../../shared/policy/decision.js';
import type { CaseResult, FileResult } from '../../../shared/workbench/cases/run-cases.js';
import type { Output, Paint } from '../../terminal/output.js';
import { longTextTable } from '../../terminal/long-text-table.js';

type Look = Pick<Output, 'paint' | 'width'>;

/** Formats the results of one file, cases × recipients; a cell counts the sections that the recipient receives. */
export function testMatrix({ file, results }: FileResult, look: Look): string {
  // Import cases have one recipient each: a table of their own avoids a row of mostly empty cells.
  const [many, one] = [true, false].map((isMany) =>
    results.filter(({ decisions }) => decisions.length > 1 === isMany),
  );
  const tables = [many ?? [], one ?? []].filter((rows) => rows.length > 0);
  return [look.paint.bold(file), ...tables.map((rows) => tableOf(rows, look))].join('\n');
}

function tableOf(results: readonly CaseResult[], { paint, width }: Look): string {
  const recipients = [
    ...new Set(results.flatMap(({ decisions }) => decisions.map(({ recipient }) => recipient))),
  ];
  const head = ['', ...recipients.map((recipient) => paint.dim(recipient)), ''];
  const rows = results.map((result) => [
    result.failures.length === 0 ? paint.green('✓') : paint.red('✗'),
    ...recipients.map((recipient) => cellOf(result, recipient, paint)),
    result.name,
  ]);
  return longTextTable(head, rows, width);
}

/** Formats the legend of the cells, and the number of cases that pass. */
export function testSummary(files: readonly FileResult[], { dim, red, green }: Paint): string {
  const results = files.flatMap((file) => file.results);
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const count = `${counted(results.length, 'case')} in ${counted(files.length, 'file')}`;
  const legend = dim('9/13: disclosed, of the sections in the notice   deny: nothing   ·: not asked');
  return `${legend}\n\n${failed === 0 ? green(`${count}: all hold`) : red(`${count}: ${failed} failed`)}`;
}

function cellOf({ decisions, failures }: CaseResult, recipient: string, paint: Paint): string {
  const decision = decisions.find((each) => each.recipient === recipient);
  if (decision === undefined) return paint.dim('·');
  const text = decisionCell(decision);
  if (failures.some((each) => each.type === 'recipient' && each.recipient === recipient))
    return paint.red(`${text} ✗`);
  return decision.outcome === 'denied' ? paint.dim(text) : text;
}

function decisionCell({ outcome, sections, withheld }: Decision): string {
  return outcome === 'denied' ? 'deny' : `${sections.length}/${sections.length + withheld.length}`;
}
