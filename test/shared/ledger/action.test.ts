import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import {
  type ActionContent,
  signAction,
  verifyAction,
  type VerifiedAction,
} from '../../../services/shared/ledger/action.js';
import {
  createHandOutAction,
  verifyDeliveredAction,
} from '../../../services/shared/ledger/action-delivery.js';
import { ACTION_REASONS, ACTION_VERBS, scopeOf } from '../../../services/shared/notice/action-verbs.js';
import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { makeDisclosure } from '../../../services/shared/trust/disclosure.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import type { Action } from '../../../services/shared/wire/frames.js';
import { createKeyRing } from './signers.js';

const now = new Date('2026-06-01T12:00:00Z');
const NOW_S = now.getTime() / 1000;
const DAY_S = 86_400;
const europol = parseOrgId('europol');
const id = parseNoticeId('01900000-0000-7000-8000-000000000001');
const orgOf = (at: number) => parseOrgId(`org-${at}`);
const secret = makeDisclosure('judicial', { text: 'canary' });
const revision = digest('a notice');

const { directory, make } = createKeyRing();
let signer: Signer;
beforeAll(async () => {
  signer = await make('europol:notice:1');
});

const unsealTo = (at: number) =>
  ({ to: orgOf(at), section: 'judicial', digest: revision, disclosure: secret.digest }) as const;
const CONTENTS: Readonly<Record<string, Partial<ActionContent>>> = {
  suspend: { reason: 'under-review', until: NOW_S + 30 * DAY_S },
  resume: {},
  withdraw: { reason: 'issued-in-error' },
  restrict: { reason: 'by-policy', listed: [{ to: orgOf(1) }, { to: orgOf(2), sections: ['judicial'] }] },
  lift: { listed: [{ to: orgOf(1) }, { to: orgOf(2), sections: ['judicial'] }] },
  extend: { reason: 'still-needed', expiresAt: NOW_S + 400 * DAY_S },
  unseal: { listed: [unsealTo(1)], disclosures: [secret.text] },
  decline: { reason: 'not-available', listed: [{ to: orgOf(1), request: digest('a request') }] },
  review: { reason: 'justified', review: 'a.b.c' },
};

const contentOf = (verb: (typeof ACTION_VERBS)[number], changes: object = {}): ActionContent => ({
  id,
  number: now.getTime(),
  verb,
  ...CONTENTS[verb],
  ...changes,
});
const sign = (content: ActionContent, members = 7): Promise<Action> =>
  signAction(content, { signer, federation: 'demo', now, members });
const verify = (action: Action): Promise<VerifiedAction> =>
  verifyAction(action, { directory, originator: europol, now });
const receive = (action: Action, at: number) => {
  const delivered = createHandOutAction(action)(orgOf(at));
  if (delivered === undefined) throw new Error('nothing to deliver');
  return verifyDeliveredAction(delivered, {
    directory,
    originator: europol,
    recipient: orgOf(at),
    now,
  });
};
const forge = (claims: object, action: Partial<Action> = {}): Promise<Action> =>
  signJws('action+jws', { iss: 'europol', aud: 'demo', iat: NOW_S, ...claims }, signer).then((statement) => ({
    statement,
    leaves: [],
    disclosures: [],
    ...action,
  }));
const WITHDRAW = { id, number: 5, verb: 'withdraw', scope: 'all', reason: 'basis-gone' };

