import { fail } from '../kernel/errors.js';
import type { Jti, OrgId } from '../kernel/ids.js';
import { eachDenied } from './denials.js';
import type { DenialPart, HeldPart, OthersPart, ReportPart } from './record-parts.js';

/**
 * Shortens the parts of a report for its record: the longest denial of each notice becomes `others`, without
 * names. Names made up most of a report to 200 members (docs/adr/0024).
 */
export function withOthers(parts: readonly ReportPart[]): readonly HeldPart[] {
  const named = namedIn(parts);
  const longest = longestIn(parts);
  let members: ReadonlySet<OrgId> = new Set();
  return parts.flatMap((part): readonly HeldPart[] => {
    if (part.type !== 'denial' || longest.get(part.jti) !== part) return [part];
    const all = named.get(part.jti) ?? [];
    const orgs = new Set(all);
    // With an organisation named twice, the others could not be derived from the members.
    if (orgs.size < all.length) return [part];
    const { to: _to, type: _type, ...about } = part;
    const others = { type: 'others', ...about } as const;
    if (orgs.size === members.size && all.every((org) => members.has(org))) return [others];
    members = orgs;
    return [{ type: 'members', orgs: all }, others];
  });
}

/** Reverses `withOthers`, except for the order of names. Throws `schema-invalid` if no member is left for `others`. */
export function spelledOut(held: readonly HeldPart[]): readonly ReportPart[] {
  const named = namedIn(held);
  let members: readonly OrgId[] = [];
  return held.flatMap((part): readonly ReportPart[] => {
    switch (part.type) {
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
export function eachSaid(held: readonly HeldPart[]): readonly Exclude<ReportPart, DenialPart>[] {
  return spelledOut(held).flatMap((part): readonly Exclude<ReportPart, DenialPart>[] =>
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
function namedIn(parts: readonly HeldPart[]): Map<Jti, OrgId[]> {
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

function longestIn(parts: readonly ReportPart[]): ReadonlyMap<Jti, ReportPart> {
  const longest = new Map<Jti, DenialPart>();
  for (const part of parts) {
    if (part.type !== 'denial') continue;
    if (part.to.length > (longest.get(part.jti)?.to.length ?? 0)) longest.set(part.jti, part);
  }
  return longest;
}
