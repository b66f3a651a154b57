/** What a recipient gets of a notice as a whole, by one version of the rules. */
export interface NoticeGrant {
  readonly open: boolean;
  /** The obligations that come with the notice; empty when it is not open. */
  readonly obligations: readonly string[];
}

/** What a recipient gets of one section. */
export interface SectionGrant {
  /** The answer about the notice as a whole. */
  readonly notice: NoticeGrant;
  readonly disclosed: boolean;
  /** True for a withheld section that the recipient may know of. */
  readonly advertised: boolean;
  /** The obligations that come with the section; empty when it is not disclosed. */
  readonly obligations: readonly string[];
}

/** Two answers to compare. */
export interface BeforeAfter<Answer> {
  readonly before: Answer;
  readonly after: Answer;
}

/** One thing that a recipient gets or no longer gets, or an obligation that it loses or takes on. */
export type ChangeEffect = {
  /** `loosened`: more is disclosed or advertised, or an obligation is lost. `tightened`: the opposite. */
  readonly type: 'loosened' | 'tightened';
} & (
  | { readonly what: 'receive' | 'disclose' | 'advertise' }
  | { readonly what: 'obligation'; readonly obligation: string }
);

/**
 * Compares the answers about a notice as a whole. This and `sectionEffects` are the only definition of
 * loosened and tightened. An obligation counts only where both versions give the same thing: an obligation on
 * something newly given is not a tightening, and one on something no longer given is not a loosening.
 */
export function noticeEffects({ before, after }: BeforeAfter<NoticeGrant>): readonly ChangeEffect[] {
  if (before.open !== after.open) return [{ type: after.open ? 'loosened' : 'tightened', what: 'receive' }];
  return obligationEffects({ before: before.obligations, after: after.obligations });
}

/**
 * Compares the answers about a section, which is hidden, advertised or disclosed. Only a received notice has
 * sections: a section opens only if its notice is open after, and closes only if its notice is open before. A
 * notice that is open in one version only is reported by `noticeEffects`; its sections are compared as if it
 * were open in both.
 */
export function sectionEffects({ before, after }: BeforeAfter<SectionGrant>): readonly ChangeEffect[] {
  const [old, now] = [levelOf(before), levelOf(after)];
  if (now > old) return after.notice.open ? [{ type: 'loosened', what: whatOf(now) }] : [];
  if (now < old) return before.notice.open ? [{ type: 'tightened', what: whatOf(old) }] : [];
  if (now < 2 || !areBothOpen({ before, after })) return [];
  // An obligation that still applies to the notice as a whole is not lost with a section.
  return obligationEffects(
    { before: before.obligations, after: after.obligations },
    { before: before.notice.obligations, after: after.notice.obligations },
  );
}

/** True when the notice is open in both versions and the section has the same level in both. */
export function isSameSection({ before, after }: BeforeAfter<SectionGrant>): boolean {
  return areBothOpen({ before, after }) && levelOf(before) === levelOf(after);
}

function areBothOpen({ before, after }: BeforeAfter<SectionGrant>): boolean {
  return before.notice.open && after.notice.open;
}

type Level = 0 | 1 | 2;
const whatOf = (level: Level): 'disclose' | 'advertise' => (level === 2 ? 'disclose' : 'advertise');

function levelOf({ disclosed, advertised }: SectionGrant): Level {
  return disclosed ? 2 : advertised ? 1 : 0;
}

const NONE: BeforeAfter<readonly string[]> = { before: [], after: [] };

function obligationEffects(
  { before, after }: BeforeAfter<readonly string[]>,
  elsewhere: BeforeAfter<readonly string[]> = NONE,
): readonly ChangeEffect[] {
  const effect =
    (type: ChangeEffect['type']) =>
    (obligation: string): ChangeEffect => ({ type, what: 'obligation', obligation });
  const [lost, gained] = [
    without(before, [...after, ...elsewhere.after]),
    without(after, [...before, ...elsewhere.before]),
  ];
  return [...lost.map(effect('loosened')), ...gained.map(effect('tightened'))];
}

function without(all: readonly string[], excluded: readonly string[]): readonly string[] {
  return all.filter((one) => !excluded.includes(one));
}
