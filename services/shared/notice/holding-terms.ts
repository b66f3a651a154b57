import { FULL_ACCESS, type SectionTerms, sectionTerms } from './access-register.js';
import { lifeEndOf, type NoticeRegisters, suspendedUntil } from './registers.js';

/** What the registers allow one organisation to hold of a notice. Times are milliseconds since 1970. */
export interface HoldingTerms extends SectionTerms {
  /** SD-JWT digest of the revision that it may hold; null if it may hold none. */
  readonly content: string | null;
  /** Until when it is not shown; null if it is not suspended. */
  readonly hiddenUntil: number | null;
  /** When it ends by itself. */
  readonly endsAt: number | null;
}

/** What a holder has to do when the terms of a notice change. */
export type HolderDuty =
  | ({ readonly type: 'hold'; readonly content: string } & SectionTerms)
  | { readonly type: 'erase' }
  | { readonly type: 'erase-sections'; readonly sections: readonly string[] }
  | { readonly type: 'gain'; readonly section: string; readonly disclosure: string }
  | { readonly type: 'hide'; readonly until: number }
  | { readonly type: 'show' }
  | { readonly type: 'set-end'; readonly endsAt: number };

const NOTHING: HoldingTerms = { content: null, without: [], gains: [], hiddenUntil: null, endsAt: null };

/**
 * Returns the terms of one organisation: nothing without a known content, after an end, and after a restrict
 * of the whole.
 */
export function termsOf(state: NoticeRegisters, org: string): HoldingTerms {
  const access = state.access[org] ?? FULL_ACCESS;
  if (state.end !== null || state.content === null || access.whole !== null) return NOTHING;
  const { digest } = state.content;
  const times = { hiddenUntil: suspendedUntil(state), endsAt: lifeEndOf(state) };
  return { content: digest, ...sectionTerms(access, digest), ...times };
}

/** Returns the duties that take a holder from fulfilling the terms `before` to fulfilling the terms `now`. */
export function dutiesBetween(before: HoldingTerms, now: HoldingTerms): readonly HolderDuty[] {
  if (now.content === null) return before.content === null ? [] : [{ type: 'erase' }];
  if (before.content === now.content) return [...sectionDuties(before, now), ...timeDuties(before, now)];
  const { content, without, gains } = now;
  return [{ type: 'hold', content, without, gains }, ...timeDuties(NOTHING, now)];
}

function sectionDuties(before: HoldingTerms, now: HoldingTerms): readonly HolderDuty[] {
  const sections = now.without.filter((section) => !before.without.includes(section));
  const had = new Map(before.gains.map(({ section, disclosure }) => [section, disclosure]));
  const gains = now.gains.filter(({ section, disclosure }) => had.get(section) !== disclosure);
  const erased: readonly HolderDuty[] = sections.length === 0 ? [] : [{ type: 'erase-sections', sections }];
  return [...erased, ...gains.map((gain): HolderDuty => ({ type: 'gain', ...gain }))];
}

function timeDuties(before: HoldingTerms, { hiddenUntil, endsAt }: HoldingTerms): readonly HolderDuty[] {
  const duties: HolderDuty[] = [];
  if (hiddenUntil !== before.hiddenUntil) {
    duties.push(hiddenUntil === null ? { type: 'show' } : { type: 'hide', until: hiddenUntil });
  }
  if (endsAt !== null && endsAt !== before.endsAt) duties.push({ type: 'set-end', endsAt });
  return duties;
}
