import { describe, expect, test } from 'vitest';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import type { RecipientOutcome, NoticeState } from '../../services/simulator/gateway-http.js';
import { canariesFor } from '../../services/simulator/recipient-canaries.js';
import { type RecipientFindings, type SentNotice, summarise } from '../../services/simulator/summary.js';

const [europol, afripol, gccpol] = ['europol', 'afripol', 'gccpol'].map(parseOrgId) as [never, never, never];
const held = { type: 'held' };
const pair = (org: string, more: Partial<RecipientOutcome>): RecipientOutcome => ({
  org,
  outcome: 'delivered',
  sections: ['identity'],
  withheld: [],
  receipt: held,
  ...more,
});
const notice = (id: string, shown: NoticeState | undefined): SentNotice => ({
  originator: europol,
  id,
  at: new Date(),
  canaries: new Map([
    ['identity', `${id}-identity`],
    ['biometrics', `${id}-biometrics`],
  ]),
  shown,
});
const found = (
  org: never,
  verified: readonly string[],
  more: Partial<RecipientFindings> = {},
): RecipientFindings => ({
  org,
  verified: new Set(verified.map((id) => `europol/${id}`)),
  unverified: new Set(),
  sections: new Map(verified.map((id) => [`europol/${id}`, ['identity']])),
  duplicates: 0,
  leaks: 0,
  ...more,
});

describe('summary', () => {
  test('counts what is held, with what is withheld, and what was denied', () => {
    const recipients = [
      pair('afripol', { withheld: ['biometrics'], outcome: 'redacted' }),
      pair('gccpol', { outcome: 'denied', receipt: null }),
      pair('ecopol', { outcome: 'denied', because: 'not-addressed', receipt: null }),
    ];
    const summary = summarise(
      [notice('a', { state: 'settled', recipients })],
      [found(afripol, ['a']), found(gccpol, [])],
    );
    expect(summary).toMatchObject({ submitted: 1, delivered: 1, redacted: 1, denied: 1, missing: 0 });
  });

  test('a promised pair that no inbox holds is missing, whatever its receipt says', () => {
    const recipients = [pair('afripol', {}), pair('gccpol', { outcome: 'parked', receipt: null })];
    const summary = summarise(
      [notice('a', { state: 'routed', recipients })],
      [found(afripol, []), found(gccpol, [])],
    );
    expect(summary).toMatchObject({ delivered: 0, missing: 2 });
  });

  test('a notice that nothing was reported of is missing, a refused one is refused', () => {
    const queued = { state: 'queued', recipients: [] } as const;
    const refused = { state: 'refused', code: 'expired', recipients: [] } as const;
    const summary = summarise([notice('a', queued), notice('b', undefined), notice('c', refused)], []);
    expect(summary).toMatchObject({ submitted: 3, missing: 2, refused: 1 });
  });

  test('a notice that ended before anything was reported of it is missing', () => {
    const ended = { state: 'ended', recipients: [] } as const;
    const told = {
      state: 'ended',
      recipients: [pair('gccpol', { outcome: 'denied', receipt: null })],
    } as const;
    expect(summarise([notice('a', ended), notice('b', told)], [])).toMatchObject({ missing: 1, denied: 1 });
  });

  test('faults of every recipient add up', () => {
    const faults = { unverified: new Set(['europol/a']), duplicates: 2, leaks: 3 };
    const summary = summarise([], [found(afripol, [], faults), found(gccpol, [], faults)]);
    expect(summary).toMatchObject({ unverified: 2, duplicates: 4, withheldLeaks: 6 });
  });

  test('what a report does not disclose to a recipient must not be there: denied, withheld and not named alike', () => {
    const recipients = [pair('afripol', {}), pair('gccpol', { outcome: 'denied', receipt: null })];
    const notices = [notice('a', { state: 'settled', recipients })];
    expect(canariesFor(afripol, notices)).toEqual({ disclosed: ['a-identity'], withheld: ['a-biometrics'] });
    for (const org of [gccpol, parseOrgId('ecopol')]) {
      expect(canariesFor(org, notices)).toEqual({ disclosed: [], withheld: ['a-identity', 'a-biometrics'] });
    }
    expect(canariesFor(europol, notices)).toEqual({ disclosed: [], withheld: [] });
  });
});

describe('summary of lives', () => {
  const withdraw = { verb: 'withdraw', state: 'settled' };
  const restrict = {
    verb: 'restrict',
    state: 'settled',
    holders: [{ org: 'afripol', sections: ['identity'] }],
  };
  const lived = (actions: readonly object[], state: NoticeState['state'] = 'settled'): SentNotice => ({
    ...notice('a', { state, recipients: [pair('afripol', {})] }),
    life: { actions: actions as never },
  });

  test('an ended notice is missing at no recipient, and a leak at one that still holds it', () => {
    const ended = lived([withdraw], 'ended');
    expect(summarise([ended], [found(afripol, [])])).toMatchObject({
      withdrawn: 1,
      delivered: 0,
      missing: 0,
      withheldLeaks: 0,
    });
    expect(summarise([ended], [found(afripol, ['a'])])).toMatchObject({ delivered: 0, withheldLeaks: 1 });
  });

  test('a section that a copy must have and has not is lacking, a restricted section that it still has is a leak', () => {
    const sections = (...held: readonly string[]) => ({ sections: new Map([['europol/a', held]]) });
    expect(summarise([lived([])], [found(afripol, ['a'], sections())])).toMatchObject({ lacking: 1 });
    const taken = lived([restrict]);
    expect(summarise([taken], [found(afripol, ['a'], sections())])).toMatchObject({
      restricted: 1,
      lacking: 0,
      withheldLeaks: 0,
    });
    expect(summarise([taken], [found(afripol, ['a'])])).toMatchObject({ withheldLeaks: 1 });
  });

  test('a suspended notice that no recipient shows is not missing', () => {
    const hidden = { ...lived([]), life: { actions: [], suspendedUntil: '2031-01-01T00:00:00Z' } };
    expect(summarise([hidden], [found(afripol, [])])).toMatchObject({ missing: 0, delivered: 0 });
  });
});
