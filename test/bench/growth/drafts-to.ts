import type { InventedMembers } from '../../../services/cli/init/invented-members.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { Draft } from '../../../services/shared/notice/draft.js';
import { KINDS } from '../../../services/shared/notice/kinds.js';
import { exampleDraft } from '../examples.js';

/**
 * Returns drafts of every kind except the one that must be addressed to all members, each to the organisation's
 * own copy of the seven, so that the number of recipients does not depend on the number of members.
 */
export function draftsTo({ neighbours }: Pick<InventedMembers, 'neighbours'>, org: OrgId): readonly Draft[] {
  const kinds = KINDS.filter((kind) => kind !== 'un-special');
  return kinds.map((kind) => exampleDraft(kind, { addressees: neighbours.get(org) }));
}
