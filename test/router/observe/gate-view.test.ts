import { CONTRACT } from '../../../services/shared/wire/contract.js';
import { describe, expect, test } from 'vitest';
import { LEDGER_BYTES } from '../../../services/shared/bus/streams.js';
import { createBuckets } from '../../../services/router/token-buckets.js';
import { reasonsOf, type GateView } from '../../../services/router/observe/gate.js';
import { createStreamProgress } from '../../../services/router/ledger/progress.js';

describe('router: a token bucket', () => {
  test('gives a burst, then a rate per second, separately for each name', () => {
    let now = 0;
    const buckets = createBuckets(() => new Date(now));
    const rate = { burst: 10, perSecond: 2 };
    expect(buckets.take('a', 10, rate)).toBe(true);
    expect(buckets.take('a', 1, rate)).toBe(false);
    expect(buckets.take('b', 1, rate)).toBe(true);
    now += 1_000;
    expect([buckets.take('a', 2, rate), buckets.take('a', 1, rate)]).toEqual([true, false]);
  });

  test('that is full gives more than a burst and goes into debt, so that no one waits for ever', () => {
    let now = 0;
    const buckets = createBuckets(() => new Date(now));
    const rate = { burst: 3, perSecond: 1 };
    expect(buckets.take('a', 10, rate)).toBe(true);
    now = 7_000;
    expect(buckets.take('a', 1, rate)).toBe(false);
    now = 8_000;
    expect(buckets.take('a', 1, rate)).toBe(true);
  });

  test('with a burst of 0 gives nothing', () => {
    const buckets = createBuckets(() => new Date(0));
    expect(buckets.take('a', 1, { burst: 0, perSecond: 0 })).toBe(false);
  });

  test('keeps its tokens when the clock goes back', () => {
    let now = 10_000;
    const buckets = createBuckets(() => new Date(now));
    buckets.take('a', 1, { burst: 3, perSecond: 1 });
    now = 0;
    expect(buckets.take('a', 2, { burst: 3, perSecond: 1 })).toBe(true);
  });
});

describe('router: progress of a stream', () => {
  const never = new AbortController().signal;

  test('moves its head over messages that passed ahead, and never over a gap', async () => {
    const progress = createStreamProgress(3);
    progress.pass(5);
    progress.pass(6);
    expect(progress.head()).toBe(3);
    const reached = progress.reach(6, never);
    progress.pass(4);
    await reached;
    expect(progress.head()).toBe(6);
  });

  test('stops waiting when the signal aborts', async () => {
    const progress = createStreamProgress(0);
    await expect(progress.reach(1, AbortSignal.timeout(5))).rejects.toMatchObject({ code: 'timed-out' });
    await expect(progress.reach(1, AbortSignal.abort())).rejects.toMatchObject({ code: 'timed-out' });
  });
});

describe('router gate', () => {
  const now = new Date('2026-06-01T00:00:00Z');
  const heartbeat = { epoch: 'x', seq: 90, count: 90, time: now, token: '' };
  const key = { use: 'hub', notBefore: now, notAfter: now };
  const listing = (listed: object | undefined, nextUpdate = new Date('2026-06-02T00:00:00Z')) => ({
    directory: {
      nextUpdate,
      hub: { contract: 1 },
      key: (kid: string) => (kid === 'hub:hub:1' ? listed : undefined),
    },
  });
  const [before, after] = [new Date(now.getTime() - 1), new Date(now.getTime() + 1)];
  const open = {
    now,
    ...listing(key),
    kid: 'hub:hub:1',
    policy: {},
    heartbeat,
    head: 100,
    isConnected: true,
    isCaughtUp: true,
    isClockSteady: true,
    faults: [],
    staleMs: 60_000,
    ledgerLag: 10,
    unarchivedBytes: 0,
  } as unknown as GateView;
  const codes = (change: object) => reasonsOf({ ...open, ...change }).map(({ code }) => code);

  test('is open when every condition holds', () => expect(codes({})).toEqual([]));

  test.each([
    ['directory-stale', listing(key, now)],
    ['contract-unknown', { directory: { ...open.directory, hub: { contract: CONTRACT + 1 } } }],
    ['policy-missing', { policy: undefined }],
    [
      'policies-missing',
      { policy: undefined, policyFault: () => ({ code: 'policies-missing', message: '' }) },
    ],
    ['policy-missing', { policy: undefined, policyFault: () => ({ code: 'policy-refused', message: '' }) }],
    ['auditor-silent', { heartbeat: undefined }],
    ['auditor-silent', { heartbeat: { ...heartbeat, time: new Date(now.getTime() - 60_001) } }],
    ['auditor-silent', { head: 101 }],
    ['auditor-silent', { unarchivedBytes: LEDGER_BYTES / 2 + 1 }],
    ['clock-ahead', { isClockSteady: false }],
    ['unreachable', { isConnected: false }],
    ['not-ready', { isCaughtUp: false }],
    ['stream-missing', { faults: [{ code: 'stream-missing', message: '' }] }],
  ])('is closed by `%s`', (code, change) => expect(codes(change)).toEqual([code]));

  test.each([
    ['is not listed', undefined],
    ['has another use', { ...key, use: 'audit' }],
    ['is revoked', { ...key, revokedAt: now }],
    ['is expired', { ...key, notBefore: before, notAfter: before }],
    ['is not valid yet', { ...key, notBefore: after, notAfter: after }],
  ])('is closed while the key of the router %s', (_, listed) =>
    expect(codes(listing(listed))).toEqual(['not-ready']),
  );

  test('stays open until a later revocation date', () =>
    expect(codes(listing({ ...key, revokedAt: after }))).toEqual([]));
});
