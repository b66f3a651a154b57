import { MAX_NOTICE_ACTIONS } from './action-verbs.js';
import { compareMarks, type RegisterMark, type RegisterOutcome } from './register-mark.js';

/**
 * What one organisation may no longer hold, or may hold in addition: a register for the whole, one for each
 * section.
 */
export interface HolderAccess {
  /** The newest restrict of the whole notice; null if there is none. */
  readonly whole: RegisterMark | null;
  /** By section; only sections with a mark. */
  readonly sections: Readonly<Record<string, SectionAccess>>;
}

interface SectionAccess {
  readonly restrict: RegisterMark | null;
  /**
   * The unseals after `restrict`: the newest for each revision, in the order of their numbers; at most
   * `MAX_NOTICE_ACTIONS`.
   */
  readonly unseals: readonly UnsealMark[];
}

interface UnsealMark extends RegisterMark {
  /** The SD-JWT digest of the revision that it opens. */
  readonly notice: string;
  /** The digest of the disclosure. */
  readonly disclosure: string;
}

/** One leaf of a restrict; without `sections` it bars the whole notice. */
export interface RestrictLeaf extends RegisterMark {
  readonly sections?: readonly string[];
}

/** One leaf of an unseal. */
export interface UnsealLeaf extends UnsealMark {
  readonly section: string;
}

/** The access of a holder after an item. */
interface ChangedAccess {
  readonly access: HolderAccess;
  readonly outcome: Exclude<RegisterOutcome, 'ended'>;
}

/** The access of a holder without any restrict or unseal. */
export const FULL_ACCESS: HolderAccess = { whole: null, sections: {} };

const NO_MARKS: SectionAccess = { restrict: null, unseals: [] };

/**
 * Applies a restrict. Of several sections, those without a newer restrict change; on `conflict` none changes.
 * The outcome is `applied` also if an unseal is newer, which opens only the revision that it names.
 */
export function applyRestrict(
  access: HolderAccess,
  { number, digest, sections }: RestrictLeaf,
): ChangedAccess {
  const mark = { number, digest };
  if (sections === undefined) {
    const outcome = compareMarks([access.whole], mark);
    return { access: outcome === 'applied' ? { ...access, whole: mark } : access, outcome };
  }
  const compared = [...new Set(sections)].map((name) => {
    const before = access.sections[name] ?? NO_MARKS;
    const isConflict = compareMarks(before.unseals, mark) === 'conflict';
    return { name, before, outcome: isConflict ? 'conflict' : compareMarks([before.restrict], mark) };
  });
  const outcome = strongest(compared.map((one) => one.outcome));
  if (outcome === 'conflict') return { access, outcome };
  const changed = compared.filter((one) => one.outcome === 'applied');
  const barred = changed.map(({ name, before }): [string, SectionAccess] => [
    name,
    { restrict: mark, unseals: before.unseals.filter((one) => one.number > number) },
  ]);
  return { access: { ...access, sections: { ...access.sections, ...Object.fromEntries(barred) } }, outcome };
}

/** Returns the outcome of an item for several registers. */
function strongest(outcomes: readonly ChangedAccess['outcome'][]): ChangedAccess['outcome'] {
  const order = ['conflict', 'applied', 'known'] as const;
  return order.find((outcome) => outcomes.includes(outcome)) ?? 'ignored';
}

/**
 * Applies an unseal. Unseals for different revisions are all kept, because the revision held is not known
 * here.
 */
export function applyUnseal(access: HolderAccess, { section, ...leaf }: UnsealLeaf): ChangedAccess {
  const { number, digest, notice, disclosure } = leaf;
  const { restrict, unseals } = access.sections[section] ?? NO_MARKS;
  const others = unseals.filter((mark) => mark.notice !== notice);
  const same = unseals.filter((mark) => mark.notice === notice);
  const isConflict = compareMarks(others, leaf) === 'conflict';
  const outcome = isConflict ? 'conflict' : compareMarks([restrict, ...same], leaf);
  if (outcome !== 'applied') return { access, outcome };
  const all = [...others, { number, digest, notice, disclosure }].toSorted((a, b) => a.number - b.number);
  const marks = { restrict, unseals: all.slice(-MAX_NOTICE_ACTIONS) };
  return { access: { ...access, sections: { ...access.sections, [section]: marks } }, outcome };
}

/** Returns the marks newer than a revision, which lifts the bars before it; undefined if there are none. */
export function accessSince({ whole, sections }: HolderAccess, number: number): HolderAccess | undefined {
  const isNewer = (mark: RegisterMark | null): boolean => mark !== null && mark.number > number;
  const left = Object.entries(sections).flatMap(
    ([name, { restrict, unseals }]): [string, SectionAccess][] => {
      const since = { restrict: isNewer(restrict) ? restrict : null, unseals: unseals.filter(isNewer) };
      return since.restrict || since.unseals.length > 0 ? [[name, since]] : [];
    },
  );
  if (!isNewer(whole) && left.length === 0) return undefined;
  return { whole: isNewer(whole) ? whole : null, sections: Object.fromEntries(left) };
}

/** The sections of a revision that are barred, and those that are opened with the digest of their disclosure; sorted. */
export interface SectionTerms {
  readonly without: readonly string[];
  readonly gains: readonly { readonly section: string; readonly disclosure: string }[];
}

/** Returns what the marks mean for the revision with this digest. */
export function sectionTerms({ sections }: HolderAccess, notice: string): SectionTerms {
  const names = Object.keys(sections).toSorted();
  const opened = names.map((section) => {
    const marks = sections[section] ?? NO_MARKS;
    const mark = marks.unseals.find((one) => one.notice === notice);
    return { section, isBarred: mark === undefined && marks.restrict !== null, mark };
  });
  return {
    without: opened.filter(({ isBarred }) => isBarred).map(({ section }) => section),
    gains: opened.flatMap(({ section, mark }) => (mark ? [{ section, disclosure: mark.disclosure }] : [])),
  };
}
