import { expect, test } from 'vitest';
import { folder, load } from './sample.js';

test('shipped policies: they load, with 8 to 20 rules per organisation and an article for every rule', () => {
  const { sets } = load();
  expect(folder).toMatch(/policies\/$/);
  const counts = new Map<string, number>();
  for (const { name, rules } of sets.values()) {
    const [organisation = ''] = name.split('/');
    counts.set(organisation, (counts.get(organisation) ?? 0) + rules.length);
    expect(rules.filter(({ article }) => article === undefined).map(({ id }) => id)).toEqual([]);
  }
  expect([...counts.keys()]).toEqual([
    'federation',
    'interpol',
    'europol',
    'afripol',
    'ameripol',
    'aseanapol',
    'gccpol',
    'ecopol',
  ]);
  for (const count of counts.values()) expect(count >= 8 && count <= 20).toBe(true);
});
