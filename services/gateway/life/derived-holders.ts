import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { SECTIONS, type Section } from '../../shared/notice/kinds.js';
import type { OwedHolder } from '../../shared/store/gateway/gateway-holders.js';
import { needsHandlingNote } from './judge-order.js';
import type { OwnLife } from './own-life.js';

interface DerivedHolder {
  readonly to: OrgId;
  readonly sections?: readonly Section[];
}

/**
 * Returns the holders of a restriction that the gateway signs without an order, except for organisations that are no
 * longer members. A notice with handling code H3 is invalid without its handling note: a holder that may not have the
 * note loses the whole notice.
 */
export function derivedHolders(
  holders: readonly OwedHolder[],
  { life, members }: { readonly life: OwnLife | undefined; readonly members: readonly string[] },
): readonly DerivedHolder[] {
  return holders.flatMap(({ to, sections }) => {
    if (!members.includes(to)) return [];
    const isWhole = sections?.includes('handlingNote') && life && needsHandlingNote(life);
    if (sections === undefined || isWhole) return [{ to: parseOrgId(to) }];
    return [{ to: parseOrgId(to), sections: SECTIONS.filter((section) => sections.includes(section)) }];
  });
}
