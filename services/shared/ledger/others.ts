import { fail } from '../kernel/errors.js';
import type { Jti, OrgId } from '../kernel/ids.js';
import { eachDenied } from './denials.js';
import type { DenialPart, HeldPart, OthersPart, ReportPart } from './record-parts.js';
import { type JoinedPart, joinShares } from './shares.js';

type Named = HeldPart | JoinedPart;

/**
 * Shortens the parts of a report for its record: the longest denial of each notice becomes `others`, without
 * names. Names made up most of a report to 200 members (docs/adr/0024). `members` are those who are meant where no part
 * `members` precedes.
 */
export function withOthers(parts: readonly HeldPart[], members: readonly OrgId[]): readonly HeldPart[] {
  const named = namedIn(parts);
  const longest = longestIn(parts);
  let meant: ReadonlySet<OrgId> = new Set(members);
  return parts.flatMap((part): readonly HeldPart[] => {
    if (part.type !== 'denial' || longest.get(part.jti) !== part) return [part];
    const all = named.get(part.jti) ?? [];
    const orgs = new Set(all);
    // With an organisation named twice, the others could not be derived from the members.
    if (orgs.size < all.length) return [part];
    const { to: _to, type: _type, ...about } = part;
    const others = { type: 'others', ...about } as const;
    if (orgs.size === meant.size && all.every((org) => meant.has(org))) return [others];
    meant = orgs;
    return [{ type: 'members', orgs: all }, others];
  });
}

/** Returns the members that a report can be about: all of its tree but its originator. */
export function possibleRecipients(orgs: readonly OrgId[], originator: OrgId): readonly OrgId[] {
  return orgs.filter((org) => org !== originator);
}

/**
 * Reverses `withShares` and `withOthers`, except for the order of names, for a report of this originator. Throws
 * `schema-invalid` if no member is left for `others`, or if decisions and shares do not belong together.
 */
export function spelledOut(held: readonly HeldPart[], originator: OrgId): readonly ReportPart[] {
  const joined = joinShares(held);
  const named = namedIn(joined);
  let members: readonly OrgId[] = [];
  return joined.flatMap((part): readonly ReportPart[] => {
    switch (part.type) {
      case 'tree':
        members = possibleRecipients(part.orgs, originator);
        return [];
      case 'basis':
        return [];
      case 'members':
        members = part.orgs;
        return [];
      case 'others': {
        const denial = denialTo(members, part, named.get(part.jti));
        // A second `others` part about the same notice has no members left and is refused.
        named.set(part.jti, [...members]);
        return [denial];
      }
      default:
        return [part];
    }
  });
}

/** Expands a report to one part for each organisation. */
export function eachSaid(
  held: readonly HeldPart[],
  originator: OrgId,
): readonly Exclude<ReportPart, DenialPart>[] {
  return spelledOut(held, originator).flatMap((part): readonly Exclude<ReportPart, DenialPart>[] =>
    part.type === 'denial' ? eachDenied(part) : [part],
  );
}

function denialTo(
  members: readonly OrgId[],
  { jti, rules, because }: OthersPart,
  named: readonly OrgId[] = [],
): DenialPart {
  const elsewhere = new Set(named);
  const to = members.filter((org) => !elsewhere.has(org));
  if (to.length === 0) throw fail('schema-invalid', 'a record denies a notice to others, and there are none');
  return { type: 'denial', jti, to, rules, ...(because === undefined ? {} : { because }) };
}

/** Returns the organisations named in the parts about each notice. */
function namedIn(parts: readonly Named[]): Map<Jti, OrgId[]> {
  const named = new Map<Jti, OrgId[]>();
  for (const part of parts) {
    if (part.type !== 'decision' && part.type !== 'denial') continue;
    const all = named.get(part.jti) ?? [];
    named.set(part.jti, all);
    if (part.type === 'decision') all.push(part.to);
    else all.push(...part.to);
  }
  return named;
}

function longestIn(parts: readonly HeldPart[]): ReadonlyMap<Jti, HeldPart> {
  const longest = new Map<Jti, DenialPart>();
  for (const part of parts) {
    if (part.type !== 'denial') continue;
    if (part.to.length > (longest.get(part.jti)?.to.length ?? 0)) longest.set(part.jti, part);
  }
  return longest;
}
