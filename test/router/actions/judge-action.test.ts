import { describe, expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { extendedEnd } from '../../../services/router/actions/registers-of.js';
import type { ActionContent } from '../../../services/shared/ledger/action.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { rule } from '../../shared/policy/folder.js';
import {
  type Alfa,
  bravo,
  charlie,
  createAlfa,
  DAY_S,
  ID,
  ISSUED,
  NOW,
  NOW_S,
  SD_JWT,
  secret,
} from './alfa.js';

const NUMBER = NOW.getTime();
const WITHDRAW = { verb: 'withdraw', reason: 'basis-gone' } as const;
const SUSPEND = { verb: 'suspend', reason: 'under-review', until: NOW_S + DAY_S } as const;
const RESUME = { verb: 'resume' } as const;
const EXTEND = { verb: 'extend', reason: 'still-needed', expiresAt: NOW_S + 500 * DAY_S } as const;
const UNSEAL: Partial<ActionContent> = {
  verb: 'unseal',
  listed: [{ to: bravo, section: 'judicial', digest: SD_JWT, disclosure: secret.digest }],
  disclosures: [secret.text],
};
const RESTRICT: Partial<ActionContent> = { verb: 'restrict', reason: 'by-policy', listed: [{ to: bravo }] };
const DECLINE: Partial<ActionContent> = {
  verb: 'decline',
  reason: 'not-available',
  listed: [{ to: bravo, request: digest('a request') }],
};
const ALL = { WITHDRAW, SUSPEND, RESUME, EXTEND, UNSEAL, RESTRICT };

async function published(...given: Parameters<typeof createAlfa>): Promise<Alfa> {
  const alfa = await createAlfa(...given);
  await alfa.publish();
  return alfa;
}

describe('an action on an own notice', () => {
  test.each(Object.entries(ALL))('%s is accepted', async (_verb, content) => {
    expect(await (await published()).judge(content)).toBeUndefined();
  });

  test('is refused as `not-own-notice` when its originator did not publish the notice', async () => {
    const alfa = await createAlfa();
    for (const content of [WITHDRAW, UNSEAL, DECLINE]) {
      expect(await alfa.judge(content)).toEqual({ code: 'not-own-notice' });
    }
  });

  test('is refused as `notice-ended` after an end, whatever its number', async () => {
    const alfa = await published();
    await alfa.record({ ...WITHDRAW, number: NUMBER });
    for (const content of Object.values(ALL)) {
      for (const number of [NUMBER - 1, NUMBER + 1]) {
        expect(await alfa.judge({ ...content, number })).toEqual({ code: 'notice-ended' });
      }
    }
  });

  test('on an expired notice is refused unless it is a withdrawal; an extension keeps the notice from expiring', async () => {
    const alfa = await createAlfa();
    await alfa.publish({ exp: NOW_S });
    expect(await alfa.judge(SUSPEND)).toEqual({ code: 'notice-ended' });
    expect(await alfa.judge(WITHDRAW)).toBeUndefined();
    await alfa.record({ ...EXTEND, number: ISSUED + 1 });
    expect(await alfa.judge(SUSPEND)).toBeUndefined();
  });

  test('is refused as `superseded`, with the newest number, below a number of its own register only', async () => {
    const alfa = await published();
    await alfa.record({ ...SUSPEND, number: NUMBER });
    const superseded = { code: 'superseded', number: NUMBER };
    expect(await alfa.judge({ ...RESUME, number: NUMBER - 1 })).toEqual(superseded);
    expect(await alfa.judge({ ...EXTEND, number: NUMBER - 1 })).toBeUndefined();
    expect(await alfa.judge({ ...RESTRICT, number: NUMBER - 1 })).toBeUndefined();
    expect(await alfa.judge({ ...WITHDRAW, number: NUMBER - 1 })).toBeUndefined();
    expect(await alfa.judge({ ...EXTEND, number: ISSUED })).toEqual(superseded);
  });

  test('is refused as `number-conflict` when another action in its register has the same number', async () => {
    const alfa = await published();
    await alfa.record({ ...SUSPEND, number: NUMBER });
    expect(await alfa.judge({ ...RESUME, number: NUMBER })).toEqual({ code: 'number-conflict' });
  });

  test('counts for the next action in the same frame', async () => {
    const alfa = await published();
    const lives = alfa.lives();
    const judge = async (content: Partial<ActionContent>) => {
      const wire = { statement: '', leaves: [], disclosures: [] };
      const action = await alfa.sign(content);
      return lives.judge({ type: 'action', index: 0, text: '', action, wire, known: undefined });
    };
    expect(await judge(WITHDRAW)).toBeUndefined();
    expect(lives.isEnded(ID)).toBe(true);
    expect(await judge(WITHDRAW)).toEqual({ code: 'notice-ended' });
  });

  test('on a notice that comes in the same frame is accepted', async () => {
    const alfa = await createAlfa();
    const lives = alfa.lives();
    lives.revise({ id: ID, number: ISSUED, digest: SD_JWT, exp: NOW_S + DAY_S });
    const wire = { statement: '', leaves: [], disclosures: [] };
    const action = await alfa.sign(WITHDRAW);
    expect(
      lives.judge({ type: 'action', index: 0, text: '', action, wire, known: undefined }),
    ).toBeUndefined();
  });
});

describe('a suspension', () => {
  test('has a maximum length, which counts from the first suspension since the last resume', async () => {
    const alfa = await createAlfa();
    await alfa.publish({ number: ISSUED - 300 * DAY_S * 1000 });
    const half = NOW_S + 150 * DAY_S;
    expect(await alfa.judge({ ...SUSPEND, until: half })).toBeUndefined();
    await alfa.record({ ...SUSPEND, number: NUMBER - 100 * DAY_S * 1000 });
    expect(await alfa.judge({ ...SUSPEND, until: half })).toEqual({ code: 'suspension-too-long' });
    await alfa.record({ ...RESUME, number: NUMBER - 1 });
    expect(await alfa.judge({ ...SUSPEND, until: half })).toBeUndefined();
  });
});

describe('an extension', () => {
  test('ends within five years of the newest revision', async () => {
    const alfa = await published();
    const limit = Date.parse('2031-05-22T12:00:00Z') / 1000;
    expect(await alfa.judge({ ...EXTEND, expiresAt: limit })).toBeUndefined();
    expect(await alfa.judge({ ...EXTEND, expiresAt: limit + 1 })).toEqual({ code: 'extension-too-long' });
  });
});

describe('an unseal', () => {
  const leaf = (change: object): Partial<ActionContent> => ({
    ...UNSEAL,
    listed: [{ to: bravo, section: 'judicial', digest: SD_JWT, disclosure: secret.digest, ...change }],
  });

  test('is refused as `not-withheld` unless the record told that holder of the section', async () => {
    const alfa = await published();
    expect(await alfa.judge(leaf({ to: charlie }))).toEqual({ code: 'not-withheld' });
    const { listed: [part] = [] } = UNSEAL;
    const action = await alfa.sign(UNSEAL);
    const lives = alfa.lives();
    const wire = { statement: '', leaves: [], disclosures: [] };
    for (const section of ['identity', 'contacts'] as const) {
      const other = { ...action, listed: [{ ...part, to: bravo, section, digest: SD_JWT, disclosure: '' }] };
      const opened = { type: 'action', index: 0, text: '', action: other, wire, known: undefined } as const;
      expect(lives.judge(opened)).toEqual({ code: 'not-withheld' });
    }
  });

  test('is refused as `not-own-notice` for a revision that is not one of this notice', async () => {
    const alfa = await published();
    const another = parseNoticeId('01900000-0000-7000-8000-000000000007');
    await alfa.publish({ id: another, digest: digest('another notice') });
    for (const sum of [digest('unknown'), digest('another notice')]) {
      expect(await alfa.judge(leaf({ digest: sum }))).toEqual({ code: 'not-own-notice' });
    }
  });

  test('is refused as `not-permitted` with the rule that forbids it; to a suspended member, without a rule', async () => {
    const files = {
      'bravo/import.cedar':
        rule('permit (principal, action, resource);', 'any') +
        rule('forbid (principal, action == Action::"disclose", resource);', 'no-section'),
    };
    expect(await (await published({ files })).judge(UNSEAL)).toEqual({
      code: 'not-permitted',
      rules: [{ layer: 'import', id: 'no-section' }],
    });
    expect(await (await published({ closed: [bravo] })).judge(UNSEAL)).toEqual({
      code: 'not-permitted',
      rules: [],
    });
  });
});

describe('a request', () => {
  const opened = (request: ReturnType<Alfa['ask']>) =>
    ({ type: 'request', index: 0, text: '', request, known: undefined }) as const;
  const record = (alfa: Alfa) => {
    const { holder, to: originator, id, section, digest: sum } = alfa.ask();
    const row = { holder, digest: sum, originator, id, section, at: NOW.getTime(), exp: NOW_S };
    return alfa.store.commit(() => alfa.store.asks.add(row));
  };

  test('is accepted for a section that a record advertised to its holder, and for no other', async () => {
    const alfa = await published();
    const judge = (change: object) => alfa.lives().judgeRequest(opened(alfa.ask(change)));
    expect(judge({})).toBeUndefined();
    for (const change of [
      { section: 'contacts' },
      { section: 'identity' },
      { holder: charlie },
      { revision: digest('unknown') },
      { id: parseNoticeId('01900000-0000-7000-8000-000000000007') },
    ]) {
      expect(judge(change)).toEqual({ code: 'not-own-notice' });
    }
  });

  test('is refused while one for the same section is open, until an unseal or a decline answers it', async () => {
    const alfa = await published();
    const again = () => alfa.lives().judgeRequest(opened(alfa.ask({ digest: digest('the next request') })));
    await record(alfa);
    expect(again()).toEqual({ code: 'request-open' });
    await alfa.record({ ...UNSEAL, number: NUMBER - 5 }, NOW.getTime() - 1);
    expect(again()).toEqual({ code: 'request-open' });
    await alfa.record({ ...DECLINE, number: NUMBER });
    expect(again()).toBeUndefined();
  });

  test('is refused as `notice-ended` after a withdrawal', async () => {
    const alfa = await published();
    await alfa.record(WITHDRAW);
    expect(alfa.lives().judgeRequest(opened(alfa.ask()))).toEqual({ code: 'notice-ended' });
  });

  test('is declined once, and only by the originator that it went to', async () => {
    const alfa = await published();
    expect(await alfa.judge(DECLINE)).toEqual({ code: 'not-own-notice' });
    await record(alfa);
    expect(await alfa.judge(DECLINE)).toBeUndefined();
    expect(await alfa.judge({ ...DECLINE, listed: [{ to: charlie, request: digest('a request') }] })).toEqual(
      {
        code: 'not-own-notice',
      },
    );
    await alfa.record({ ...DECLINE, number: NUMBER - 1 });
    expect(await alfa.judge(DECLINE)).toEqual({ code: 'request-answered' });
  });
});

test('an extension moves the end of its notice, until a newer revision or a withdrawal', async () => {
  const alfa = await published();
  const end = () => extendedEnd(alfa.store, 'alfa', ID);
  expect(end()).toBeUndefined();
  await alfa.record({ ...EXTEND, number: NUMBER });
  await alfa.record({ ...SUSPEND, number: NUMBER + 1 });
  expect(end()).toEqual(new Date(EXTEND.expiresAt * 1000));
  await alfa.publish({ number: NUMBER + 2, digest: digest('the next revision') });
  expect(end()).toBeUndefined();
  await alfa.record({ ...EXTEND, number: NUMBER + 3 });
  expect(end()).toEqual(new Date(EXTEND.expiresAt * 1000));
  await alfa.record({ ...WITHDRAW, number: NUMBER + 4 });
  expect(end()).toBeUndefined();
});
