import { didYouMean } from '../../shared/kernel/nearest.js';
import type { Draft } from '../../shared/notice/draft.js';
import type { DirectoryFacts } from '../../shared/policy/facts.js';
import type { Output } from '../terminal/output.js';

/**
 * Writes a note to stderr for each organisation in a draft's header that is not a member, such as a misspelt
 * name, as the rules ignore it.
 */
export function warnNonMembers(
  { addressees, excluded, consents }: Draft['header'],
  { organisations }: DirectoryFacts,
  { note, notePaint }: Pick<Output, 'note' | 'notePaint'>,
): void {
  const members: readonly string[] = [...organisations.keys()];
  const lists = { addressees: addressees === 'all' ? [] : addressees, excluded, consents };
  for (const [list, names = []] of Object.entries(lists)) {
    for (const name of names.filter((each) => !members.includes(each)))
      note(
        `${notePaint.yellow('note')} \`/header/${list}\`: \`${name}\` is not a member${didYouMean(name, members)}`,
      );
  }
}
