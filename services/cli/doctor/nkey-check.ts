import { hubSize } from '../init/hub-broker.js';
import type { NkeyOwner } from '../init/seed-path.js';
import { admittedNkeys, ownersOf } from '../key/member-nkeys.js';
import { type Check, ok, toInspect } from './check.js';

/** The check of the nkeys that the broker of a hub accepts of members: one of each user but while a gateway changes over. */
export const nkeys: Check = {
  name: 'nkeys',
  look: ({ home }) => {
    const { orgs } = hubSize(home);
    const withCount = (count: number): readonly NkeyOwner[] =>
      orgs.flatMap(ownersOf).filter((owner) => admittedNkeys(home, owner).length === count);
    const [none, two] = [withCount(0), withCount(2)];
    if (none.length > 0)
      return toInspect(
        `locked out: ${none.map(({ org, user }) => `${org} (${user})`).join(', ')}`,
        'liaison org keys approve --help   # admits the next nkey of a gateway or a tail',
      );
    const [first] = two;
    if (first === undefined) return ok(`one of each gateway and each tail of ${orgs.length} members`);
    return toInspect(
      `two are accepted until the gateway logs in with the next one: ${two.map(({ org }) => org).join(' ')}`,
      `liaison org keys lock-out ${first.org}   # only if the old one was stolen`,
    );
  },
};
