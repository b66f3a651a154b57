import { describe, expect, test } from 'vitest';
import { namedMembers, passesFilters, subjectPatterns } from '../../../services/cli/tail/tail-request.js';
import { accountsOf, RECIPIENT_EVENTS } from '../../../services/shared/bus/accounts.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { statusSubject } from '../../../services/shared/wire/status-pattern.js';

const org = parseOrgId('europol');
const subjectsOf = (subject: string, who?: typeof org): readonly string[] =>
  subjectPatterns({ subject, filters: {}, ...(who === undefined ? {} : { org: who }) }).map(statusSubject);
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return errorFrom(error).code;
  }
};

describe('subjectPatterns', () => {
  test('returns the subject itself for the federation’s key, in any NATS notation', () => {
    for (const subject of ['status.>', '>', '*.>', 'status.*.*.*.*'])
      expect(subjectsOf(subject)).toEqual(['status.*.*.*.*']);
    expect(subjectsOf('status.delivered.*.*.red')).toEqual(['status.delivered.*.*.red']);
  });

  test('returns for an organisation’s key its permissions, intersected with the subject', () => {
    expect(subjectsOf('status.>', org)).toEqual([
      'status.*.europol.*.*',
      ...RECIPIENT_EVENTS.map((event) => `status.${event}.*.europol.*`),
    ]);
    expect(subjectsOf('status.denied.>', org)).toEqual(['status.denied.europol.*.*']);
    expect(subjectsOf('status.*.interpol.>', org)).toEqual(
      RECIPIENT_EVENTS.map((event) => `status.${event}.interpol.europol.*`),
    );
  });

  test('returns only subjects that the account of the organisation permits', () => {
    const watch = accountsOf([org]).find(({ name }) => name === 'WATCH');
    const listed = watch?.users.find(({ role, of }) => role === 'tail' && of === org)?.subscribe ?? [];
    for (const subject of subjectsOf('status.>', org))
      expect(listed).toContain(subject.replace(/(?:\.\*)+$/, '.>'));
  });

  test('throws when the organisation may see none of the subject', () => {
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

describe('an impossible subject is refused', () => {
  const messageOf = (subject: string): string => {
    try {
      return subjectsOf(subject).join(' ');
    } catch (error) {
      return errorFrom(error).message;
    }
  };

  test('by its event and kind, with the nearest word', () => {
    expect(messageOf('status.delivred.>')).toBe('unknown word `delivred`, did you mean `delivered`');
    expect(messageOf('status.*.europol.*.rde')).toBe('unknown word `rde`, did you mean `red`');
    expect(messageOf('status.alarm.*.*._')).toBe('status.alarm.*.*._');
  });

  test('by its organisations, which `namedMembers` returns with those of the filters', () => {
    const filters = { from: ['europol'], to: ['afripol', 'gccpol'] };
    expect(namedMembers({ subject: 'status.*.interpol._.>', filters })).toEqual([
      'europol',
      'afripol',
      'gccpol',
      'interpol',
    ]);
    expect(namedMembers({ subject: 'status.>', filters: {} })).toEqual([]);
  });
});

test('passesFilters: an event passes when each given list contains its value', () => {
  const event = { event: 'redacted', originator: 'europol', recipient: 'afripol', kind: 'red' };
  const passing = (filters: object): boolean => passesFilters({ subject: 'status.>', filters }, event);
  expect(passing({})).toBe(true);
  expect(passing({ event: ['denied', 'redacted'], to: ['afripol'] })).toBe(true);
  expect(passing({ event: ['denied'], to: ['afripol'] })).toBe(false);
  expect(passing({ outcome: ['redacted'] })).toBe(false);
});
