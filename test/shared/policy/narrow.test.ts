import { describe, expect, test } from 'vitest';
import type { Section } from '../../../services/shared/notice/kinds.js';
import type { Decision } from '../../../services/shared/policy/decision.js';
import { narrow, type RecordedDecision } from '../../../services/shared/policy/narrow.js';
import { bravo } from './folder.js';

interface Part extends RecordedDecision {
  readonly jti: string;
}
const recorded: Part = {
  jti: 'x.1',
  outcome: 'redacted',
  sections: ['identity', 'media'],
  withheld: ['narrative'],
  advertised: ['narrative'],
  obligations: ['a'],
  rules: [{ layer: 'export', id: 'old' }],
};
const now: Decision = {
  recipient: bravo,
  outcome: 'redacted',
  sections: ['identity', 'media'],
  withheld: ['narrative'],
  advertised: ['narrative'],
  obligations: ['a'],
  rules: [{ layer: 'export', id: 'new', reason: 'because' }],
};

describe('narrowing a recorded decision', () => {
  test('the same decision changes nothing', () => {
    expect(narrow(recorded, now)).toBe(recorded);
  });

  test('a wider decision does not widen it', () => {
    const wider: Decision = {
      ...now,
      outcome: 'delivered',
      sections: ['identity', 'media', 'narrative'],
      withheld: [],
      advertised: [],
      obligations: [],
    };
    expect(narrow(recorded, wider)).toBe(recorded);
    const denied: Part = { ...recorded, outcome: 'denied', sections: [], withheld: [], advertised: [] };
    expect(narrow(denied, wider)).toBe(denied);
  });

  test('a section that is closed now is withheld, by the current rules', () => {
    const tighter: Decision = {
      ...now,
      sections: ['identity'],
      withheld: ['media', 'narrative'],
      advertised: ['narrative'],
    };
    expect(narrow(recorded, tighter)).toEqual({
      ...recorded,
      sections: ['identity'],
      withheld: ['media', 'narrative'],
      rules: [{ layer: 'export', id: 'new' }],
    });
  });

  test('a notice recorded as delivered becomes redacted', () => {
    const whole: Part = {
      ...recorded,
      outcome: 'delivered',
      sections: ['identity', 'media', 'narrative'],
      withheld: [],
      advertised: [],
    };
    expect(narrow(whole, now)).toMatchObject({
      outcome: 'redacted',
      sections: ['identity', 'media'],
      withheld: ['narrative'],
      advertised: ['narrative'],
    });
  });

  test('a current deny is a deny, with its reason', () => {
    const suspended: Decision = {
      ...now,
      outcome: 'denied',
      sections: [],
      withheld: [],
      advertised: [],
      obligations: [],
      rules: [],
      because: 'suspended',
    };
    expect(narrow(recorded, suspended)).toEqual({
      jti: 'x.1',
      outcome: 'denied',
      sections: [],
      withheld: [],
      advertised: [],
      obligations: [],
      rules: [],
      because: 'suspended',
    });
  });

  test('obligations only grow, and a section that may no longer be advertised is not', () => {
    expect(narrow(recorded, { ...now, obligations: ['b'] }).obligations).toEqual(['a', 'b']);
    expect(narrow(recorded, { ...now, advertised: [] }).advertised).toEqual([]);
    expect(narrow({ ...recorded, advertised: [] }, now).advertised).toEqual([]);
  });

  test('narrowing twice equals narrowing once, and gives no more than either decision', () => {
    const all: Section[] = ['identity', 'media', 'narrative', 'assets'];
    const subsets = all.reduce<Section[][]>(
      (sets, section) => sets.flatMap((set) => [set, [...set, section]]),
      [[]],
    );
    for (const sections of subsets) {
      const withheld = all.filter((section) => !sections.includes(section));
      const other: Decision = { ...now, sections, withheld, advertised: withheld };
      const once = narrow(recorded, other);
      expect(narrow(once, other)).toBe(once);
      expect(recorded.sections).toEqual(expect.arrayContaining([...once.sections]));
      expect(sections).toEqual(expect.arrayContaining([...once.sections]));
    }
  });
});
