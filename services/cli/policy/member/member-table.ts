import type { FederationFacts } from '../../../shared/trust/directory-source.js';
import { breakWords } from '../../notice/notice-table.js';
import { type Output, table } from '../../terminal/output.js';

/** Formats the facts about each member as a table. */
export function memberTable(organisations: FederationFacts['organisations'], output: Output): string {
  const head = ['id', 'name', 'seat', 'groups', 'accredited for', 'agreements with'];
  const rows = Object.entries(organisations).map(
    ([id, { name, seat, groups, accreditedFor, agreements }]) => [
      output.paint.bold(id),
      breakWords(name, 28),
      seat,
      breakWords(groups.join(' '), 24),
      accreditedFor.join('\n'),
      breakWords(agreements.join(' '), 24),
    ],
  );
  return table(head, rows, output);
}
