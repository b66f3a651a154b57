import { vocabularyOf } from '../../policy/schema.js';
import type { Version } from '../space/answers.js';

/**
 * What differs besides the rules, one sentence each: members, the facts of the directory about them, words of the
 * vocabularies. All of it can loosen or tighten although no rule changed.
 */
export function circumstancesOf(before: Version, after: Version): readonly string[] {
  return [...memberSentences(before, after), ...vocabularySentences(before, after)];
}

function memberSentences({ directory: before }: Version, { directory: after }: Version): readonly string[] {
  const [old, now] = [before.organisations, after.organisations];
  const gone = [...old.keys()].filter((id) => !now.has(id));
  const come = [...now.keys()].filter((id) => !old.has(id));
  const facts = [...now.values()].flatMap((is) => {
    const was = old.get(is.id);
    if (was === undefined) return [];
    return (['groups', 'accreditedFor', 'agreements'] as const).flatMap((name) => {
      const words = changeOf(was[name], is[name]);
      return words === '' ? [] : [`the directory says something else of \`${is.id}\`: ${name} ${words}`];
    });
  });
  return [
    ...come.map((id) => `\`${id}\` is a new member: all that it sends and receives is compared with nothing`),
    ...gone.map((id) => `\`${id}\` is a member no more: all that it sent and received ends`),
    ...facts,
  ];
}

function vocabularySentences({ sets: before }: Version, { sets: after }: Version): readonly string[] {
  const types = new Set([before, after].flatMap(({ schema }) => Object.keys(schema['']?.entityTypes ?? {})));
  return [...types].flatMap((type) => {
    // Members and groups are the directory's.
    if (type === 'OrgId' || type === 'Group') return [];
    const words = changeOf(vocabularyOf(before.schema, type) ?? [], vocabularyOf(after.schema, type) ?? []);
    return words === '' ? [] : [`the vocabulary \`${type}\` differs: ${words}`];
  });
}

/** `+new, −old`; nothing where the words are the same. */
function changeOf(before: readonly string[], after: readonly string[]): string {
  return [
    ...after.filter((word) => !before.includes(word)).map((word) => `+${word}`),
    ...before.filter((word) => !after.includes(word)).map((word) => `−${word}`),
  ].join(', ');
}
