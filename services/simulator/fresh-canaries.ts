import type { Draft } from '../shared/notice/draft.js';
import type { Section } from '../shared/notice/kinds.js';
import { randomSalt } from '../shared/trust/digest.js';

interface WithCanaries {
  readonly draft: Draft;
  readonly canaries: ReadonlyMap<string, string>;
}

/**
 * Replaces the canaries of a draft by random ones: with a seed used twice in one home, recipients would
 * rightly hold the canaries of the first run, and equal canaries in two revisions would not show which
 * revision is held.
 */
export function freshCanaries({ draft, canaries }: WithCanaries): {
  readonly draft: Draft;
  readonly canaries: ReadonlyMap<Section, string>;
} {
  const fresh = new Map<Section, string>(
    [...canaries.keys()].map((section) => [section as Section, Buffer.from(randomSalt()).toString('hex')]),
  );
  const sections = Object.fromEntries(
    Object.entries(draft.sections).map(([name, value]) => {
      const canary = fresh.get(name as Section);
      return [name, canary === undefined ? value : { ...value, remarks: `canary ${canary}` }];
    }),
  );
  return { draft: { ...draft, sections } as Draft, canaries: fresh };
}
