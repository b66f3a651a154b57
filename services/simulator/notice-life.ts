import type { RecipientOutcome, ShownAction, ShownLife } from './gateway-http.js';

/** A revision with the canaries in its sections, and what each recipient was given of it. */
export interface GivenRevision {
  readonly canaries: ReadonlyMap<string, string>;
  readonly recipients: readonly RecipientOutcome[];
}

/** A notice with its revisions, the newest last, and its life. */
export interface LivedNotice {
  readonly revisions: readonly GivenRevision[];
  readonly isEnded: boolean;
  /** Undefined for a notice without actions. */
  readonly life: ShownLife | undefined;
  /** As in `SentNotice`; false by default. */
  readonly isChanging?: boolean | undefined;
}

/**
 * Returns the sections that a recipient may hold of a notice after all actions; undefined when it may hold
 * nothing: it was denied the newest revision, the notice ended, or a restriction took the whole notice from
 * it.
 */
export function sectionsLeft(notice: LivedNotice, org: string): ReadonlySet<string> | undefined {
  const given = givenTo(notice.revisions.at(-1), org);
  if (given === undefined || notice.isEnded || notice.life?.ended !== undefined) return undefined;
  const sections = new Set(given.sections);
  for (const { verb, holders } of acceptedActions(notice.life)) {
    const meant = holders?.find((holder) => holder.org === org);
    if (holders !== undefined && meant === undefined) continue;
    if (verb === 'unseal') for (const section of meant?.sections ?? []) sections.add(section);
    if (verb !== 'restrict') continue;
    if (meant?.sections === undefined) return undefined;
    for (const section of meant.sections) sections.delete(section);
  }
  return sections;
}

/**
 * True when an action removed or added sections of a copy after its delivery, or may have. The delivery statement is about
 * the copy as delivered, so that only the originator's signature can still be verified.
 */
export function isChangedSince(notice: LivedNotice, org: string): boolean {
  if (notice.isChanging === true) return true;
  return acceptedActions(notice.life).some(
    ({ verb, holders }) =>
      (verb === 'restrict' || verb === 'unseal') && holders?.some((holder) => holder.org === org) === true,
  );
}

/** True while a notice is suspended: its holders keep it and do not show it. */
export function isHidden({ life }: LivedNotice): boolean {
  return life?.suspendedUntil !== undefined;
}

/** The canaries of all revisions of a notice, sorted by what one recipient may hold. */
export interface CanariesAt {
  /** Of sections that it holds. */
  readonly disclosed: readonly string[];
  /** Of sections that were never disclosed to it. */
  readonly withheld: readonly string[];
  /** Of sections that it held and had to erase. */
  readonly erased: readonly string[];
}

/** What is known of a notice after it settled. */
interface SettledNotice {
  readonly canaries: ReadonlyMap<string, string>;
  readonly shown: { readonly state: string; readonly recipients: readonly RecipientOutcome[] } | undefined;
  readonly earlier?: readonly GivenRevision[];
  readonly life?: ShownLife | undefined;
  readonly isChanging?: boolean;
}

/** Returns the revisions and the life of a notice. */
export function livedOf({ canaries, shown, earlier = [], life, isChanging }: SettledNotice): LivedNotice {
  const newest = { canaries, recipients: shown?.recipients ?? [] };
  return { revisions: [...earlier, newest], isEnded: shown?.state === 'ended', life, isChanging };
}

/** Sorts the canaries of every revision by what the recipient may hold. */
export function canariesAt(notice: LivedNotice, org: string): CanariesAt {
  const left = sectionsLeft(notice, org);
  const newest = notice.revisions.at(-1);
  const isHeld = givenTo(newest, org)?.receipt?.type === 'held';
  const [disclosed, withheld, erased]: [string[], string[], string[]] = [[], [], []];
  for (const revision of notice.revisions) {
    const given = sectionsGiven(revision, org, notice.life);
    for (const [section, canary] of revision.canaries) {
      const isLeft = revision === newest && left?.has(section) === true;
      if (isLeft && isHeld) disclosed.push(canary);
      else if (!isLeft) (given.has(section) ? erased : withheld).push(canary);
    }
  }
  return { disclosed, withheld, erased };
}

/** Every section of a revision that the recipient was ever given, by its report or an unseal. */
function sectionsGiven(
  revision: GivenRevision,
  org: string,
  life: ShownLife | undefined,
): ReadonlySet<string> {
  const given = givenTo(revision, org);
  if (given === undefined) return new Set();
  const unsealed = acceptedActions(life)
    .filter(({ verb }) => verb === 'unseal')
    .flatMap(({ holders = [] }) => holders.filter((holder) => holder.org === org))
    .flatMap(({ sections = [] }) => sections);
  return new Set([...given.sections, ...unsealed]);
}

function givenTo(revision: GivenRevision | undefined, org: string): RecipientOutcome | undefined {
  const pair = revision?.recipients.find((entry) => entry.org === org);
  return pair?.outcome === 'denied' ? undefined : pair;
}

/**
 * Returns the actions that the hub recorded. An action that is held for a confirmation or refused has no
 * effect.
 */
function acceptedActions(life: ShownLife | undefined): readonly ShownAction[] {
  return (life?.actions ?? []).filter(({ state }) => state === 'routed' || state === 'settled');
}

/** The counts of a summary about the lives of notices. */
export interface LifeCounts {
  readonly amended: number;
  readonly withdrawn: number;
  readonly unsealed: number;
  readonly restricted: number;
}

/** Counts the revisions after the first, and the recorded withdrawals, unseals and restrictions. */
export function countLife({ revisions, life }: LivedNotice): LifeCounts {
  const count = (verb: string): number =>
    acceptedActions(life).filter((action) => action.verb === verb).length;
  return {
    amended: Math.max(0, revisions.length - 1),
    withdrawn: count('withdraw'),
    unsealed: count('unseal'),
    restricted: count('restrict'),
  };
}
