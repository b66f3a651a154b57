import { describe, expect, test } from 'vitest';
import { createInventor } from '../../services/simulator/invent.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { parseDraft } from '../../services/shared/notice/draft.js';
import { KINDS } from '../../services/shared/notice/kinds.js';

const europol = parseOrgId('europol');
const peers = [europol, ...['interpol', 'afripol', 'gccpol'].map(parseOrgId)];

describe('inventor', () => {
  test('every invented draft is valid and hides its canaries in their sections, over 500 seeds', () => {
    for (let seed = 0; seed < 500; seed++) {
      const { draft, canaries } = createInventor(seed)(europol, peers);
      expect(parseDraft(draft)).toBe(draft);
      expect([...canaries.keys()].toSorted()).toEqual(Object.keys(draft.sections).toSorted());
      for (const [section, canary] of canaries) {
        expect(JSON.stringify(draft.sections[section])).toContain(canary);
      }
      expect(draft.header.addressees).not.toContain('europol');
    }
  });

  test('alone in a federation an organisation still invents valid drafts, which list nobody', () => {
    for (let seed = 0; seed < 100; seed++) {
      expect(createInventor(seed)(europol, [europol]).draft.header.addressees).toBe('all');
    }
  });

  test('no canary is in the header, in another section or in another draft', () => {
    const invent = createInventor(3);
    const seen = new Set<string>();
    for (let count = 0; count < 200; count++) {
      const { draft, canaries } = invent(europol, peers);
      for (const canary of canaries.values()) {
        expect(canary).toMatch(/^[0-9a-f]{32}$/);
        expect(JSON.stringify(draft).split(canary)).toHaveLength(2);
        expect(seen.has(canary)).toBe(false);
        seen.add(canary);
      }
    }
  });

  test('the same seed invents the same drafts, another seed others', () => {
    const drafts = (seed: number) => {
      const invent = createInventor(seed);
      return JSON.stringify(Array.from({ length: 20 }, () => invent(europol, peers).draft));
    };
    expect(drafts(7)).toBe(drafts(7));
    expect(drafts(7)).not.toBe(drafts(8));
  });

  test('a thousand drafts hold every kind and sizes from 1 to 100 KiB', () => {
    const invent = createInventor(1);
    const drafts = Array.from({ length: 1000 }, () => invent(europol, peers).draft);
    expect(new Set(drafts.map((draft) => draft.header.kind))).toEqual(new Set(KINDS));
    expect(new Set(drafts.flatMap((draft) => draft.header.crimeAreas)).size).toBe(12);
    expect(new Set(drafts.flatMap((draft) => draft.header.handling.codes)).size).toBe(4);
    expect(drafts.some((draft) => (draft.header.excluded ?? []).length > 0)).toBe(true);
    const sizes = drafts.map((draft) => JSON.stringify(draft).length).toSorted((a, b) => a - b);
    expect(sizes[0]).toBeGreaterThan(1_024);
    expect(sizes[500]).toBeLessThan(6_144);
    expect(sizes.at(-1)).toBeGreaterThan(30_000);
    expect(sizes.at(-1)).toBeLessThan(102_400);
  });
});
