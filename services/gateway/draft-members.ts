import { type Detail, fail } from '../shared/kernel/errors.js';
import { didYouMean } from '../shared/kernel/nearest.js';
import type { Draft } from '../shared/notice/draft.js';
import type { Identity } from './identity.js';

/**
 * Whom a draft is for and whom it must not reach are members: a misspelt name would keep nobody from it. Throws
 * `organisation-unknown` with every place.
 */
export function checkMembers({ directory }: Pick<Identity, 'directory'>, { header }: Draft): void {
  const members = [...directory.current().organisations.keys()];
  const excluded: readonly string[] = header.excluded ?? [];
  const faultOf = (name: string): string | undefined =>
    members.some((member) => member === name) ? undefined : `no member${didYouMean(name, members)}`;
  const addressees = Array.isArray(header.addressees) ? header.addressees : [];
  const faults = [
    ...located('addressees', addressees, (name) =>
      excluded.includes(name) ? 'among the excluded as well' : faultOf(name),
    ),
    ...located('excluded', excluded, faultOf),
  ];
  const [first] = faults;
  if (first === undefined) return;
  throw fail('organisation-unknown', `\`${first.path}\`: ${first.message}`, faults);
}

function located(
  list: string,
  names: readonly string[],
  faultOf: (name: string) => string | undefined,
): readonly Detail[] {
  return names.flatMap((name, index) => {
    const message = faultOf(name);
    return message === undefined ? [] : [{ path: `/header/${list}/${index}`, message }];
  });
}
