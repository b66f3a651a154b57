import { fail } from '../../kernel/errors.js';
import { type Jti, type OrgId, revisionNumberOf } from '../../kernel/ids.js';
import { eachDenied } from '../denials.js';
import type { SharePart, UnsharePart } from '../record-own-parts.js';
import type { DecisionPart, DenialPart, HeldNoticePart, HeldPart, ReportPart } from '../record-parts.js';
import { rulesIn } from './rule-places.js';

/** Returns the members that a report can be about: all of its tree but its originator. */
export function possibleRecipients(orgs: readonly OrgId[], originator: OrgId): readonly OrgId[] {
  return orgs.filter((org) => org !== originator);
}

/** The report that parts are of. */
interface Reported {
  readonly originator: OrgId;
  readonly reason: 'routing' | 'narrowing';
}

/** What is read before a notice. */
interface Reading {
  readonly reason: Reported['reason'];
  /** The possible recipients, each of which has a place in the tree of members. */
  places: ReadonlySet<OrgId>;
  members: readonly OrgId[];
  rules: DecisionPart['rules'];
  readonly jtis: Set<Jti>;
}

/**
 * Reverses `heldParts`, except for the order of names. Throws `schema-invalid` if no member is left for a denial without
 * names, for a rule that the record does not name, for a notice or an organisation that is decided about twice, and if the
 * own parts of recipients are not those that `heldParts` writes after the notice: a recipient would be shown something else
 * than the recorded decision.
 */
export function spelledOut(
  held: readonly HeldPart[],
  { originator, reason }: Reported,
): readonly ReportPart[] {
  const reading: Reading = { reason, places: new Set(), members: [], rules: [], jtis: new Set() };
  let taken = 0;
  return held.flatMap((part, at): readonly ReportPart[] => {
    switch (part.type) {
      case 'tree':
        reading.members = possibleRecipients(part.orgs, originator);
        reading.places = new Set(reading.members);
        return [];
      case 'basis':
        reading.rules = rulesIn(part.rules);
        return [];
      case 'members':
        reading.members = part.orgs;
        return [];
      case 'share':
      case 'unshare':
        if (at >= taken) throw unfit();
        return [];
      case 'notice': {
        const own = ownPartsAfter(held, at);
        taken = at + 1 + own.length;
        return saidOf(part, own, reading);
      }
      default:
        return [part];
    }
  });
}

/** Expands a report to one part for each organisation. */
export function eachSaid(
  held: readonly HeldPart[],
  reported: Reported,
): readonly Exclude<ReportPart, DenialPart>[] {
  return spelledOut(held, reported).flatMap((part): readonly Exclude<ReportPart, DenialPart>[] =>
    part.type === 'denial' ? eachDenied(part) : [part],
  );
}

type Shown = SharePart | UnsharePart;

/** Returns the parts `share` and `unshare` that follow a notice directly. */
function ownPartsAfter(held: readonly HeldPart[], notice: number): readonly Shown[] {
  const own: Shown[] = [];
  for (let part = held[notice + 1]; part?.type === 'share' || part?.type === 'unshare'; ) {
    own.push(part);
    part = held[notice + 1 + own.length];
  }
  return own;
}

function saidOf(
  { decisions, denials, ...notice }: HeldNoticePart,
  own: readonly Shown[],
  reading: Reading,
): readonly ReportPart[] {
  const { type, jti, digest, ...more } = notice;
  if (reading.jtis.has(jti)) throw unfit();
  reading.jtis.add(jti);
  const why = ({
    rules,
    because,
  }: HeldNoticePart['decisions'][number] | HeldNoticePart['denials'][number]) => ({
    rules: rules.map((place) => ruleAt(reading, place)),
    ...(because === undefined ? {} : { because }),
  });
  const named = namedOnce([...decisions.map(({ to }) => to), ...denials.flatMap(({ to = [] }) => to)]);
  const shown = shownTo({ decisions, jti, digest }, own, reading);
  return [
    { type, jti, digest, number: revisionNumberOf(jti), ...more },
    ...decisions.map(({ to, ...one }, at): DecisionPart => {
      return { type: 'decision', jti, to, ...givenBy(notice, shown[at]), ...why(one) };
    }),
    ...denials.map(({ to, ...one }): DenialPart => {
      return { type: 'denial', jti, to: to ?? othersIn(reading, named), ...why(one) };
    }),
  ];
}

function namedOnce(all: readonly OrgId[]): Set<OrgId> {
  const named = new Set(all);
  if (named.size < all.length)
    throw fail('schema-invalid', 'a record decides about a notice for one organisation twice');
  return named;
}

/**
 * Returns the own part that follows from each decision: a share, nothing where a routing report denies, and `unshare` where
 * a narrowing does.
 */
function shownTo(
  { decisions, jti, digest }: Pick<HeldNoticePart, 'decisions' | 'jti' | 'digest'>,
  own: readonly Shown[],
  { reason, places }: Reading,
): readonly (Shown | undefined)[] {
  let next = 0;
  const shown = decisions.map(({ to }) => {
    const part = own[next];
    if (part?.to !== to) {
      if (reason === 'narrowing') throw unfit();
      return undefined;
    }
    next += 1;
    // A former recipient may have no place: nothing can be shown to it, and nothing is left to it.
    const isFit = part.type === 'share' ? places.has(to) : reason === 'narrowing';
    if (!isFit || part.jti !== jti || part.digest !== digest) throw unfit();
    return part;
  });
  if (next < own.length) throw unfit();
  return shown;
}

function ruleAt({ rules }: Reading, place: number): DecisionPart['rules'][number] {
  const rule = rules[place];
  if (rule === undefined)
    throw fail('schema-invalid', 'a record has no rule in a place that a decision names');
  return rule;
}

/**
 * Returns the members that no decision or denial on the notice names, and adds them to `named`: a second denial without
 * names is refused, because it has no members left.
 */
function othersIn({ members }: Reading, named: Set<OrgId>): readonly OrgId[] {
  const others = members.filter((org) => !named.has(org));
  if (others.length === 0)
    throw fail('schema-invalid', 'a record denies a notice to others, and there are none');
  for (const org of others) named.add(org);
  return others;
}

/** What the part of a recipient says of a decision: without a share the notice is denied. */
function givenBy({ sections }: Pick<HeldNoticePart, 'sections'>, part: Shown | undefined) {
  if (part?.type !== 'share')
    return { outcome: 'denied', sections: [], withheld: [], advertised: [], obligations: [] } as const;
  const withheld = sections.filter((section) => !part.sections.includes(section)).toSorted();
  if (withheld.length + part.sections.length !== sections.length) throw unfit();
  const { advertised, obligations } = part;
  if (!advertised.every((section) => withheld.includes(section))) throw unfit();
  const outcome = withheld.length === 0 ? 'delivered' : 'redacted';
  return { outcome, sections: part.sections, withheld, advertised, obligations } as const;
}

const unfit = () =>
  fail('schema-invalid', 'the decisions of a record and what its recipients are shown differ');
