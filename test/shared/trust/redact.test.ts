import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { LiaisonError } from '../../../services/shared/kernel/errors.js';
import type { Section } from '../../../services/shared/notice/kinds.js';
import type { Notice } from '../../../services/shared/notice/notice.js';
import { hashCopy, digestOfDisclosures } from '../../../services/shared/trust/copy-digests.js';
import { digest } from '../../../services/shared/trust/digest.js';
import {
  openDelivered,
  openSubmission,
  type Opening,
  type SubmittedNotice,
  type Verified,
} from '../../../services/shared/trust/open-notice.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { issueNotice } from '../../../services/shared/trust/sd-jwt.js';
import { makeFederation, NOW } from './federation.js';
import { EUROPOL, exampleNotice } from './notices.js';

let opening: Opening;
let notice: Notice;
let submitted: Verified<SubmittedNotice>;
let present: readonly Section[];

beforeAll(async () => {
  const { directory, signer } = await makeFederation();
  opening = { directory, originator: EUROPOL, now: NOW };
  notice = exampleNotice();
  submitted = await openSubmission(
    await issueNotice(notice, { federation: 'demo', signer: signer('europol:notice:1') }),
    opening,
  );
  present = Object.keys(notice.sections) as Section[];
});

describe('redaction', () => {
  test('property: any subset of the sections still verifies, and discloses exactly that subset', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...present]), async (sections) => {
        const copy = redact(submitted, sections);
        const delivered = await openDelivered(copy.text, opening);
        const kept = sections.map((section) => [section, notice.sections[section]] as const);
        expect(delivered.sections).toEqual(Object.fromEntries(kept));
        expect(digestOfDisclosures([...delivered.disclosures.values()])).toBe(copy.disclosed);
      }),
      { numRuns: 60 },
    );
  });

  test('property: redacting twice equals redacting once, in any order of sections', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...present]), fc.nat(), async (sections, cut) => {
        const once = await openDelivered(redact(submitted, sections).text, opening);
        const fewer = sections.slice(cut % (sections.length + 1));
        expect(redact(once, fewer.toReversed()).text).toBe(redact(submitted, fewer).text);
      }),
      { numRuns: 60 },
    );
  });

  test('withheld content and routing are nowhere in the copy', () => {
    const { text } = redact(submitted, ['narrative']);
    for (const [name, disclosure] of submitted.disclosures) {
      expect(text.includes(disclosure)).toBe(name === 'narrative');
    }
  });

  test('the disclosed digest is over the disclosures in the order of `_sd`, and can be read from the copy alone', () => {
    const { text, disclosed } = redact(submitted, present);
    expect(disclosed).toBe(redact(submitted, present.toReversed()).disclosed);
    const claims = Buffer.from(submitted.jwt.split('.')[1] ?? '', 'base64url').toString();
    const { _sd: order } = JSON.parse(claims) as { readonly _sd: readonly string[] };
    const kept = text.slice(submitted.jwt.length + 1, -1).split('~');
    const sorted = kept.toSorted((a, b) => order.indexOf(digest(a)) - order.indexOf(digest(b)));
    expect(disclosed).toBe(digestOfDisclosures(sorted));
    expect(hashCopy(text)).toMatchObject({ digest: submitted.digest, disclosed });
    expect(hashCopy('no notice')).toBeUndefined();
    expect(redact(submitted, []).disclosed).toBe(digest(''));
    expect(redact(submitted, present.slice(1)).disclosed).not.toBe(disclosed);
  });

  test('a section requested twice is disclosed once', () => {
    expect(redact(submitted, ['narrative', 'narrative']).text).toBe(redact(submitted, ['narrative']).text);
  });

  test('a requested section that the notice does not have is an error', () => {
    const absent = (): unknown => redact(submitted, ['assets']);
    expect(absent).toThrow(expect.objectContaining({ code: 'section-unexpected' }));
  });

  test('property: 5,000 mutated notices open unchanged or are refused with a code', async () => {
    const { text } = redact(submitted, present);
    const full = `${[submitted.jwt, ...submitted.disclosures.values()].join('~')}~`;
    const change = fc.record({
      text: fc.constantFrom(text, full),
      at: fc.nat(),
      cut: fc.nat(40),
      put: fc.oneof(
        fc.constantFrom('', '.', '~', '~~', '=', '\n', '\0', 'A', 'eyJ'),
        fc.string({ maxLength: 4 }),
      ),
      from: fc.nat(),
    });
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(change, async ({ text, at, cut, put, from }) => {
        const place = at % text.length;
        const copied = cut % 3 === 0 ? text.slice(from % text.length).slice(0, 120) : put;
        const mutated = text.slice(0, place) + copied + text.slice(place + cut);
        const open = text === full ? openSubmission : openDelivered;
        try {
          expect((await open(mutated, opening)).digest).toBe(submitted.digest);
        } catch (error) {
          if (!(error instanceof LiaisonError)) throw error;
          expect(error.code).not.toBe('internal');
          refusals += 1;
        }
      }),
      { numRuns: 5_000 },
    );
    expect(refusals).toBeGreaterThan(4_000);
  });
});
