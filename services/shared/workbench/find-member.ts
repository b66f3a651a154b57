import { fail } from '../kernel/errors.js';
import type { OrgId } from '../kernel/ids.js';
import { didYouMean } from '../kernel/nearest.js';
import type { DirectoryFacts } from '../policy/facts.js';

/** Returns the member of this name. Throws `organisation-unknown` with the nearest name. */
export function findMember(name: string, { organisations }: DirectoryFacts): OrgId {
  const members = [...organisations.keys()];
  const member = members.find((each) => each === name);
  if (member !== undefined) return member;
  const near = didYouMean(name, members) || `: there are ${members.join(', ')}`;
  throw fail('organisation-unknown', `no organisation \`${name}\` in the directory${near}`);
}
