import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Directory,
  isInForce,
  isSuspended,
  openDirectory,
  signDirectory,
} from '../../../../services/shared/trust/directory.js';
import type { KeyEntry } from '../../../../services/shared/trust/directory-key.js';
import type { DirectorySource } from '../../../../services/shared/trust/directory-source.js';
import { withoutAdditions } from '../../../../services/shared/trust/directory/without-additions.js';
import { seconds } from '../../../../services/shared/kernel/clock.js';
import { signJws, verifyJws } from '../../../../services/shared/trust/jws.js';
import { isWaitedOut } from '../../../../services/shared/trust/may-pass.js';
import { entryOf, makeFederation } from '../federation.js';
import { generateKey, importSigner } from '../../../../services/shared/trust/keys.js';

const { source, root, anchor } = await makeFederation();
const EXTRA = await Promise.all(['ameripol:notice:1', 'europol:notice:2', 'hub:hub:2'].map(generateKey));
const DATES = ['2026-02-01T00:00:00Z', '2026-05-01T00:00:00Z', '2026-08-01T00:00:00Z'];
const TIMES = ['2026-01-15', '2026-03-01', '2026-06-01', '2026-09-01', '2027-06-01'].map(
  (day) => new Date(day),
);
const date = fc.constantFrom(...DATES);
const words = fc.subarray(['regional', 'global', 'treaty']);

const maybe = <T>(name: string, arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined }).map((value) => (value === undefined ? {} : { [name]: value }));

const keyDates = fc.tuple(
  maybe('notBefore', date),
  maybe('notAfter', fc.constant('2028-01-01T00:00:00Z')),
  maybe('revokedAt', date),
);

const facts = fc.tuple(
  fc.record({
    groups: words,
    agreements: fc.subarray(['europol', 'afripol']),
    accreditedFor: fc.subarray(['basic', 'restricted']),
  }),
  fc.record({ quotas: fc.record({ perMinute: fc.integer({ min: 0, max: 3 }) }) }),
  maybe('suspendedAt', date),
  maybe('leavingAt', date),
  maybe('leftAt', date),
);

/** A version of the directory with other dates, facts, keys and members. */
const version = fc
  .record({
    members: fc.array(facts, { minLength: 3, maxLength: 3 }),
    dates: fc.array(keyDates, { minLength: 16, maxLength: 16 }),
    extras: fc.subarray(EXTRA),
  })
  .map(({ members, dates, extras }): DirectorySource => {
    let at = 0;
    const keysOf = (owner: string, own: readonly KeyEntry[]): readonly KeyEntry[] =>
      [...own, ...extras.filter(({ kid }) => kid.startsWith(`${owner}:`)).map((key) => entryOf(key))].map(
        (key) => Object.assign({}, key, ...dates[(at += 1) % dates.length]!),
      );
    const there = extras.some(({ kid }) => kid.startsWith('ameripol'))
      ? { ameripol: { ...source.organisations['europol']!, keys: [] } }
      : {};
    const organisations = Object.entries({ ...source.organisations, ...there }).map(
      ([org, member], index) => [
        org,
        Object.assign({}, member, ...members[index]!, { keys: keysOf(org, member.keys) }),
      ],
    );
    return {
      ...source,
      hub: { ...source.hub, keys: keysOf('hub', source.hub.keys) },
      organisations: Object.fromEntries(organisations),
    };
  });

const opened = async (one: DirectorySource): Promise<Directory> =>
  openDirectory(await signDirectory(one, root), anchor);

const isWithin = (inner: readonly string[], outer: readonly string[]): boolean =>
  inner.every((one) => outer.includes(one));

