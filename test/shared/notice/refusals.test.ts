import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { parseDraft } from '../../../services/shared/notice/draft.js';
import type { Kind } from '../../../services/shared/notice/kinds.js';

type Json = Record<string, unknown>;
interface Loose {
  header: Json;
  sections: Record<string, Json>;
}

/** The example of a kind with one change. */
function draft(kind: Kind, change: (draft: Loose) => void): unknown {
  const text = readFileSync(new URL(`../../../proto/examples/${kind}.json`, import.meta.url), 'utf8');
  const value: Loose = JSON.parse(text);
  change(value);
  return value;
}

function refusal(value: unknown): { code: string; path: string; message: string } {
  try {
    parseDraft(value);
  } catch (error) {
    if (!isCode(error, 'schema-invalid', 'kind-unknown', 'review-required')) throw error;
    return { code: error.code, path: error.details[0]?.path ?? '', message: error.message };
  }
  throw new Error('accepted');
}

describe('refused drafts', () => {
  test.each<[string, unknown, { code: string; path: string; words?: string }]>([
    [
      'an unknown kind',
      draft('red', (d) => (d.header['kind'] = 'reed')),
      { code: 'kind-unknown', path: '/header/kind', words: 'did you mean `red`' },
    ],
    [
      'a misspelt name',
      draft('red', (d) => (d.header['purpos'] = 'arrest')),
      { code: 'schema-invalid', path: '/header/purpos', words: 'did you mean `purpose`' },
    ],
    [
      'a misspelt word',
      draft('red', (d) => (d.header['crimeAreas'] = ['terorism'])),
      { code: 'schema-invalid', path: '/header/crimeAreas/0', words: 'did you mean `terrorism`' },
    ],
    [
      'a field that the gateway adds',
      draft('red', (d) => (d.header['number'] = 7)),
      { code: 'schema-invalid', path: '/header/number', words: 'the gateway adds it' },
    ],
    [
      'an empty list of addressees',
      draft('red', (d) => (d.header['addressees'] = [])),
      { code: 'schema-invalid', path: '/header/addressees' },
    ],
    [
      'a list with an invalid id',
      draft('red', (d) => (d.header['addressees'] = ['europol', 'Euro pol'])),
      { code: 'schema-invalid', path: '/header/addressees/1', words: 'expected an organisation' },
    ],
    [
      'a word other than `all` as addressees',
      draft('red', (d) => (d.header['addressees'] = 'al')),
      { code: 'schema-invalid', path: '/header/addressees', words: 'expected `all`, or' },
    ],
    [
      'a routing, which only the gateway adds',
      draft('red', (d) => Object.assign(d, { routing: {} })),
      { code: 'schema-invalid', path: '/routing', words: 'the gateway adds it' },
    ],
    [
      'a duration in words',
      draft('red', (d) => (d.header['reviewAfter'] = '1 year')),
      { code: 'schema-invalid', path: '/header/reviewAfter', words: 'ISO 8601' },
    ],
    [
      'a review after the end',
      draft('red', (d) => Object.assign(d.header, { reviewAfter: 'P2Y', expiresAfter: 'P1Y' })),
      { code: 'schema-invalid', path: '/header/reviewAfter', words: 'expiresAfter' },
    ],
    [
      'a review without a name',
      draft('red', (d) => (d.header['neutralityReview'] = { reason: 'x', submittedBy: ' ' })),
      { code: 'schema-invalid', path: '/header/neutralityReview/submittedBy' },
    ],
    [
      'an identity without a name',
      draft('red', (d) => (d.sections['identity'] = { sex: 'male' })),
      { code: 'schema-invalid', path: '/sections/identity', words: 'familyName or entityName' },
    ],
    [
      'a misspelt name in a section',
      draft('red', (d) => (d.sections['identity'] = { familyName: 'x', givenName: ['y'] })),
      { code: 'schema-invalid', path: '/sections/identity/givenName', words: 'did you mean `givenNames`' },
    ],
    [
      'a control sequence of a terminal',
      draft('red', (d) => (d.sections['identity'] = { familyName: 'x\u009b31m' })),
      { code: 'schema-invalid', path: '/sections/identity/familyName' },
    ],
    [
      'a section named like a property of every object',
      draft('red', (d) => (d.sections['constructor'] = {})),
      { code: 'schema-invalid', path: '/sections/constructor' },
    ],
    [
      'a section that the kind does not have',
      draft('black', (d) => (d.sections['identity'] = { familyName: 'Invented' })),
      { code: 'schema-invalid', path: '/sections/identity' },
    ],
    [
      'a section that is missing',
      draft('red', (d) => delete d.sections['judicial']),
      { code: 'schema-invalid', path: '/sections/judicial', words: 'missing' },
    ],
    [
      'H3 without its text',
      draft('green', (d) => delete d.sections['handlingNote']),
      { code: 'schema-invalid', path: '/sections/handlingNote' },
    ],
    [
      'a lifetime beyond five years',
      draft('red', (d) => (d.header['expiresAfter'] = 'P61M')),
      { code: 'schema-invalid', path: '/header/expiresAfter' },
    ],
    [
      'a review without the person who submits it',
      draft('red', (d) => (d.header['neutralityReview'] = { reason: 'a mayor is concerned' })),
      { code: 'review-required', path: '/header/neutralityReview/submittedBy' },
    ],
    [
      'a UN special notice with a list',
      draft('un-special', (d) => (d.header['addressees'] = ['europol'])),
      { code: 'schema-invalid', path: '/header/addressees' },
    ],
    [
      'a UN special notice with excluded organisations',
      draft('un-special', (d) => (d.header['excluded'] = ['europol'])),
      { code: 'schema-invalid', path: '/header/excluded' },
    ],
    [
      'a UN special notice with a classification',
      draft('un-special', (d) => (d.header['classification'] = 'restricted')),
      { code: 'schema-invalid', path: '/header/classification' },
    ],
    [
      'a red notice without a status',
      draft('red', (d) => delete d.header['personStatus']),
      { code: 'schema-invalid', path: '/header/personStatus' },
    ],
  ])('%s is refused with its place', (_, value, { code, path, words = '' }) => {
    const found = refusal(value);
    expect(found).toMatchObject({ code, path });
    expect(found.message).toContain(words);
  });

  test.each<[string, Json]>([
    [
      'a family matter',
      { offences: [{ description: 'x', category: 'family', serious: true, maximumPenaltyYears: 5 }] },
    ],
    [
      'a matter that is not serious',
      { offences: [{ description: 'x', category: 'ordinary-law', serious: false, maximumPenaltyYears: 5 }] },
    ],
    [
      'a maximum penalty below two years',
      { offences: [{ description: 'x', category: 'ordinary-law', serious: true, maximumPenaltyYears: 1 }] },
    ],
    ['the wrong basis', { basis: 'sentence' }],
  ])('a red notice for prosecution is refused with %s', (_, judicial) => {
    const value = draft('red', (d) => Object.assign(d.sections['judicial'] as Json, judicial));
    expect(refusal(value).path).toMatch(/^\/sections\/judicial/);
  });

  test('a red notice to serve a sentence needs six remaining months', () => {
    const convicted = (months: number) =>
      draft('red', (d) => {
        d.header['personStatus'] = 'convicted';
        Object.assign(d.sections['judicial'] as Json, { basis: 'sentence', sentenceRemainingMonths: months });
      });
    expect(refusal(convicted(5)).path).toBe('/sections/judicial/sentenceRemainingMonths');
    expect(() => parseDraft(convicted(6))).not.toThrow();
  });

  test('no message repeats the content of a section', () => {
    const secret = 'Nobody-must-read-this';
    const value = draft(
      'red',
      (d) => (d.sections['identity'] = { familyName: [secret], [`${secret} ?`]: secret }),
    );
    expect(JSON.stringify(refusal(value))).not.toContain(secret);
  });

  test.each([null, 7, 'draft', [], {}, { header: null, sections: {} }])(
    '%j is refused as a draft',
    (value) => {
      expect(['schema-invalid', 'kind-unknown']).toContain(refusal(value).code);
    },
  );
});
