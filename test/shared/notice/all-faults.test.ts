import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LiaisonError } from '../../../services/shared/kernel/errors.js';
import { parseDraft } from '../../../services/shared/notice/draft.js';
import { KINDS } from '../../../services/shared/notice/kinds.js';

type Json = Record<string, unknown>;
interface Loose {
  header: Json;
  sections: Record<string, Json>;
}

const read = (kind: string): Loose =>
  JSON.parse(readFileSync(new URL(`../../../proto/examples/${kind}.json`, import.meta.url), 'utf8')) as Loose;
const MEMBERS = ['europol', 'interpol', 'afripol', 'gccpol'];

/** Returns the error for a refused draft; undefined for an accepted one. */
function refusal(
  value: unknown,
  members?: readonly string[],
): Pick<LiaisonError, 'code' | 'message' | 'details'> | undefined {
  try {
    parseDraft(value, members);
    return undefined;
  } catch (error) {
    if (error instanceof LiaisonError) return error;
    throw error;
  }
}

const pathsOf = (value: unknown, members?: readonly string[]): readonly string[] =>
  (refusal(value, members)?.details ?? []).map(({ path }) => path).toSorted();

/** Changes that break one place each, whatever else is broken. */
const BREAKS: Readonly<Record<string, (draft: Loose) => void>> = {
  '/header/purpose': ({ header }) => (header['purpose'] = 'holiday'),
  '/header/minor': ({ header }) => delete header['minor'],
  '/header/colour': ({ header }) => (header['colour'] = 'red'),
  '/header/number': ({ header }) => (header['number'] = 7),
  '/header/countries/0': ({ header }) => (header['countries'] = ['Francia']),
  '/header/reviewAfter': ({ header }) => (header['reviewAfter'] = '1 year'),
  '/header/expiresAfter': ({ header }) => (header['expiresAfter'] = 'P61M'),
  '/header/neutralityReview/submittedBy': ({ header }) =>
    (header['neutralityReview'] = { reason: 'a mayor' }),
  '/header/addressees/1': ({ header }) => (header['addressees'] = ['interpol', 'afripoll']),
  '/header/excluded/0': ({ header }) => (header['excluded'] = ['nobody']),
  '/header/handling/tlp': ({ header }) =>
    (header['handling'] = { ...Object(header['handling']), tlp: 'blue' }),
  '/sections/identity': ({ sections }) => delete sections['identity']?.['familyName'],
  '/sections/identity/sex': ({ sections }) => Object.assign(sections['identity'] ?? {}, { sex: 7 }),
  '/sections/judicial/offences': ({ sections }) =>
    (Object(sections['judicial'])['offences'] = [
      { description: 'x', category: 'ordinary-law', serious: true, maximumPenaltyYears: 1 },
      { description: 'y', category: 'ordinary-law', serious: true, maximumPenaltyYears: 1 },
    ]),
  '/sections/narrative': ({ sections }) => delete sections['narrative'],
  '/sections/assets': ({ sections }) => (sections['assets'] = read('silver').sections['assets'] ?? {}),
};

