import { fail } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { forgetOldest } from '../shared/kernel/bounded-map.js';
import type { SentNotice } from './summary.js';

/** What one recipient holds of canaries, against what it may hold; whichever of the two is known first. */
export interface RecipientCanaries {
  /** Its database holds this one. */
  meet(canary: string): void;
  /** What became of notices is known; `forbidden` may be with nobody. */
  judge(notices: readonly SentNotice[], forbidden: readonly string[]): void;
  /** Leaks since the last time; each is one, however often it is met. */
  takeLeaks(): number;
  /** Throws `internal` when not even one canary that was disclosed was met: then the search proves nothing. */
  requireProof(): void;
}

/** Canaries met that nothing was judged about yet, and those that it must never hold. */
const MAX = 150_000;

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
        `the search for canaries at \`${org}\` finds none of ${disclosed.size} disclosed`,
      );
    },
  };
}

function remember(set: Set<string>, canary: string): void {
  forgetOldest(set.add(canary), MAX);
}

/** A section that the last signed report does not disclose to it must be nowhere. */
export function canariesFor(
  org: OrgId,
  notices: readonly SentNotice[],
): { readonly disclosed: readonly string[]; readonly withheld: readonly string[] } {
  const [disclosed, withheld]: [string[], string[]] = [[], []];
  for (const { originator, canaries, shown } of notices) {
    if (originator === org || shown === undefined || shown.state === 'queued') continue;
    const pair = shown.recipients.find((entry) => entry.org === org);
    const may = new Set(pair?.outcome === 'denied' ? [] : pair?.sections);
    const holds = pair?.receipt?.type === 'held';
    for (const [section, canary] of canaries) {
      if (!may.has(section)) withheld.push(canary);
      else if (holds) disclosed.push(canary);
    }
  }
  return { disclosed, withheld };
}
