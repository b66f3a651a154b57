import type { ShownGateFinding } from '../../../shared/wire/shown-adoption.js';
import { longTextTable } from '../../terminal/long-text-table.js';
import type { Output } from '../../terminal/output.js';

/** Formats findings of the policy gate, a row for each. */
export function findingTable(
  findings: readonly ShownGateFinding[],
  { paint, width }: Pick<Output, 'paint' | 'width'>,
): string {
  const head = ['place', 'finding'].map((word) => paint.dim(word));
  return longTextTable(
    head,
    findings.map(({ place, message }) => [place, message]),
    width,
  );
}