describe('directory: what a version leaves of the one in force while its additions wait', () => {
  test('is never wider than either of them, at any time, but for the keys of the hub', async () => {
    await fc.assert(
      fc.asyncProperty(version, version, async (before, after) => {
        const [held, next] = await Promise.all([opened(before), opened(after)]);
        const left = withoutAdditions(held, next);
        for (const one of left.organisations.values())
          for (const whole of [held, next]) {
            const member = whole.organisations.get(one.id)!;
            expect(member).toBeDefined();
            for (const name of ['groups', 'agreements', 'accreditedFor'] as const)
              expect(isWithin(one[name], member[name])).toBe(true);
            expect(one.quotas.perMinute).toBeLessThanOrEqual(member.quotas.perMinute);
            for (const now of TIMES) {
              if (isSuspended(member, now)) expect(isSuspended(one, now)).toBe(true);
              for (const { kid } of one.keys)
                if (isInForce(left.key(kid), now)) expect(isInForce(whole.key(kid), now)).toBe(true);
            }
          }
      }),
      { numRuns: 60 },
    );
  });

  test('refuses for now, not for good, what only the later dates of a key accept', async () => {
    const key = await generateKey('europol:notice:1');
    const signer = await importSigner(key);
    const listing = async (dates: Partial<KeyEntry>): Promise<Directory> => {
      const europol = { ...source.organisations['europol']!, keys: [entryOf(key, dates)] };
      return opened({ ...source, organisations: { europol } });
    };
    const [early, late] = ['2026-02-01T00:00:00Z', '2026-05-01T00:00:00Z'];
    const codeOf = async (left: Directory, at: string): Promise<string> => {
      const token = await signJws('submission+jws', { iss: 'europol', iat: seconds(new Date(at)) }, signer);
      const expected = {
        typ: 'submission+jws',
        use: 'notice',
        key: left.key,
        now: new Date('2026-12-01'),
      } as const;
      return verifyJws(token, expected).then(
        () => 'accepted',
        ({ code }) => String(code),
      );
    };
    const longer = withoutAdditions(await listing({ notAfter: early }), await listing({ notAfter: late }));
    expect([
      await codeOf(longer, '2026-01-15'),
      await codeOf(longer, '2026-03-01'),
      await codeOf(longer, '2026-06-01'),
    ]).toEqual(['accepted', 'key-unknown', 'key-expired']);
    const earlier = withoutAdditions(await listing({ notBefore: late }), await listing({ notBefore: early }));
    expect([
      await codeOf(earlier, '2026-06-01'),
      await codeOf(earlier, '2026-03-01'),
      await codeOf(earlier, '2026-01-15'),
    ]).toEqual(['accepted', 'key-unknown', 'key-not-yet-valid']);
    const shorter = withoutAdditions(await listing({ notAfter: late }), await listing({ notAfter: early }));
    expect(await codeOf(shorter, '2026-03-01')).toBe('key-expired');
    expect(isWaitedOut('key-unknown', 'gateway-frame')).toBe(true);
  });

  test('is what the version in force says where the next one takes nothing away, with the keys of the hub of the next one', async () => {
    const held = await opened(source);
    const [, later, ofHub] = EXTRA;
    const { europol, afripol } = source.organisations;
    const next = await opened({
      ...source,
      version: 2,
      previous: held.digest,
      hub: { ...source.hub, keys: [...source.hub.keys, entryOf(ofHub!)] },
      organisations: {
        europol: { ...europol!, groups: ['regional', 'global'], keys: [...europol!.keys, entryOf(later!)] },
        afripol: afripol!,
      },
    });
    const left = withoutAdditions(held, next);
    expect(left.organisations).toEqual(held.organisations);
    expect([left.version, left.digest, left.hub.keys.length]).toEqual([
      2,
      next.digest,
      source.hub.keys.length + 1,
    ]);
    expect([left.key('hub:hub:2')?.kid, left.key('europol:notice:2')]).toEqual(['hub:hub:2', undefined]);
    const isOwn = ({ x }: { readonly x: string }): boolean => x === later!.x;
    expect(withoutAdditions(held, next, isOwn).key('europol:notice:2')?.x).toBe(later!.x);
  });
});
