import { vocabularyOf } from '../../policy/schema.js';
import type { Version } from '../space/answers.js';

/**
 * Describes what differs besides the rules, one sentence each: members, directory facts about them, words of
 * vocabularies. Each can loosen or tighten policy although no rule changed.
 */
export function contextDifferences(before: Version, after: Version): readonly string[] {
  return [...memberSentences(before, after), ...vocabularySentences(before, after)];
}

function memberSentences({ directory: before }: Version, { directory: after }: Version): readonly string[] {
  const [old, now] = [before.organisations, after.organisations];
  const removed = [...old.keys()].filter((id) => !now.has(id));
  const added = [...now.keys()].filter((id) => !old.has(id));
  const facts = [...now.values()].flatMap((is) => {
    const was = old.get(is.id);
    if (was === undefined) return [];
    return (['groups', 'accreditedFor', 'agreements'] as const).flatMap((name) => {
      const words = changeOf(was[name], is[name]);
      return words === '' ? [] : [`the directory entry of \`${is.id}\` differs: ${name} ${words}`];
    });
  });
  return [
    ...added.map((id) => `\`${id}\` is a new member: everything it sends and receives counts as a change`),
    ...removed.map((id) => `\`${id}\` is no longer a member: everything it sent and received ends`),
    ...facts,
  ];
}

function vocabularySentences({ sets: before }: Version, { sets: after }: Version): readonly string[] {
  const types = new Set([before, after].flatMap(({ schema }) => Object.keys(schema['']?.entityTypes ?? {})));
  return [...types].flatMap((type) => {
    // Members and groups come from the directory, whose changes are listed above.
    if (type === 'OrgId' || type === 'Group') return [];
    const words = changeOf(vocabularyOf(before.schema, type) ?? [], vocabularyOf(after.schema, type) ?? []);
    return words === '' ? [] : [`the vocabulary \`${type}\` differs: ${words}`];
  });
}

/** Returns `+new, −old`; empty when the words are the same. */
function changeOf(before: readonly string[], after: readonly string[]): string {
  return [
    ...after.filter((word) => !before.includes(word)).map((word) => `+${word}`),
    ...before.filter((word) => !after.includes(word)).map((word) => `−${word}`),
  ].join(', ');
}
