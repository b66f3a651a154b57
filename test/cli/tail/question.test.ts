import { describe, expect, test } from 'vitest';
import { membersIn, passes, patternsOf } from '../../../services/cli/tail/question.js';
import { accountsOf, TOLD_TO_RECIPIENT } from '../../../services/shared/bus/accounts.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { statusSubject } from '../../../services/shared/wire/status-pattern.js';

const org = parseOrgId('europol');
const subjectsOf = (subject: string, who?: typeof org): readonly string[] =>
  patternsOf({ subject, filters: {}, ...(who === undefined ? {} : { org: who }) }).map(statusSubject);
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return errorFrom(error).code;
  }
};

describe('what a broker is asked for', () => {
  test('with the federation’s key it is the subject itself, whatever a NATS client may write for it', () => {
    for (const subject of ['status.>', '>', '*.>', 'status.*.*.*.*'])
      expect(subjectsOf(subject)).toEqual(['status.*.*.*.*']);
    expect(subjectsOf('status.delivered.*.*.red')).toEqual(['status.delivered.*.*.red']);
  });

  test('with an organisation’s key it is what that key permits, as far as the subject reaches', () => {
    expect(subjectsOf('status.>', org)).toEqual([
      'status.*.europol.*.*',
      ...TOLD_TO_RECIPIENT.map((event) => `status.${event}.*.europol.*`),
    ]);
    expect(subjectsOf('status.denied.>', org)).toEqual(['status.denied.europol.*.*']);
    expect(subjectsOf('status.*.interpol.>', org)).toEqual(
      TOLD_TO_RECIPIENT.map((event) => `status.${event}.interpol.europol.*`),
    );
  });

  test('every subject asked for stands below one that the account of the organisation lists', () => {
    const watch = accountsOf([org]).find(({ name }) => name === 'WATCH');
    const listed = watch?.users.find(({ role, of }) => role === 'tail' && of === org)?.subscribe ?? [];
    for (const subject of subjectsOf('status.>', org))
      expect(listed).toContain(subject.replace(/(?:\.\*)+$/, '.>'));
  });

  test('nothing to be heard is an error, not silence', () => {
    expect(codeOf(() => subjectsOf('status.denied.interpol.>', org))).toBe('forbidden');
    for (const subject of [
      'status.delivered',
      'ledger.>',
      'status.*.*.*.*.*',
      'status.>.red',
      'Status.>',
      '',
    ])
      expect([subject, codeOf(() => subjectsOf(subject))]).toEqual([subject, 'subject-invalid']);
  });
});

describe('a subject that no event can have is refused, not listened to', () => {
  const messageOf = (subject: string): string => {
    try {
      return subjectsOf(subject).join(' ');
    } catch (error) {
      return errorFrom(error).message;
    }
  };

  test('by its event and its kind, with the nearest word', () => {
    expect(messageOf('status.delivred.>')).toBe('unknown word `delivred`, did you mean `delivered`');
    expect(messageOf('status.*.europol.*.rde')).toBe('unknown word `rde`, did you mean `red`');
    expect(messageOf('status.alarm.*.*._')).toBe('status.alarm.*.*._');
  });

  test('and what it names as organisations is told with those of the filters', () => {
    const filters = { from: ['europol'], to: ['afripol', 'gccpol'] };
    expect(membersIn({ subject: 'status.*.interpol._.>', filters })).toEqual([
      'europol',
      'afripol',
      'gccpol',
      'interpol',
    ]);
    expect(membersIn({ subject: 'status.>', filters: {} })).toEqual([]);
  });
});

test('an event passes when each list that is given has its word', () => {
  const event = { event: 'redacted', originator: 'europol', recipient: 'afripol', kind: 'red' };
  const passing = (filters: object): boolean => passes({ subject: 'status.>', filters }, event);
  expect(passing({})).toBe(true);
  expect(passing({ event: ['denied', 'redacted'], to: ['afripol'] })).toBe(true);
  expect(passing({ event: ['denied'], to: ['afripol'] })).toBe(false);
  expect(passing({ outcome: ['redacted'] })).toBe(false);
});