describe('an action', () => {
  test.each(ACTION_VERBS)('%s verifies with exactly what its originator signed', async (verb) => {
    const action = await sign(contentOf(verb));
    const { listed = [], disclosures: _disclosures, ...said } = contentOf(verb);
    const verified = await verify(action);
    expect(verified).toMatchObject({ ...said, originator: 'europol', scope: scopeOf(verb), issuedAt: now });
    expect(verified.listed).toEqual(expect.arrayContaining([...listed]));
    expect(verified.listed).toHaveLength(listed.length);
  });

  test('has as many leaves as the next power of two from the number of members, and at least 8', async () => {
    const sizeFor = async (members: number) => (await sign(contentOf('restrict'), members)).leaves.length;
    expect(await Promise.all([1, 7, 8, 9, 16, 17, 512].map(sizeFor))).toEqual([8, 8, 8, 16, 16, 32, 512]);
  });

  test('shows a holder only its own leaf, however many other holders are meant', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 64 }),
        async (orgs, members) => {
          const listed = orgs.map((at) => ({ to: orgOf(at), sections: [SECTIONS[at % SECTIONS.length]] }));
          const action = await sign(contentOf('restrict', { listed }), members);
          for (const at of orgs) {
            expect((await receive(action, at)).own).toEqual(listed.find(({ to }) => to === orgOf(at)));
            const text = JSON.stringify(
              createHandOutAction(action)(orgOf(at))?.path.map((hash) => [...hash]),
            );
            expect(text).not.toContain('org-');
          }
          expect(createHandOutAction(action)(orgOf(41))).toBeUndefined();
        },
      ),
      { numRuns: 20 },
    ));

  test('of scope `all` is delivered in the same form to every holder', async () => {
    const action = await sign(contentOf('withdraw'));
    expect(createHandOutAction(action)(orgOf(1))).toEqual(createHandOutAction(action)(orgOf(2)));
    expect(await receive(action, 1)).toMatchObject({ verb: 'withdraw', own: undefined });
  });

  test('an unseal brings the one disclosure that its leaf names', async () => {
    const other = makeDisclosure('contacts', { text: 'another' });
    const more = { to: orgOf(2), section: 'contacts', digest: revision, disclosure: other.digest } as const;
    const action = await sign(
      contentOf('unseal', { listed: [unsealTo(1), more], disclosures: [secret.text, other.text] }),
    );
    expect((await receive(action, 1)).disclosure).toBe(secret.text);
    expect((await receive(action, 2)).disclosure).toBe(other.text);
    expect(createHandOutAction({ ...action, disclosures: [other.text] })(orgOf(1))).toBeUndefined();
  });
});

describe('an action is not verified', () => {
  const bad: readonly (readonly [string, object, string])[] = [
    ['of an unknown verb', { verb: 'erase' }, 'token-malformed'],
    ['of another scope than its verb has', { scope: 'listed' }, 'token-malformed'],
    ['with an unknown claim', { exp: NOW_S + 5 }, 'token-malformed'],
    ['without a reason', { reason: undefined }, 'token-malformed'],
    ['with a reason of another verb', { reason: 'by-policy' }, 'token-malformed'],
    ['with the number 0', { number: 0 }, 'token-malformed'],
    ['with a number above 2^52', { number: 2 ** 52 + 1 }, 'token-malformed'],
    ['with a fractional number', { number: 1.5 }, 'token-malformed'],
    ['with `until` though it is no suspend', { until: NOW_S + 5 }, 'token-malformed'],
    ['with `review` though it is no review', { review: 'a.b.c' }, 'token-malformed'],
    ['with a root of leaves though its scope is `all`', { root: digest('x'), size: 8 }, 'token-malformed'],
    ['with an `id` that names no notice', { id: 'x' }, 'id-invalid'],
    ['for another federation', { aud: 'other' }, 'audience-mismatch'],
    ['signed in the future', { iat: NOW_S + 121 }, 'issued-in-future'],
  ];
  test.each(bad)('%s', async (_what, claims, code) => {
    await expect(verify(await forge(WITHDRAW))).resolves.toBeDefined();
    await expect(verify(await forge({ ...WITHDRAW, ...claims }))).rejects.toMatchObject({ code });
  });

  test('as a suspend of more than six months, or one that ends before its signature', async () => {
    const suspend = { id, number: 5, verb: 'suspend', scope: 'all', reason: 'under-review' };
    const untilOf = async (until: unknown) => verify(await forge({ ...suspend, until }));
    await expect(untilOf(Date.parse('2026-12-01T12:00:00Z') / 1000)).resolves.toBeDefined();
    await expect(untilOf(Date.parse('2026-12-01T12:00:01Z') / 1000)).rejects.toMatchObject({
      code: 'suspension-too-long',
    });
    for (const until of [NOW_S, undefined, null, '1']) {
      await expect(untilOf(until)).rejects.toMatchObject({ code: 'token-malformed' });
    }
  });

  test('with leaves swapped, left out, added, malformed, or both in clear and hashed', async () => {
    const action = await sign(contentOf('restrict'));
    const { leaves } = action;
    const [first, second, ...rest] = leaves;
    if (first === undefined || second === undefined) throw new Error('no leaves');
    const clear = leaves.find(({ leaf }) => leaf)?.leaf ?? null;
    const forged: readonly (readonly [readonly object[], string])[] = [
      [[second, first, ...rest], 'digest-mismatch'],
      [[first, ...rest], 'digest-mismatch'],
      [[...leaves, { hash: new Uint8Array(32) }], 'digest-mismatch'],
      [leaves.map((one) => (one.leaf ? { leaf: clear, hash: new Uint8Array(32) } : one)), 'token-malformed'],
      [[{}, second, ...rest], 'token-malformed'],
      [[{ hash: new Uint8Array(31) }, second, ...rest], 'token-malformed'],
      [[], 'digest-mismatch'],
    ];
    for (const [changed, code] of forged) {
      await expect(verify({ ...action, leaves: changed as Action['leaves'] })).rejects.toMatchObject({
        code,
      });
    }
  });

  test('with two leaves for one holder, one for its originator, or none', async () => {
    const signed = (listed: ActionContent['listed']) => sign(contentOf('restrict', { listed }));
    const code = 'token-malformed';
    await expect(signed([{ to: orgOf(1) }, { to: orgOf(1), sections: ['judicial'] }])).rejects.toMatchObject({
      code,
    });
    await expect(signed([{ to: europol }])).rejects.toMatchObject({ code });
    await expect(signed([])).rejects.toMatchObject({ code });
  });

  test.each([
    ['an unknown section', { to: 'a', sections: ['all'] }],
    ['no sections', { to: 'a', sections: [] }],
    ['a section twice', { to: 'a', sections: ['judicial', 'judicial'] }],
    ['an unknown member', { to: 'a', section: 'judicial' }],
    ['no object', ['a']],
  ])('with a leaf that has %s', async (_what, part) => {
    const listed = [part] as unknown as ActionContent['listed'];
    await expect(sign(contentOf('restrict', { listed }))).rejects.toMatchObject({ code: 'token-malformed' });
  });

  test('as an unseal with another disclosure, one too many, or one of another section', async () => {
    const other = makeDisclosure('contacts', { text: 'another' });
    const signed = (changes: object) => sign(contentOf('unseal', changes));
    const code = 'token-malformed';
    await expect(signed({ disclosures: [] })).rejects.toMatchObject({ code });
    await expect(signed({ disclosures: [other.text] })).rejects.toMatchObject({ code });
    await expect(signed({ disclosures: [secret.text, other.text] })).rejects.toMatchObject({ code });
    await expect(signed({ disclosures: [secret.text, secret.text] })).rejects.toMatchObject({ code });
    const named = { ...unsealTo(1), disclosure: other.digest };
    await expect(signed({ listed: [named], disclosures: [other.text] })).rejects.toMatchObject({
      code: 'disclosure-invalid',
    });
  });
});

