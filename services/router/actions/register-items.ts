import type { RecordedAction } from '../../shared/ledger/action.js';
import type { ListedPart } from '../../shared/ledger/listed-part.js';
import type { RegisterItem } from '../../shared/notice/registers.js';

/**
 * Returns what an action does to the registers of its notice: one item, or one for each leaf of a restriction
 * or an unseal; nothing for a decline.
 */
export function registerItemsOf(action: Omit<RecordedAction, 'kid'>): readonly RegisterItem[] {
  const { verb, number, digest, until = 0, expiresAt = 0, listed } = action;
  const mark = { number, digest };
  switch (verb) {
    case 'withdraw':
    case 'resume':
      return [{ type: verb, ...mark }];
    case 'suspend':
      return [{ type: verb, ...mark, until: until * 1000 }];
    case 'extend':
      return [{ type: verb, ...mark, expiresAt: expiresAt * 1000 }];
    case 'restrict':
    case 'unseal':
      return listed.flatMap((part) => leafItem(part, mark));
    case 'decline':
      return [];
  }
}

function leafItem(
  part: ListedPart,
  mark: { readonly number: number; readonly digest: string },
): readonly RegisterItem[] {
  if ('request' in part) return [];
  if ('disclosure' in part) {
    const { to, section, digest: notice, disclosure } = part;
    return [{ type: 'unseal', ...mark, to, section, notice, disclosure }];
  }
  const { to, sections } = part;
  return [{ type: 'restrict', ...mark, to, ...(sections === undefined ? {} : { sections }) }];
}
