import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastingBars } from '../../../services/shared/notice/lasting-bars.js';

const SECTIONS = ['identity', 'judicial'] as const;
const leaf = fc.record({ to: fc.constantFrom('bravo', 'charlie'), section: fc.constantFrom(...SECTIONS) });
const word = fc.record({
  verb: fc.constantFrom('restrict', 'lift', 'unseal'),
  reason: fc.constantFrom('by-originator', 'by-policy'),
  isWhole: fc.boolean(),
  leaf,
});

/** Distinct numbers, as an originator signs them. */
const actions = fc.array(word, { maxLength: 12 }).map((words) =>
  words.map(({ verb, reason, isWhole, leaf: { to, section } }, at) => {
    const part = verb === 'unseal' ? { section } : isWhole ? {} : { sections: [section] };
    return { verb, reason, number: at + 1, listed: [{ to, ...part }] };
  }),
);

describe('the restrictions in force', () => {
  test('do not depend on the order in which actions arrive, nor on repeated ones', () => {
    fc.assert(
      fc.property(
        actions.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([inOrder, arrived]) => {
          expect(lastingBars([...arrived, ...arrived])).toEqual(lastingBars(inOrder));
        },
      ),
    );
  });

  test('are those whose register has no higher lift or unseal; those that follow from policies never last', () => {
    fc.assert(
      fc.property(
        actions,
        fc.constantFrom('bravo', 'charlie'),
        fc.constantFrom(...SECTIONS),
        (all, to, one) => {
          const about = all.filter(({ listed: [part] }) => part?.to === to);
          const isSection = ({ verb, listed: [part] }: (typeof all)[number]): boolean =>
            (verb === 'lift' && part?.sections === undefined) ||
            part?.sections?.includes(one) === true ||
            part?.section === one;
          const lasting = about.filter(
            ({ verb, reason }) => verb !== 'restrict' || reason === 'by-originator',
          );
          const whole = lasting.filter(
            ({ verb, listed: [part] }) => part?.sections === undefined && verb !== 'unseal',
          );
          const bar = lastingBars(all).get(to);
          expect(bar?.whole ?? false).toBe(whole.at(-1)?.verb === 'restrict');
          expect(bar?.sections.includes(one) ?? false).toBe(lasting.findLast(isSection)?.verb === 'restrict');
        },
      ),
    );
  });
});
