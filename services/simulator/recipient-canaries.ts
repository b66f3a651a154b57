import { fail } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { forgetOldest } from '../shared/kernel/bounded-map.js';
import { canariesAt, livedOf } from './notice-life.js';
import type { SentNotice } from './summary.js';

/** The canaries that one recipient holds and those it may hold, in whichever order the two become known. */
export interface RecipientCanaries {
  /** Its database holds this canary. */
  meet(canary: string): void;
  /** The outcome of notices is known; no recipient may hold a canary of `forbidden`. */
  judge(notices: readonly SentNotice[], forbidden: readonly string[]): void;
  /** Returns the new leaks; each counts once, however often it is found. */
  takeLeaks(): number;
  /** Throws `internal` if not a single disclosed canary was found, because then the search proves nothing. */
  requireProof(): void;
}

/** The most canaries remembered: found ones without a known outcome, and forbidden ones. */
const MAX = 150_000;

/** Creates the canaries of one recipient. */
export function createRecipientCanaries(org: OrgId): RecipientCanaries {
  const [met, withheld, disclosed] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const leaked = new Set<string>();
  let told = 0;
  let isProven = false;
  const compare = (canary: string): void => {
    if (withheld.has(canary)) leaked.add(canary);
    if (!disclosed.has(canary)) return;
    isProven = true;
    disclosed.clear();
  };
  return {
    meet: (canary) => {
      remember(met, canary);
      compare(canary);
    },
    judge: (notices, forbidden) => {
      const canaries = canariesFor(org, notices);
      if (!isProven) for (const canary of canaries.disclosed) remember(disclosed, canary);
      for (const canary of [...canaries.withheld, ...forbidden]) remember(withheld, canary);
      for (const canary of [...canaries.disclosed, ...canaries.withheld, ...forbidden]) {
        if (met.delete(canary)) compare(canary);
      }
    },
    takeLeaks: () => {
      const fresh = leaked.size - told;
      told = leaked.size;
      return fresh;
    },
    requireProof: () => {
      if (disclosed.size === 0 || isProven) return;
      throw fail(
        'internal',
        `the search for canaries at \`${org}\` finds none of the ${disclosed.size} disclosed ones`,
      );
    },
  };
}

function remember(set: Set<string>, canary: string): void {
  forgetOldest(set.add(canary), MAX);
}

/** Returns the canaries that a recipient holds, and those of sections that were never disclosed to it. */
export function canariesFor(
  org: OrgId,
  notices: readonly SentNotice[],
): { readonly disclosed: readonly string[]; readonly withheld: readonly string[] } {
  const [disclosed, withheld]: [string[], string[]] = [[], []];
  for (const notice of notices) {
    const { originator, shown, isChanging } = notice;
    if (originator === org || shown === undefined || shown.state === 'queued' || isChanging === true)
      continue;
    const at = canariesAt(livedOf(notice), org);
    disclosed.push(...at.disclosed);
    withheld.push(...at.withheld);
  }
  return { disclosed, withheld };
}
