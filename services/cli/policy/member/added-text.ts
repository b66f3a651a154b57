import { shippedPolicies } from '../../../shared/runtime/root.js';
import type { Output } from '../../terminal/output.js';
import { quoted, suggestedCommand } from '../../terminal/suggested-command.js';
import type { MemberPlan } from './plan-member.js';

interface AddedTextParams {
  readonly policies: string;
  readonly dryRun: boolean;
}

/** Formats what was written, or with `dryRun` what would be, and the next commands. */
export function addedText(
  { id, created, changed }: MemberPlan,
  { policies, dryRun }: AddedTextParams,
  { paint }: Output,
): string {
  const { bold, dim } = paint;
  const all = [...created, ...changed];
  const texts = [...created, ...changed.slice(-1)].map(({ path, text }) => `${bold(path)}\n${text}`);
  if (dryRun) return [`would write ${all.map(({ path }) => path).join(', ')}`, ...texts].join('\n\n');
  const folder = policies === shippedPolicies ? '' : ` --policies ${quoted(policies)}`;
  const next = [
    ['check', 'every file of the folder'],
    ['test', 'every case, also those of other members, in which `others` matches it'],
    ['prove', 'every invariant'],
    [
      `diff --member ${id}`,
      `once ${id}/export.cedar and ${id}/import.cedar permit something: what its accession opens`,
    ],
  ] as const;
  const wrote = [
    `wrote ${all.map(({ path }) => bold(path)).join(', ')}`,
    `${id} exchanges with nobody until its rules permit something`,
  ];
  // A folder without rules of members is complete only at the hub.
  if (created.length === 0) return [...wrote, `the rules of ${id} come from its site`].join('\n');
  return [
    ...wrote,
    '',
    dim('next:'),
    ...next.map(([words, says]) => `  ${suggestedCommand(`policy ${words}${folder}`)}  ${dim(says)}`),
  ].join('\n');
}
