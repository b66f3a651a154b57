import type { OrgId } from '../../shared/kernel/ids.js';
import { hubSize } from '../init/hub-broker.js';
import { admittedNkeys } from '../key/gateway-nkeys.js';
import { type Check, ok, toInspect } from './check.js';

/** The check of the nkeys that the broker of a hub accepts of the gateways of members: one of each but while it changes over. */
export const nkeys: Check = {
  name: 'nkeys',
  look: ({ home }) => {
    const { orgs } = hubSize(home);
    const withCount = (count: number): readonly OrgId[] =>
      orgs.filter((org) => admittedNkeys(home, org).length === count);
    const [none, two] = [withCount(0), withCount(2)];
    if (none.length > 0)
      return toInspect(
        `locked out: ${none.join(' ')}`,
        'liaison org keys approve --help   # admits the next nkey of a gateway',
      );
    const [first] = two;
    if (first === undefined) return ok(`one of each of ${orgs.length} gateways`);
    return toInspect(
      `two are accepted until the gateway logs in with the next one: ${two.join(' ')}`,
      `liaison org keys lock-out ${first}   # only if the old one was stolen`,
    );
  },
};
