import { fail } from '../../kernel/errors.js';
import { groupBy } from '../../kernel/group-by.js';
import type { Jti, OrgId } from '../../kernel/ids.js';
import type { Section } from '../../notice/kinds.js';
import type {
  DecisionPart,
  DenialPart,
  HeldNoticePart,
  HeldPart,
  NoticePart,
  ReportPart,
} from '../record-parts.js';
import type { RuleNames } from '../record-own-parts.js';
import { type RulePlaces, rulePlaces } from './rule-places.js';

/** The parts of a report as its record holds them, and the rules that they name by their places. */
export interface HeldParts {
  readonly rules: RuleNames;
  readonly parts: readonly HeldPart[];
}

/** Returns the digest of the disclosures of these sections of a notice of the report. */
export type DisclosedOf = (jti: Jti, sections: readonly Section[]) => string;

interface Holding {
  readonly disclosedOf: DisclosedOf;
  readonly reason: 'routing' | 'narrowing';
  /** The possible recipients, which are meant where no part `members` precedes. */
  readonly members: readonly OrgId[];
}

/**
 * Converts the parts of a report for its record: decisions and denials go into their notice, and what a recipient is shown
 * of a decision into the recipient's own part `share`. In a narrowing, a decision that denies also gets the part `unshare`,
 * which tells the recipient that nothing of the notice is left to it. Throws `internal` for a decision about a notice that
 * the report does not have.
 */
export function heldParts(parts: readonly ReportPart[], holding: Holding): HeldParts {
  const decided = parts.filter((part) => part.type === 'decision' || part.type === 'denial');
  const about = groupBy(decided, ({ jti }) => jti);
  const rules = rulePlaces(decided);
  const shorten = createNames(holding.members);
  const held = parts.flatMap((part): readonly HeldPart[] => {
    if (part.type === 'decision' || part.type === 'denial') return [];
    if (part.type !== 'notice') return [part];
    const said = about.get(part.jti) ?? [];
    about.delete(part.jti);
    const decisions = said.filter((one) => one.type === 'decision');
    const { list, denials } = shorten(
      decisions,
      said.filter((one) => one.type === 'denial'),
    );
    return [...list, heldNotice(part, { decisions, denials }, rules), ...ownParts(part, decisions, holding)];
  });
  if (about.size > 0) throw fail('internal', 'a report decides about a notice that it does not have');
  return { rules: rules.names, parts: held };
}

interface Said {
  readonly decisions: readonly DecisionPart[];
  readonly denials: readonly ShortDenial[];
}

type ShortDenial = Omit<DenialPart, 'to'> & Partial<Pick<DenialPart, 'to'>>;

function heldNotice(
  part: NoticePart,
  { decisions, denials }: Said,
  { placesOf }: RulePlaces,
): HeldNoticePart {
  const { number: _number, ...notice } = part;
  const why = ({ rules, because }: Pick<DecisionPart, 'rules' | 'because'>) => ({
    rules: placesOf(rules),
    ...(because === undefined ? {} : { because }),
  });
  return {
    ...notice,
    decisions: decisions.map((one) => ({ to: one.to, ...why(one) })),
    denials: denials.map((one) => ({ ...(one.to === undefined ? {} : { to: one.to }), ...why(one) })),
  };
}

function ownParts(
  { jti, digest }: NoticePart,
  decisions: readonly DecisionPart[],
  { reason, disclosedOf }: Holding,
): readonly HeldPart[] {
  return decisions.flatMap(({ to, outcome, sections, advertised, obligations }): readonly HeldPart[] => {
    const about = { to, jti, digest };
    if (outcome !== 'denied')
      return [
        { type: 'share', ...about, sections, disclosed: disclosedOf(jti, sections), advertised, obligations },
      ];
    return reason === 'routing' ? [] : [{ type: 'unshare', ...about }];
  });
}

/**
 * Creates a function that takes the names out of the longest denial of a notice, because names made up most of a report to
 * 200 members (docs/adr/0024). Where the members are not those of the notice before, `list` names them.
 */
function createNames(members: readonly OrgId[]) {
  let meant: ReadonlySet<OrgId> = new Set(members);
  return (
    decisions: readonly DecisionPart[],
    denials: readonly DenialPart[],
  ): { readonly list: readonly HeldPart[]; readonly denials: readonly ShortDenial[] } => {
    const all = [...decisions.map(({ to }) => to), ...denials.flatMap(({ to }) => to)];
    const orgs = new Set(all);
    // With an organisation named twice, the others could not be derived from the members.
    if (denials.length === 0 || orgs.size < all.length) return { list: [], denials };
    const longest = denials.reduce((most, one) => (one.to.length > most.to.length ? one : most));
    const short = denials.map(({ to, ...one }) => (to === longest.to ? one : { ...one, to }));
    if (orgs.size === meant.size && all.every((org) => meant.has(org))) return { list: [], denials: short };
    meant = orgs;
    return { list: [{ type: 'members', orgs: all }], denials: short };
  };
}
