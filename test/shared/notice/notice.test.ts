import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { attributesOf } from '../../../services/shared/notice/attributes.js';
import { composeNotice, type Draft, parseDraft } from '../../../services/shared/notice/draft.js';
import {
  KINDS,
  type Kind,
  SECTIONS,
  type Section,
  sectionsOf,
} from '../../../services/shared/notice/kinds.js';
import { type Notice, parseNotice, parseReceived } from '../../../services/shared/notice/notice.js';

const CANARY = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const example = (kind: Kind): Draft =>
  JSON.parse(readFileSync(new URL(`../../../proto/examples/${kind}.json`, import.meta.url), 'utf8'));
const compose = (draft: Draft): Notice =>
  composeNotice(draft, {
    id: parseNoticeId('01890000-0000-7000-8000-000000000000'),
    number: 1,
    originator: parseOrgId('europol'),
    now: new Date('2026-01-31T10:00:00.250Z'),
  });
const red = compose(example('red'));
/** A valid section of each name. */
const valid = Object.assign({}, ...KINDS.map((kind) => example(kind).sections)) as Record<Section, object>;
const withHeader = (change: object) => ({ ...red, header: { ...red.header, ...change } });
const invalid = (path: string) =>
  expect.objectContaining({ code: 'schema-invalid', details: [expect.objectContaining({ path })] });

describe('text of a notice', () => {
  /** Texts of one line, such as the name of a person, and a text of several lines. */
  const PLACES = [
    '/sections/identity/familyName',
    '/header/neutralityReview/submittedBy',
    '/sections/narrative/text',
  ];
  const saying = (text: string, at: string): unknown => {
    const { header, sections } = example('red');
    const put = (place: string): string => (place === at ? text : 'Invented');
    const [familyName = '', submittedBy = '', narrative = ''] = PLACES.map(put);
    return {
      header: { ...header, neutralityReview: { reason: 'invented', submittedBy } },
      sections: { ...sections, identity: { familyName }, narrative: { text: narrative } },
    };
  };

  test.each(['202a', '202b', '202c', '202d', '202e', '2066', '2067', '2068', '2069'])(
    'is refused with U+%s, which changes the order in which it is displayed',
    (hex) => {
      const control = String.fromCodePoint(Number.parseInt(hex, 16));
      for (const place of PLACES) {
        for (const text of [`Inv${control}ented`, `${control}Invented`])
          expect(() => parseDraft(saying(text, place))).toThrow(invalid(place));
      }
    },
  );

  test('may be written from right to left, with directional marks', () => {
    for (const text of ['محمد علي', 'דוד (דני) כהן', '\u200fאבג ABC\u200e 12', 'می\u200cخواهم'])
      for (const place of PLACES) expect(parseDraft(saying(text, place))).toEqual(saying(text, place));
  });
});

describe('a composed notice', () => {
  test.each(KINDS)('of %s has nothing in its header that only the router may know', (kind) => {
    const { header, routing } = compose(example(kind));
    for (const name of ['addressees', 'excluded', 'consents', 'neutralityReview', 'reviewAfter'])
      expect(header).not.toHaveProperty(name);
    expect('addressees' in routing).toBe(header.audience === 'listed');
  });

  test('leaves its draft unchanged', () => {
    for (const kind of KINDS) {
      const draft = parseDraft(example(kind));
      compose(draft);
      expect(draft).toEqual(example(kind));
    }
  });
});

