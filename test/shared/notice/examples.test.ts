import { readFileSync } from 'node:fs';
import { v7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { composeNotice, parseDraft } from '../../../services/shared/notice/draft.js';
import { KINDS, SECTIONS, sectionsOf } from '../../../services/shared/notice/kinds.js';
import { parseNotice, parseReceived } from '../../../services/shared/notice/notice.js';

const read = (kind: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../proto/examples/${kind}.json`, import.meta.url), 'utf8'));
const composing = () => ({
  id: parseNoticeId(v7()),
  number: 1,
  originator: parseOrgId('europol'),
  now: new Date('2026-01-31T10:00:00.250Z'),
});

describe('examples', () => {
  test.each(KINDS)(
    'the example of %s is valid as a draft and as a notice, and each of its sections by itself',
    (kind) => {
      const draft = parseDraft(read(kind));
      const notice = composeNotice(draft, composing());
      expect(parseNotice(notice)).toEqual(notice);
      const { handlingNote } = notice.sections;
      const note = handlingNote === undefined ? {} : { handlingNote };
      for (const [name, section] of Object.entries(notice.sections)) {
        expect(
          parseReceived({ header: notice.header, sections: { ...note, [name]: section } }).header.kind,
        ).toBe(kind);
      }
      expect(notice.header.issuedAt).toBe('2026-01-31T10:00:00Z');
    },
  );

  test('a recipient refuses a section that the kind does not have', () => {
    const { header } = composeNotice(parseDraft(read('black')), composing());
    const received = { header, sections: { identity: { familyName: 'Invented' } } };
    expect(() => parseReceived(received)).toThrowError(
      expect.objectContaining({ code: 'section-unexpected' }),
    );
  });

  test('a recipient refuses an H3 notice without its handling note', () => {
    const { header, sections } = composeNotice(parseDraft(read('green')), composing());
    const { handlingNote: _, ...cut } = sections;
    expect(() => parseReceived({ header, sections: cut })).toThrowError(
      expect.objectContaining({
        code: 'schema-invalid',
        details: [{ path: '/sections/handlingNote', message: 'missing' }],
      }),
    );
  });

  test('every section is in at least one example, and every kind lists its required sections', () => {
    const used = new Set(KINDS.flatMap((kind) => Object.keys(parseDraft(read(kind)).sections)));
    expect(SECTIONS.filter((section) => !used.has(section))).toEqual([]);
    for (const kind of KINDS) expect(sectionsOf(kind).required.length).toBeGreaterThan(0);
  });
});
