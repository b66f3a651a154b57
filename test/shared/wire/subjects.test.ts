import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { parseSubject, subjects } from '../../../services/shared/wire/subjects.js';

const page = readFileSync(new URL('../../../proto/README.md', import.meta.url), 'utf8');
const frame = parseFrameId('ab'.repeat(32));
const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];

/** The subjects of the grammar as written, with example ids in place of its variables. */
const [, table = ''] = page.split(/^## (?:Subjects|Frames)$/m);
const written = [...table.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, subject = '']) => subject);
const filled = written.map((subject) =>
  subject
    .replace('<frame>', frame)
    .replace('<originator>', europol)
    .replace('<recipient>', afripol)
    .replace('<org>', europol)
    .replace('<verb>', 'replay')
    .replace('<event>', 'delivered')
    .replace('<kind>', 'red'),
);

const built = [
  subjects.out('submission', frame),
  subjects.out('receipt', frame),
  subjects.out('query', frame),
  subjects.delivery(europol, frame),
  subjects.receipt(afripol, frame),
  subjects.report(frame),
  subjects.answer(frame),
  subjects.directory(),
  subjects.checkpointIn(),
  subjects.ledger(europol),
  subjects.parked(afripol, europol, frame),
  subjects.quarantine(europol),
  subjects.command('replay'),
  subjects.checkpoint(),
  subjects.status('delivered', { originator: europol, recipient: afripol, kind: 'red' }),
];

describe('subjects', () => {
  test('the builders make exactly the subjects of the grammar in proto/README.md', () => {
    expect(built.toSorted()).toEqual(filled.toSorted());
  });

  test('every subject that a consumer can receive is parsed into the tokens it was built from', () => {
    const consumed = built.filter((subject) => !/^(checkpoint|status\.)/.test(subject));
    expect(consumed.map(parseSubject)).not.toContain(undefined);
    expect(parseSubject(subjects.parked(afripol, europol, frame))).toEqual({
      type: 'parked',
      recipient: afripol,
      originator: europol,
      frame,
    });
  });

  test.each([
    'out.*',
    'out.>',
    `out.submission.${frame}.more`,
    `out.submission.${frame.toUpperCase()}`,
    `out.action.${frame}`,
    `out.submission.${frame}\u0000`,
    `out.ｎotice.${frame}`,
    ` out.submission.${frame}`,
    `in.delivery.*.${frame}`,
    `in.delivery.Europol.${frame}`,
    'ledger.',
    'command.*',
    'command.purge',
    'command.replay.x',
    'ledger.europol.x',
    '',
  ])('a subject outside the grammar is not parsed: %j', (subject) => {
    expect(parseSubject(subject)).toBeUndefined();
  });

  test('a subject with any one character changed is outside the grammar or has other tokens', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...built.slice(0, 13)),
        fc.nat(),
        fc.string({ minLength: 1 }),
        (subject, at, put) => {
          const place = at % subject.length;
          const changed = subject.slice(0, place) + put + subject.slice(place + 1);
          fc.pre(changed !== subject);
          expect(parseSubject(changed)).not.toEqual(parseSubject(subject));
        },
      ),
    );
  });

  test('a subject built from any two organisations and any frame is parsed back into them', () => {
    const org = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/).map(parseOrgId);
    const hex = fc.stringMatching(/^[0-9a-f]{64}$/).map(parseFrameId);
    fc.assert(
      fc.property(org, org, hex, (originator, recipient, id) => {
        expect(parseSubject(subjects.delivery(originator, id))).toEqual({
          type: 'delivery',
          originator,
          frame: id,
        });
        expect(parseSubject(subjects.parked(recipient, originator, id))).toEqual({
          type: 'parked',
          recipient,
          originator,
          frame: id,
        });
        expect(parseSubject(subjects.ledger(originator))).toEqual({ type: 'ledger', org: originator });
      }),
    );
  });

  test('a token outside the grammar is never joined into a subject', () => {
    const foreign = (token: string) => () => subjects.ledger(token as typeof europol);
    for (const token of ['', '*', '>', 'a.b', 'A', 'x\u0000', 'ｅuropol', '-x', 'x'.repeat(65)]) {
      expect(foreign(token)).toThrowError(expect.objectContaining({ code: 'subject-invalid' }));
    }
  });
});
