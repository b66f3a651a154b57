import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dutiesBetween, termsOf } from '../../../services/shared/notice/holding-terms.js';
import {
  applyItem,
  EMPTY_REGISTERS,
  latestSuspension,
  lifeEndOf,
  type NoticeRegisters,
  type RegisterItem,
  suspendedUntil,
} from '../../../services/shared/notice/registers.js';

const START = Date.UTC(2026, 0, 15, 10);
const DAY = 86_400_000;
const ME = 'caricompol';
const OTHER = 'gccpol';
const SECTIONS = ['identity', 'biometrics', 'judicial'];

const mark = (step: number): { number: number; digest: string } => ({
  number: START + step,
  digest: `digest-${step}`,
});
const issue = (step: number): RegisterItem => ({
  type: 'content',
  ...mark(step),
  expiresAt: START + 400 * DAY,
});
const extend = (step: number): RegisterItem => ({
  type: 'extend',
  ...mark(step),
  expiresAt: START + 500 * DAY + step,
});
const suspend = (step: number, days = 30): RegisterItem => ({
  type: 'suspend',
  ...mark(step),
  until: START + days * DAY,
});
const resume = (step: number): RegisterItem => ({ type: 'resume', ...mark(step) });
const restrict = (step: number, sections?: readonly string[], to = ME): RegisterItem => ({
  type: 'restrict',
  ...mark(step),
  to,
  ...(sections && { sections }),
});
const unseal = (step: number, { section = 'judicial', of = 1, to = ME } = {}): RegisterItem => ({
  type: 'unseal',
  ...mark(step),
  to,
  section,
  notice: `digest-${of}`,
  disclosure: `disclosure-${section}-${of}`,
});
const withdraw = (step: number): RegisterItem => ({ type: 'withdraw', ...mark(step) });

function applyAll(items: readonly RegisterItem[]): NoticeRegisters {
  return items.reduce((state, item) => applyItem(state, item).state, EMPTY_REGISTERS);
}

/** The copy of a holder that fulfils its duties exactly; `sections` are those that it has now. */
interface Copy {
  readonly content: string;
  readonly sections: readonly string[];
}

/** Plays a holder: each revision comes with these sections. */
function play(items: readonly RegisterItem[], delivered: readonly string[]): Copy | undefined {
  let state = EMPTY_REGISTERS;
  let copy: Copy | undefined;
  for (const item of items) {
    const next = applyItem(state, item).state;
    for (const duty of dutiesBetween(termsOf(state, ME), termsOf(next, ME))) {
      if (duty.type === 'hold') {
        const kept = delivered.filter((section) => !duty.without.includes(section));
        copy = {
          content: duty.content,
          sections: union(
            kept,
            duty.gains.map(({ section }) => section),
          ),
        };
      }
      if (duty.type === 'erase') copy = undefined;
      if (copy && duty.type === 'erase-sections')
        copy = { ...copy, sections: copy.sections.filter((section) => !duty.sections.includes(section)) };
      if (copy && duty.type === 'gain') copy = { ...copy, sections: union(copy.sections, [duty.section]) };
    }
    state = next;
  }
  return copy;
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].toSorted();
}

function ordersOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}

