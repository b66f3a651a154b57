import { expect, test } from 'vitest';
import { withEarlierActions } from '../../../services/cli/notice/earlier-actions.js';
import type { ShownNotice } from '../../../services/cli/notice/notice-table.js';

const action = (number: number) => ({
  action: number,
  id: 'n',
  verb: 'resume',
  state: 'settled',
  derived: false,
  orderedAt: 't',
});

test('cli notice show: actions that the notice does not include are read page by page, and listed before the others', async () => {
  const life = {
    originator: 'europol',
    revisions: [],
    expiresAt: 't',
    warnings: [],
    restrictions: [],
    actions: [action(4), action(5)],
  };
  const about = { id: 'n', revision: 1, number: 1, state: 'settled', header: null, recipients: [] };
  const notice: ShownNotice = { ...about, life: { ...life, earlierActions: 4 } };
  const pages = new Map([
    ['/v1/notices/n/actions?before=4&limit=200', { items: [action(3), action(2)], next: 2 }],
    ['/v1/notices/n/actions?before=2&limit=200', { items: [action(1)], next: null }],
  ]);
  const whole = await withEarlierActions(notice, { get: async (path) => pages.get(path) });
  expect(whole.life?.actions.map(({ action: number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(whole.life?.earlierActions).toBeNull();
});
