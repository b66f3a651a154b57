import { describe, expect, test } from 'vitest';
import { createReleases, type LedgerPoint } from '../../../../services/shared/workbench/replay/releases.js';

const at = (entry: number, ms: number): LedgerPoint => ({ order: entry, entry, at: ms, record: '' });

describe('releases', () => {
  const releases = createReleases();
  releases.name('b', at(2_000, 20_000));
  releases.name('a', at(1, 0));
  releases.name('c', at(4_000, 40_000));
  releases.name('c', at(5_000, 50_000));

  test.each([
    ['a', at(1_999, 19_999), undefined],
    ['b', at(2_000, 20_000), undefined],
    ['a', at(2_999, 90_000), undefined],
    ['a', at(9_000, 29_999), 'c'],
    ['a', at(3_000, 29_999), undefined],
    ['a', at(3_000, 30_000), 'b'],
    ['a', at(4_001, 40_001), 'c'],
    ['b', at(4_999, 90_000), undefined],
    ['c', at(9_000, 90_000), undefined],
  ])('bundle `%s` at %o: newer is %s', (bundle, point, newest) => {
    expect(releases.judge(bundle, point)?.newest).toBe(newest);
  });

  test('a bundle that returns is stale until a command adopts it', () => {
    expect(releases.judge('a', at(6_000, 90_000))?.newest).toBe('c');
    releases.adopt('a', at(5_500, 80_000));
    expect(releases.judge('a', at(6_000, 90_000))).toBeUndefined();
    expect(releases.judge('c', at(6_501, 90_000))).toMatchObject({ newest: 'a', adopted: { entry: 5_500 } });
  });

  test('entries of another epoch, whose sequences begin again, do not count as near', () => {
    expect(releases.judge('b', { order: 4_500, entry: 3, at: 90_000, record: '' })?.newest).toBe('c');
  });
});