/** A random history of one notice, as an originator signs it: numbers rise, an unseal names a revision before it. */
const history = fc
  .array(
    fc.record({
      verb: fc.constantFrom(
        'issue',
        'extend',
        'suspend',
        'resume',
        'whole',
        'sections',
        'unseal',
        'withdraw',
      ),
      section: fc.constantFrom(...SECTIONS),
      to: fc.constantFrom(ME, OTHER),
      step: fc.integer({ min: 1, max: 5 * DAY }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((acts) => {
    let [at, revision] = [1, 1];
    const items = acts.map(({ verb, section, to, step }): RegisterItem => {
      at += step;
      if (verb === 'issue') revision = at;
      if (verb === 'issue') return issue(at);
      if (verb === 'extend') return extend(at);
      if (verb === 'suspend') return suspend(at, 30 + (at % 300));
      if (verb === 'resume') return resume(at);
      if (verb === 'whole') return restrict(at, undefined, to);
      if (verb === 'sections') return restrict(at, [section], to);
      if (verb === 'unseal') return unseal(at, { section, of: revision, to });
      return withdraw(at);
    });
    return [issue(1), ...items];
  });

/** The items of a history in another order; some come twice or three times. */
const shaken = history.chain((items) =>
  fc.tuple(
    fc.constant(items),
    fc
      .tuple(
        fc.shuffledSubarray([...items], { minLength: items.length }),
        fc.subarray([...items]),
        fc.subarray([...items]),
      )
      .chain(([all, twice, thrice]) =>
        fc.shuffledSubarray([...all, ...twice, ...thrice], {
          minLength: all.length + twice.length + thrice.length,
        }),
      ),
  ),
);

describe('registers', () => {
  test('all 120 orders of issue, extend, unseal, restrict and suspend give one state and one copy', () => {
    const items = [issue(1), extend(2), unseal(3), restrict(4, ['identity']), suspend(5)];
    const orders = ordersOf(items);
    expect(orders).toHaveLength(120);
    const states = orders.map(applyAll);
    for (const state of states) expect(state).toEqual(states[0]);
    const copies = orders.map((order) => play(order, ['identity', 'biometrics']));
    for (const copy of copies)
      expect(copy).toEqual({ content: 'digest-1', sections: ['biometrics', 'judicial'] });
  });

  test('an end absorbs everything in every order, whatever its number', () => {
    for (const number of [0, 3, 9]) {
      const items = [issue(1), extend(2), unseal(4), restrict(5), suspend(6), withdraw(number)];
      for (const order of ordersOf(items)) {
        const state = applyAll(order);
        expect(state).toEqual({ ...EMPTY_REGISTERS, newest: START + Math.max(6, number), end: state.end });
        expect(state.end).toEqual({ by: 'withdraw', ...mark(number) });
        expect(play(order, SECTIONS)).toBeUndefined();
      }
    }
  });

  test('any history gives one state and one copy, whatever the order and the repetitions', () => {
    fc.assert(
      fc.property(shaken, ([items, arrived]) => {
        expect(applyAll(arrived)).toEqual(applyAll(items));
        expect(play(arrived, SECTIONS.slice(0, 2))).toEqual(play(items, SECTIONS.slice(0, 2)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('items that were lost and come again later give the same state', () => {
    fc.assert(
      fc.property(shaken, fc.infiniteStream(fc.boolean()), ([items, arrived], isLost) => {
        const first = arrived.filter(() => isLost.next().value === false);
        expect(applyAll([...first, ...items])).toEqual(applyAll(items));
      }),
      { numRuns: 500 },
    );
  });

  test('no prefix of a history leaves a holder with more than its terms allow', () => {
    fc.assert(
      fc.property(shaken, ([, arrived]) => {
        const copy = play(arrived, SECTIONS);
        const terms = termsOf(applyAll(arrived), ME);
        expect(copy?.content ?? null).toBe(terms.content);
        for (const section of terms.without) expect(copy?.sections).not.toContain(section);
        for (const { section } of terms.gains) expect(copy?.sections).toContain(section);
      }),
      { numRuns: 1_000 },
    );
  });

  test('the same item again is known, a lower one ignored, an equal number with another digest a conflict', () => {
    const items: readonly ((step: number) => RegisterItem)[] = [
      (step) => issue(step),
      (step) => extend(step),
      (step) => suspend(step),
      (step) => resume(step),
      (step) => restrict(step),
      (step) => restrict(step, ['identity', 'judicial']),
      (step) => unseal(step),
      (step) => withdraw(step),
    ];
    for (const make of items) {
      const { state, outcome } = applyItem(EMPTY_REGISTERS, make(5));
      expect(outcome).toBe('applied');
      expect(applyItem(state, make(5))).toEqual({ state, outcome: 'known' });
      expect(applyItem(state, make(4)).outcome).toBe('ignored');
      expect(applyItem(state, { ...make(5), digest: 'another' } as RegisterItem)).toEqual({
        state,
        outcome: 'conflict',
      });
      expect(applyItem(state, make(6)).outcome).toBe('applied');
    }
  });

  test('after an end no other item is applied, but the newest number is still remembered', () => {
    const ended = applyAll([issue(1), withdraw(2)]);
    for (const item of [issue(9), extend(9), suspend(9), resume(9), restrict(9), unseal(9)]) {
      const { state, outcome } = applyItem(ended, item);
      expect(outcome).toBe('ended');
      expect(state).toEqual({ ...ended, newest: START + 9 });
    }
  });

  test('an action that ends a notice takes the place of its expiry, also when it comes first', () => {
    const withdrawn = applyAll([issue(1), withdraw(2)]);
    expect(applyAll([issue(1), { type: 'expired' }, withdraw(2)])).toEqual(withdrawn);
    expect(applyItem(withdrawn, { type: 'expired' })).toEqual({ state: withdrawn, outcome: 'ignored' });
    expect(applyAll([issue(1), { type: 'expired' }]).end?.by).toBe('expired');
  });

  test('a revision opens again what was barred before it, and not what is barred after it', () => {
    expect(play([issue(1), restrict(2), issue(3)], SECTIONS)).toEqual({
      content: 'digest-3',
      sections: SECTIONS.toSorted(),
    });
    expect(play([issue(1), restrict(4), issue(3)], SECTIONS)).toBeUndefined();
    expect(play([issue(1), restrict(4, ['identity']), issue(3)], SECTIONS)?.sections).toEqual([
      'biometrics',
      'judicial',
    ]);
    expect(applyItem(applyAll([issue(3)]), restrict(2)).outcome).toBe('ignored');
  });

  test('an unseal opens only the revision that it names, and never what is barred after it', () => {
    const sections = (items: readonly RegisterItem[]) => play(items, ['identity'])?.sections;
    expect(sections([issue(1), unseal(2)])).toEqual(['identity', 'judicial']);
    expect(sections([issue(1), issue(3), unseal(2)])).toEqual(['identity']);
    expect(sections([issue(1), unseal(4, { of: 3 })])).toEqual(['identity']);
    expect(sections([issue(1), unseal(4, { of: 3 }), issue(3)])).toEqual(['identity', 'judicial']);
    expect(sections([issue(1), unseal(2), unseal(4, { of: 3 })])).toEqual(['identity', 'judicial']);
    expect(sections([issue(1), restrict(3, ['judicial']), unseal(2)])).toEqual(['identity']);
    expect(sections([issue(1), unseal(2, { to: OTHER })])).toEqual(['identity']);
  });

  test('an unseal of another revision does not lift the bar from the revision that is held', () => {
    const bar = restrict(2, ['identity']);
    const other = unseal(4, { section: 'identity', of: 9 });
    for (const order of ordersOf([issue(1), bar, other]))
      expect(play(order, ['identity'])?.sections).toEqual([]);
  });

  test('a restrict below an unseal of another revision is applied, below another restrict ignored', () => {
    const other = unseal(4, { section: 'identity', of: 9 });
    const before = applyAll([issue(1), other]);
    expect(applyItem(before, restrict(2, ['identity'])).outcome).toBe('applied');
    expect(termsOf(applyAll([issue(1), other, restrict(2, ['identity'])]), ME).without).toEqual(['identity']);
    expect(
      applyItem(applyAll([issue(1), restrict(4, ['identity'])]), restrict(2, ['identity'])).outcome,
    ).toBe('ignored');
    expect(
      applyItem(before, { ...restrict(4, ['identity']), digest: 'another' } as RegisterItem).outcome,
    ).toBe('conflict');
  });

  test('a restrict bars only the organisation that it names', () => {
    const state = applyAll([issue(1), restrict(2), restrict(3, ['identity'], OTHER)]);
    expect(termsOf(state, ME).content).toBeNull();
    expect(termsOf(state, OTHER)).toMatchObject({ content: 'digest-1', without: ['identity'] });
  });

  test('a notice ends by its newest revision or extension, whichever is newer', () => {
    expect(lifeEndOf(applyAll([extend(2)]))).toBeNull();
    expect(lifeEndOf(applyAll([issue(1)]))).toBe(START + 400 * DAY);
    expect(lifeEndOf(applyAll([issue(1), extend(2)]))).toBe(START + 500 * DAY + 2);
    const shorter: RegisterItem = { type: 'content', ...mark(3), expiresAt: START + 10 * DAY };
    for (const order of ordersOf([issue(1), extend(2), shorter])) {
      expect(lifeEndOf(applyAll(order))).toBe(START + 10 * DAY);
    }
  });

  test('a suspension ends with its newest `until`, at most six months after the first since the last resume', () => {
    const limit = Date.UTC(2026, 6, 15, 10);
    expect(suspendedUntil(applyAll([issue(1)]))).toBeNull();
    expect(suspendedUntil(applyAll([suspend(1, 30), suspend(2, 40)]))).toBe(START + 40 * DAY);
    expect(suspendedUntil(applyAll([suspend(0, 30), suspend(20 * DAY, 900)]))).toBe(limit);
    const again = [suspend(0, 30), resume(10 * DAY), suspend(20 * DAY, 900), suspend(30 * DAY, 900)];
    for (const order of ordersOf(again)) {
      expect(suspendedUntil(applyAll(order))).toBe(Date.UTC(2026, 7, 4, 10));
    }
    expect(suspendedUntil(applyAll([suspend(1), resume(2)]))).toBeNull();
  });

  test('the latest time to which a notice may be suspended counts from the first suspend since the last resume', () => {
    const limit = Date.UTC(2026, 6, 15, 10);
    expect(latestSuspension(EMPTY_REGISTERS, START)).toBe(limit);
    expect(latestSuspension(applyAll([suspend(0)]), START + 20 * DAY)).toBe(limit);
    expect(latestSuspension(applyAll([suspend(0), resume(1)]), START + 20 * DAY)).toBe(
      Date.UTC(2026, 7, 4, 10),
    );
  });

  test('a thousand suspends without a resume take no more room than 256, and count from the first', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => suspend(at * DAY, at + 30));
    expect(applyAll(many).pause.suspends).toHaveLength(256);
    expect(suspendedUntil(applyAll(many))).toBe(
      suspendedUntil(applyAll([suspend(0), suspend(999 * DAY, 1_029)])),
    );
  });

  test('as many actions as a notice takes give one state in every order', () => {
    const suspends = Array.from({ length: 127 }, (_, at) => suspend(2 + at));
    const unseals = Array.from({ length: 127 }, (_, at) => unseal(200 + at, { of: at }));
    const all = [issue(1), ...suspends, resume(70), ...unseals, restrict(300, ['judicial'])];
    const state = applyAll(all);
    expect([state.pause.suspends.length, state.access[ME]?.sections['judicial']?.unseals.length]).toEqual([
      58, 26,
    ]);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (order) => {
        expect(applyAll(order)).toEqual(state);
      }),
      { numRuns: 20 },
    );
  });

  test('a holder has a duty only where its terms change', () => {
    const state = applyAll([issue(1), restrict(2, ['identity']), suspend(3)]);
    expect(dutiesBetween(termsOf(state, ME), termsOf(state, ME))).toEqual([]);
    expect(dutiesBetween(termsOf(state, ME), termsOf(applyAll([issue(1)]), ME))).toEqual([{ type: 'show' }]);
  });
});
