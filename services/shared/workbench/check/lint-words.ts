import { didYouMean } from '../../kernel/nearest.js';
import type { Rule } from '../../policy/rule.js';
import { type Finding, findingOf } from './finding.js';

/**
 * Finds likely mistakes that only a comparison with other rules shows: an obligation of a single rule that
 * differs only slightly from one of several rules, one that no recipient takes on, and an id that begins like the ids of another
 * organisation.
 */
export function lintWords(rules: readonly Rule[]): readonly Finding[] {
  return [...singleObligations(rules), ...idleObligations(rules), ...foreignIds(rules)];
}

function singleObligations(rules: readonly Rule[]): readonly Finding[] {
  const times = timesOf(rules.flatMap(({ obligation }) => obligation ?? []));
  const usual = [...times].filter(([, count]) => count > 1).map(([word]) => word);
  return rules.flatMap(({ obligation = '', place }) => {
    const near = times.get(obligation) === 1 ? didYouMean(obligation, usual) : '';
    if (near === '') return [];
    return [
      findingOf('obligation', {
        path: place,
        message: `no other rule has the obligation \`${obligation}\`${near}`,
      }),
    ];
  });
}

/** Only a permit that opened a notice or a section carries its obligation to the recipient. */
function idleObligations(rules: readonly Rule[]): readonly Finding[] {
  return rules.flatMap(({ id, effect, obligation, permissions, place: path }) => {
    if (obligation === undefined) return [];
    const noEffect = `its obligation \`${obligation}\` has no effect`;
    if (effect === 'forbid')
      return [findingOf('forbid-obligation', { path, message: `\`${id}\` is a forbid: ${noEffect}` })];
    if (!permissions.has('advertise') || permissions.size > 1) return [];
    const message = `\`${id}\` permits only to advertise: ${noEffect}`;
    return [findingOf('advertise-obligation', { path, message })];
  });
}

function foreignIds(rules: readonly Rule[]): readonly Finding[] {
  const owners = new Set(rules.map(ownerOf));
  const beginnings = new Map([...owners].map((owner) => [owner, usualBeginning(rules, owner)]));
  return rules.flatMap((rule) => {
    const [beginning, owner] = [beginningOf(rule), ownerOf(rule)];
    const others = [...beginnings].filter(([, usual]) => usual === beginning).map(([other]) => other);
    const [other] = others;
    if (other === undefined || others.includes(owner)) return [];
    const message = `\`${rule.id}\` begins like the ids of \`${other}\``;
    return [findingOf('foreign-id', { path: rule.place, message })];
  });
}

/** Returns how most ids of the owner's rules begin; undefined when no two begin alike. */
function usualBeginning(rules: readonly Rule[], owner: string): string | undefined {
  const times = timesOf(rules.filter((rule) => ownerOf(rule) === owner).map(beginningOf));
  const [most] = [...times].toSorted(([, a], [, b]) => b - a);
  return most !== undefined && most[1] > 1 ? most[0] : undefined;
}

const beginningOf = ({ id }: Rule): string => id.split('-')[0] ?? '';

/** Returns `europol` from `europol/export.cedar:12:1`. */
const ownerOf = ({ place }: Rule): string => place.split('/')[0] ?? '';

function timesOf(words: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return times;
}