describe('a refused draft', () => {
  test('is refused with every faulty place, each once, whichever they are', () => {
    const someBreaks = fc.subarray(Object.keys(BREAKS), { minLength: 1 });
    fc.assert(
      fc.property(someBreaks, (places) => {
        const draft = read('red');
        for (const place of places) BREAKS[place]?.(draft);
        expect(pathsOf(draft, MEMBERS)).toEqual(places.toSorted());
      }),
    );
  });

  test('of any kind is refused with both missing places and places that its kind does not have', () => {
    for (const kind of KINDS) {
      const { header, sections } = read(kind);
      const bare = {
        header: { ...header, reviewAfter: 7, colour: 'x' },
        sections: { ...sections, nothing: {} },
      };
      expect(pathsOf(bare), kind).toEqual(['/header/colour', '/header/reviewAfter', '/sections/nothing']);
    }
  });

  test('has in its message the first place and the number of others, and the code of the first', () => {
    const draft = read('red');
    for (const place of ['/header/neutralityReview/submittedBy', '/header/excluded/0', '/header/minor'])
      BREAKS[place]?.(draft);
    expect(refusal(draft, MEMBERS)).toMatchObject({
      code: 'schema-invalid',
      message: '`/header/minor`: missing; and 2 more',
    });
    draft.header['minor'] = false;
    expect(refusal(draft, MEMBERS)).toMatchObject({
      code: 'review-required',
      message:
        '`/header/neutralityReview/submittedBy`: name the person who submits it: another one approves it; and 1 more',
    });
  });

  test('of an unknown kind is still refused with the places that drafts of every kind must have', () => {
    const { header, sections } = read('red');
    const draft = { header: { ...header, kind: 'reed', minor: 'no', excluded: ['x'] }, sections };
    expect(refusal(draft, MEMBERS)?.code).toBe('kind-unknown');
    expect(pathsOf(draft, MEMBERS)).toEqual(['/header/excluded/0', '/header/kind', '/header/minor']);
  });

  test('gets one fault for all offences that are too minor, or only the fault of a malformed one', () => {
    const draft = read('red');
    BREAKS['/sections/judicial/offences']?.(draft);
    expect(refusal(draft)?.details).toEqual([
      {
        path: '/sections/judicial/offences',
        message: 'expected an offence with a maximum penalty of two years or more',
      },
    ]);
    Object(draft.sections['judicial'])['offences'][0].maximumPenaltyYears = 'many';
    expect(pathsOf(draft)).toEqual(['/sections/judicial/offences/0/maximumPenaltyYears']);
  });

  test('lists twenty places at most, and says how many it does not list', () => {
    const { header, sections } = read('red');
    const countries = Array.from({ length: 60 }, (_, index) => `X${index}`);
    const { message, details } = refusal({ header: { ...header, countries }, sections }) ?? {};
    expect(details).toHaveLength(20);
    expect(message).toMatch(/; and 59 more, 40 of which are not listed$/);
  });

  test.each([
    [
      'a list longer than any schema allows',
      (draft: Loose) => (draft.header['countries'] = Array(4_000).fill('Q')),
    ],
    [
      'very many unknown names',
      (draft: Loose) => {
        for (let index = 0; index < 4_000; index += 1) draft.sections[`n${index}`] = {};
      },
    ],
    [
      'too many values',
      (draft: Loose) => {
        for (const name of ['countries', 'crimeAreas', 'excluded', 'consents', 'addressees'])
          draft.header[name] = Array.from({ length: 250 }, (_, index) => ({ [`n${index}`]: 0 }));
      },
    ],
  ])('with %s is refused with the first place only: no other is searched for', (_, change) => {
    const draft = read('red');
    draft.header['excluded'] = ['nobody'];
    change(draft);
    expect(refusal(draft, MEMBERS)?.details).toHaveLength(1);
  });

  test('never shows the content of its sections in a fault, wherever it is broken', () => {
    const secret = 'Nobody-must-read-this';
    const draft = read('red');
    for (const section of Object.keys(draft.sections))
      draft.sections[section] = {
        [`${secret} ?`]: secret,
        items: secret,
        text: [secret],
        remarks: { [secret]: 1 },
      };
    const { message = '', details = [] } = refusal(draft) ?? {};
    expect(details.length).toBeGreaterThan(10);
    expect(JSON.stringify([message, details])).not.toContain(secret);
  });
});

test('a long list of valid members is checked as a whole', () => {
  const { header, sections } = read('red');
  const members = Array.from({ length: 300 }, (_, index) => `member-${index}`);
  const [addressees, excluded] = [members.slice(0, 256), members.slice(256)];
  const draft = { header: { ...header, addressees, excluded, consents: members.slice(0, 256) }, sections };
  expect(refusal(draft, members)).toBeUndefined();
  expect(pathsOf({ ...draft, header: { ...draft.header, excluded: ['member-1000'] } }, members)).toEqual([
    '/header/excluded/0',
  ]);
});