describe('a notice', () => {
  test.each([
    ['a day that does not exist', { expiresAt: '2030-11-39T10:00:00Z' }, '/header/expiresAt'],
    ['29 February of a common year', { expiresAt: '2030-02-29T10:00:00Z' }, '/header/expiresAt'],
    ['a leap second', { expiresAt: '2030-12-31T23:59:60Z' }, '/header/expiresAt'],
    ['an offset from UTC', { expiresAt: '2030-12-31T10:00:00+01:00' }, '/header/expiresAt'],
    ['a life beyond five years', { expiresAt: '2031-01-31T10:00:01Z' }, '/header/expiresAt'],
    ['an end before its start', { expiresAt: '2026-01-31T09:00:00Z' }, '/header/expiresAt'],
    ['a review after its end', { reviewAt: '2031-01-31T10:00:01Z' }, '/header/expiresAt'],
    ['a list without addressees', { audience: 'listed' }, '/routing/addressees'],
    ['a number 0', { number: 0 }, '/header/number'],
    ['the count of its revisions', { revision: 2 }, '/header/revision'],
    ['a number that is no integer', { number: 1.5 }, '/header/number'],
    ['an id in capitals', { id: '01890000-0000-7000-8000-00000000000A' }, '/header/id'],
    ['a name of a person in its header', { familyName: 'Invented' }, '/header/familyName'],
  ])('with %s is refused', (_, change, path) => {
    expect(() => parseNotice(withHeader(change))).toThrowError(invalid(path));
  });

  test('addressed to all must not name addressees', () => {
    const routing = { ...red.routing, addressees: ['afripol'] };
    expect(() => parseNotice({ ...red, routing })).toThrowError(invalid('/routing/addressees'));
  });

  test('under neutrality review is refused without the name of the person who submits it', () => {
    for (const approved of [{}, { submittedBy: ' ' }, { submittedBy: '' }]) {
      const routing = { ...red.routing, neutralityReview: { reason: 'x', ...approved } };
      expect(() => parseNotice({ ...red, routing })).toThrowError(
        invalid('/routing/neutralityReview/submittedBy'),
      );
    }
  });

  test.each(KINDS)('of %s must have the sections of its kind and no others', (kind) => {
    const notice = compose(example(kind));
    const { required, optional } = sectionsOf(kind);
    for (const section of SECTIONS) {
      const { [section]: _, ...rest } = notice.sections;
      const without = () => parseNotice({ ...notice, sections: rest });
      const codes = notice.header.handling.codes;
      const needed = required.includes(section) || (section === 'handlingNote' && codes.includes('H3'));
      if (needed) expect(without).toThrowError(invalid(`/sections/${section}`));
      else expect(without).not.toThrow();
      if (required.includes(section) || optional.includes(section)) continue;
      const sections = { ...notice.sections, [section]: valid[section] };
      expect(() => parseNotice({ ...notice, sections })).toThrowError(invalid(`/sections/${section}`));
    }
  });
});

describe('a received notice', () => {
  test('must have a header that its kind allows', () => {
    const { header } = compose(example('un-special'));
    const received = { header: { ...header, classification: 'restricted' }, sections: {} };
    expect(() => parseReceived(received)).toThrowError(invalid('/header/classification'));
    expect(() => parseReceived(withHeader({ purpose: 'sanctions' }))).toThrowError(
      invalid('/header/purpose'),
    );
    expect(() => parseReceived(withHeader({ expiresAt: '2026-01-31T09:00:00Z' }))).toThrowError(
      invalid('/header/expiresAt'),
    );
  });

  test('may be the header alone, except with H3, as in the example of green', () => {
    for (const kind of KINDS.filter((each) => each !== 'green')) {
      const { header } = compose(example(kind));
      expect(parseReceived({ header, sections: {} })).toEqual({ header, sections: {} });
    }
  });

  test('is refused without showing content of the invalid section', () => {
    const received = { header: red.header, sections: { identity: { familyName: [CANARY] } } };
    expect(() => parseReceived(received)).toThrowError(invalid('/sections/identity'));
  });
});

describe('the attributes that policy reads', () => {
  test.each(KINDS)(
    'of %s contain nothing of a section, and no addressed or excluded organisation',
    (kind) => {
      const { header, routing, sections } = compose(example(kind));
      const attributes = attributesOf(header, { ...routing, excluded: [parseOrgId('marker-org')] });
      const text = JSON.stringify(attributes);
      expect(text).not.toContain('marker-org');
      for (const name of ['addressees', 'excluded', 'neutralityReview', 'id', ...Object.keys(sections)])
        expect(attributes).not.toHaveProperty(name);
    },
  );
});

test('an example with any one node replaced is accepted or refused with a code, and no refusal shows content', () => {
  const put = fc.oneof(
    fc.jsonValue(),
    fc.constant(CANARY),
    fc.constant({ [CANARY]: CANARY }),
    fc.constant([CANARY]),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...KINDS),
      fc.array(fc.nat(), { maxLength: 6 }),
      put,
      (kind, steps, value) => {
        const draft = JSON.parse(JSON.stringify(example(kind)));
        replaceAt(draft.sections, steps, value);
        try {
          parseDraft(draft);
        } catch (error) {
          if (!isCode(error, 'schema-invalid')) throw error;
          expect(error.details[0]?.path).toMatch(/^\/sections/);
          expect(JSON.stringify([error.message, error.details])).not.toContain(CANARY);
        }
      },
    ),
    { numRuns: 3_000 },
  );
});

/** Follows the steps as far as there are nodes, and sets the value there. */
function replaceAt(root: object, steps: readonly number[], value: unknown): void {
  let node = root as Record<string, unknown>;
  for (const [index, step] of steps.entries()) {
    const keys = Object.keys(node);
    const key = keys[step % keys.length];
    if (key === undefined) return;
    const child = node[key];
    if (index === steps.length - 1 || typeof child !== 'object' || child === null) {
      node[key] = value;
      return;
    }
    node = child as Record<string, unknown>;
  }
}
