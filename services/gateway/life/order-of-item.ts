import { parseOrgId } from '../../shared/kernel/ids.js';
import { isActionVerb } from '../../shared/notice/action-verbs.js';
import { SECTIONS, type Section } from '../../shared/notice/kinds.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { ActionOrder, RestrictedHolder } from './action-order.js';

/**
 * Rebuilds the order of a stored action, to sign one that was held, or refused only for its number. `request`
 * is the id of the request that the action answers. Undefined for an item that is no action, for a decline
 * without its request, and for an unseal without its section.
 */
export function orderOfItem({ verb, fields }: ItemRow, request: string | undefined): ActionOrder | undefined {
  const { reason = '', until = 0, expiresAt = 0, meant = [], everyone } = fields;
  const [first] = meant;
  const section = sectionsOf([fields.section ?? first?.section ?? ''])[0];
  if (!isActionVerb(verb)) return undefined;
  switch (verb) {
    case 'withdraw':
      return { verb, reason };
    case 'suspend':
      return { verb, reason, until: until * 1000 };
    case 'resume':
      return { verb };
    case 'extend':
      return { verb, reason, expiresAt: expiresAt * 1000 };
    case 'restrict':
      return everyone
        ? { verb, reason, ...sectionsOfAll(meant) }
        : { verb, reason, holders: meant.map(holderOf) };
    case 'lift':
      return { verb, holders: meant.map(holderOf) };
    case 'unseal':
      return (
        first && section && { verb, to: parseOrgId(first.to), section, ...(request && { jti: request }) }
      );
    case 'decline':
      return request === undefined ? undefined : { verb, reason, jti: request };
    case 'review':
      return { verb, reason, jti: fields.jti ?? '', review: fields.review ?? '' };
  }
}

type Meant = NonNullable<ItemRow['fields']['meant']>[number];

function holderOf({ to, sections }: Meant): RestrictedHolder {
  return { to: parseOrgId(to), ...(sections && { sections: sectionsOf(sections) }) };
}

function sectionsOfAll([first]: readonly Meant[]): { readonly sections?: readonly Section[] } {
  return first?.sections === undefined ? {} : { sections: sectionsOf(first.sections) };
}

function sectionsOf(names: readonly string[]): readonly Section[] {
  return SECTIONS.filter((section) => names.includes(section));
}