describe('a delivered action is refused', () => {
  test('with the leaf, index or path of another holder', async () => {
    const action = await sign(contentOf('restrict'));
    const [one, two] = [createHandOutAction(action)(orgOf(1)), createHandOutAction(action)(orgOf(2))];
    if (one === undefined || two === undefined) throw new Error('nothing to deliver');
    const context = { directory, originator: europol, recipient: orgOf(1), now };
    const forged: readonly (readonly [object, string])[] = [
      [two, 'audience-mismatch'],
      [{ ...one, leaf: two.leaf ?? null }, 'digest-mismatch'],
      [{ ...one, index: two.index }, 'digest-mismatch'],
      [{ ...one, path: one.path.slice(1) }, 'digest-mismatch'],
      [{ ...one, path: [...one.path, new Uint8Array(32)] }, 'digest-mismatch'],
      [{ ...one, leaf: null }, 'token-malformed'],
      [{ ...one, disclosure: secret.text }, 'digest-mismatch'],
    ];
    for (const [changes, code] of forged) {
      await expect(verifyDeliveredAction({ ...one, ...changes }, context)).rejects.toMatchObject({ code });
    }
  });

  test('of scope `all` with a leaf, an index, a path or a disclosure', async () => {
    const bare = createHandOutAction(await sign(contentOf('withdraw')))(orgOf(1));
    const listed = createHandOutAction(await sign(contentOf('restrict')))(orgOf(1));
    if (bare === undefined || listed === undefined) throw new Error('nothing to deliver');
    const context = { directory, originator: europol, recipient: orgOf(1), now };
    for (const changes of [
      { leaf: listed.leaf ?? null },
      { index: 1 },
      { path: listed.path },
      { disclosure: secret.text },
    ]) {
      await expect(verifyDeliveredAction({ ...bare, ...changes }, context)).rejects.toMatchObject({
        code: 'token-malformed',
      });
    }
  });

  test('with another disclosure than its leaf names', async () => {
    const unseal = createHandOutAction(await sign(contentOf('unseal')))(orgOf(1));
    if (unseal === undefined) throw new Error('nothing to deliver');
    const context = { directory, originator: europol, recipient: orgOf(1), now };
    for (const disclosure of ['', makeDisclosure('judicial', { text: 'canary' }).text]) {
      await expect(verifyDeliveredAction({ ...unseal, disclosure }, context)).rejects.toMatchObject({
        code: 'digest-mismatch',
      });
    }
  });
});

test('actions: `ACTION_REASONS` has an entry for every verb', () => {
  expect(Object.keys(ACTION_REASONS).toSorted()).toEqual([...ACTION_VERBS].toSorted());
});
