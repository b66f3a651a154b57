import type { Draft } from '../shared/notice/draft.js';
import type { Section } from '../shared/notice/kinds.js';
import { randomSalt } from '../shared/trust/digest.js';
import type { Invented } from './invent.js';

/**
 * The same draft with other canaries, from the system's randomness: a seed used twice in one home would bring canaries
 * again that somebody holds rightly from the first time.
 */
export function withFreshCanaries({ draft, canaries }: Invented): Invented {
  const fresh = new Map<Section, string>(
    [...canaries.keys()].map((section) => [section, Buffer.from(randomSalt()).toString('hex')]),
  );
  const sections = Object.fromEntries(
    Object.entries(draft.sections).map(([name, value]) => {
      const canary = fresh.get(name as Section);
      return [name, canary === undefined ? value : { ...value, remarks: `canary ${canary}` }];
    }),
  );
  return { draft: { ...draft, sections } as Draft, canaries: fresh };
}
