import { didYouMean } from '../../shared/kernel/nearest.js';
import type { Draft } from '../../shared/notice/draft.js';
import type { DirectoryFacts } from '../../shared/policy/facts.js';
import type { Output } from '../terminal/output.js';

/** Who is named in a draft and is no member gets nothing and closes nothing: most likely it is misspelt. */
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
        `${notePaint.yellow('note')} \`/header/${list}\`: \`${name}\` is no member${didYouMean(name, members)}`,
      );
  }
}
