import { fail } from '../../kernel/errors.js';
import { revisionNumberOf, type OrgId } from '../../kernel/ids.js';
import { eachDenied } from '../denials.js';
import type { SharePart, UnsharePart } from '../record-own-parts.js';
import type { DecisionPart, DenialPart, HeldNoticePart, HeldPart, ReportPart } from '../record-parts.js';
import { rulesIn } from './rule-places.js';
import { shareKey } from '../shares.js';

/** Returns the members that a report can be about: all of its tree but its originator. */
export function possibleRecipients(orgs: readonly OrgId[], originator: OrgId): readonly OrgId[] {
  return orgs.filter((org) => org !== originator);
}

/** What is read before a notice, and what its recipients are shown. */
interface Reading {
  members: readonly OrgId[];
  rules: DecisionPart['rules'];
  readonly shares: Map<string, SharePart | UnsharePart>;
}

/**
 * Reverses `heldParts`, except for the order of names, for a report of this originator. Throws `schema-invalid` if no member is
 * left for a denial without names, for a rule that the record does not name, or if decisions and shares do not match: a
 * recipient would be shown something else than the recorded decision.
 */
export function spelledOut(held: readonly HeldPart[], originator: OrgId): readonly ReportPart[] {
  const reading: Reading = { members: [], rules: [], shares: sharesIn(held) };
  const parts = held.flatMap((part): readonly ReportPart[] => {
    switch (part.type) {
      case 'tree':
        reading.members = possibleRecipients(part.orgs, originator);
        return [];
      case 'basis':
        reading.rules = rulesIn(part.rules);
        return [];
      case 'members':
        reading.members = part.orgs;
        return [];
      case 'share':
      case 'unshare':
        return [];
      case 'notice':
        return saidOf(part, reading);
      default:
        return [part];
    }
  });
  if (reading.shares.size > 0) throw unfit();
  return parts;
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

function sharesIn(held: readonly HeldPart[]): Reading['shares'] {
  const own = held.filter((part) => part.type === 'share' || part.type === 'unshare');
  const shares = new Map(own.map((part) => [shareKey(part), part]));
  if (shares.size < own.length) throw unfit();
  return shares;
}

function saidOf({ decisions, denials, ...notice }: HeldNoticePart, reading: Reading): readonly ReportPart[] {
  const { type, jti, digest, ...more } = notice;
  const why = ({
    rules,
    because,
  }: HeldNoticePart['decisions'][number] | HeldNoticePart['denials'][number]) => ({
    rules: rules.map((place) => ruleAt(reading, place)),
    ...(because === undefined ? {} : { because }),
  });
  const named = new Set([...decisions.map(({ to }) => to), ...denials.flatMap(({ to = [] }) => to)]);
  return [
    { type, jti, digest, number: revisionNumberOf(jti), ...more },
    ...decisions.map(({ to, ...one }): DecisionPart => {
      const key = shareKey({ to, jti });
      const share = reading.shares.get(key);
      if (share !== undefined && share.digest !== digest) throw unfit();
      const shown = shownOf(notice, share);
      reading.shares.delete(key);
      return { type: 'decision', jti, to, ...shown, ...why(one) };
    }),
    ...denials.map(({ to, ...one }): DenialPart => {
      return { type: 'denial', jti, to: to ?? othersIn(reading, named), ...why(one) };
    }),
  ];
}

function ruleAt({ rules }: Reading, place: number): DecisionPart['rules'][number] {
  const rule = rules[place];
  if (rule === undefined)
    throw fail('schema-invalid', 'a record has no rule in a place that a decision names');
  return rule;
}

/** Returns the members that no other decision on the notice names, and names them: a second list of others is refused. */
function othersIn({ members }: Reading, named: Set<OrgId>): readonly OrgId[] {
  const others = members.filter((org) => !named.has(org));
  if (others.length === 0)
    throw fail('schema-invalid', 'a record denies a notice to others, and there are none');
  for (const org of others) named.add(org);
  return others;
}

/** What the part of a recipient says of a decision: without a share the notice is denied. */
function shownOf({ sections }: Pick<HeldNoticePart, 'sections'>, part: SharePart | UnsharePart | undefined) {
  if (part?.type !== 'share')
    return { outcome: 'denied', sections: [], withheld: [], advertised: [], obligations: [] } as const;
  const withheld = sections.filter((section) => !part.sections.includes(section)).toSorted();
  if (withheld.length + part.sections.length !== sections.length) throw unfit();
  const { advertised, obligations } = part;
  const outcome = withheld.length === 0 ? 'delivered' : 'redacted';
  return { outcome, sections: part.sections, withheld, advertised, obligations } as const;
}

const unfit = () =>
  fail('schema-invalid', 'the decisions of a record and what its recipients are shown differ');
