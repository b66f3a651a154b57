import { SECTIONS, type Section } from '../../shared/notice/kinds.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { ShownOverheldPair } from '../../shared/wire/shown-overheld.js';
import type { OwnLife } from './own-life.js';

/** What a holder holds in excess of a revision. */
type OverheldPair = Pick<ShownOverheldPair, 'recipient' | 'jti' | 'whole' | 'sections'>;

/** What is to be taken back from a holder; without `sections` the whole notice. */
interface ExcessLeft {
  readonly to: string;
  readonly sections?: readonly Section[];
}

/**
 * Returns the part of a holder's excess that no own action takes back yet; undefined when nothing is left. A
 * restriction counts as soon as it is signed, until an unseal of its section or a later revision. A restriction that
 * the hub refused counts only if it was ordered at `since` (milliseconds since 1970) or later, so that it is not
 * ordered again under the same policies.
 */
export function excessLeft(
  { items }: Pick<OwnLife, 'items'>,
  { recipient: to, jti, whole, sections }: OverheldPair,
  since: number,
): ExcessLeft | undefined {
  const revision = Number(jti.split('.')[1]);
  const counting = items
    .filter(({ number, state, at }) => number > revision && (state !== 'refused' || at >= since))
    .toSorted((a, b) => a.number - b.number);
  if (counting.some((item) => takesWhole(item, to))) return undefined;
  if (whole) return { to };
  const left = SECTIONS.filter((section) => {
    const newest = counting.findLast((item) => concerns(item, { to, section }));
    return sections.includes(section) && newest?.verb !== 'restrict';
  });
  return left.length === 0 ? undefined : { to, sections: left };
}

function takesWhole({ verb, fields: { meant = [] } }: ItemRow, to: string): boolean {
  return verb === 'restrict' && meant.some((one) => one.to === to && one.sections === undefined);
}

/** True for a restriction that takes this section from the holder, and for an unseal that gives it. */
function concerns(
  { verb, fields: { meant = [] } }: ItemRow,
  { to, section }: { readonly to: string; readonly section: Section },
): boolean {
  return meant.some((one) => {
    if (one.to !== to) return false;
    return verb === 'restrict' ? one.sections?.includes(section) === true : one.section === section;
  });
}
