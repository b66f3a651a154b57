import { expect, test } from 'vitest';
import { createEventTally } from '../../../services/cli/up/tally.js';

test('event tally: a redacted delivery counts as a delivery, and sets the shown sections', () => {
  const tally = createEventTally(['afripol']);
  tally.take({
    event: 'redacted',
    jti: 'x.1',
    originator: 'europol',
    recipient: 'afripol',
    sections: ['identity'],
  });
  tally.take({ event: 'delivered', originator: 'europol', recipient: 'afripol' });
  expect(tally.rows()[0]).toMatchObject({ delivered: 2, redacted: 1, sections: ['identity'] });
  expect(tally.example()).toEqual({ jti: 'x.1', originator: 'europol' });
});

test('event tally: the rules that denied most come first', () => {
  const tally = createEventTally(['gccpol']);
  for (const rule of ['b', 'a', 'b', 'c'])
    tally.take({ event: 'denied', recipient: 'gccpol', rules: [rule] });
  expect(tally.rows()[0]?.rules).toEqual([
    ['b', 2],
    ['a', 1],
  ]);
});

test('event tally: events about unknown organisations are ignored', () => {
  const tally = createEventTally(['gccpol']);
  tally.take({ event: 'delivered', recipient: 'elsewhere' });
  tally.take({ event: 'alarm' });
  expect(tally.rows()[0]).toMatchObject({ submitted: 0, delivered: 0, denied: 0 });
});

test('event tally: a member that joins later gets a row, and each member its state of the newest version', () => {
  const tally = createEventTally([]);
  tally.take({ event: 'submitted', originator: 'europol' });
  tally.setMembers([{ org: 'europol', state: 'member' }]);
  tally.take({ event: 'submitted', originator: 'europol' });
  tally.setMembers([
    { org: 'europol', state: 'leaving' },
    { org: 'afripol', state: 'member' },
  ]);
  expect(tally.rows()).toMatchObject([
    { org: 'europol', state: 'leaving', submitted: 1 },
    { org: 'afripol', state: 'member', submitted: 0 },
  ]);
});
