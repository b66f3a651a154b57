import { describe, expect, test, vi } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import type { ActionContent } from '../../../services/shared/ledger/action.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { type Alfa, bravo, charlie, createAlfa, DAY_S, ID, NOW, NOW_S, SD_JWT } from './alfa.js';

const NUMBER = NOW.getTime();
const SUSPEND = { verb: 'suspend', reason: 'under-review', until: NOW_S + DAY_S } as const;
const WITHDRAW = { verb: 'withdraw', reason: 'basis-gone' } as const;
const OTHER = parseNoticeId('01900000-0000-7000-8000-000000000007');

const published = async (): Promise<Alfa> => {
  const alfa = await createAlfa();
  await alfa.publish();
  return alfa;
};
/** Adds actions to the ledger whose content cannot be decoded. */
const fill = (alfa: Alfa, count: number, bytes = 1) =>
  alfa.store.commit(() => {
    for (let at = 0; at < count; at += 1)
      alfa.store.actions.add({
        originator: 'alfa',
        digest: `action-${at}`,
        id: ID,
        number: NUMBER - 1_000 + at,
        verb: 'suspend',
        frame: 'f',
        at,
        extendsTo: null,
        exp: NOW_S,
        bytes: new Uint8Array(bytes),
      });
  });

describe('a notice', () => {
  test('takes 256 actions, those of the judged frame included, and after them only a withdrawal', async () => {
    const alfa = await published();
    for (let at = 0; at < 255; at += 1) await alfa.record({ ...SUSPEND, number: NUMBER - 300 + at });
    const lives = alfa.lives();
    const judge = async (content: Partial<ActionContent>) => {
      const action = await alfa.sign(content);
      const wire = { statement: '', leaves: [], disclosures: [] };
      return lives.judge({ type: 'action', index: 0, text: '', action, wire, known: undefined });
    };
    expect(await judge({ ...SUSPEND, number: NUMBER })).toBeUndefined();
    expect(await judge({ ...SUSPEND, number: NUMBER + 1 })).toEqual({ code: 'too-many-actions' });
    expect(await judge({ ...SUSPEND, id: OTHER })).toEqual({ code: 'not-own-notice' });
    expect(await judge({ ...WITHDRAW, number: NUMBER + 2 })).toBeUndefined();
  });

  test('takes actions of 2 MiB together, and the limit is checked without decoding them', async () => {
    const alfa = await published();
    await fill(alfa, 32, 64 * 1024);
    await alfa.publish({ id: OTHER, digest: digest('another notice') });
    const wire = { statement: 'x', leaves: [], disclosures: [] };
    const judge = async (content: Partial<ActionContent>) => {
      const action = await alfa.sign({ ...SUSPEND, ...content });
      return alfa.lives().judge({ type: 'action', index: 0, text: '', action, wire, known: undefined });
    };
    expect(await judge({})).toEqual({ code: 'too-many-actions' });
    expect(await judge({ id: OTHER })).toBeUndefined();
  });

  test('has its actions read once for each frame, however many items and leaves of the frame refer to them', async () => {
    const alfa = await published();
    const request = (holder: typeof bravo) => digest(`a request of ${holder}`);
    await alfa.store.commit(() => {
      for (const holder of [bravo, charlie])
        alfa.store.asks.add({
          holder,
          digest: request(holder),
          originator: 'alfa',
          id: ID,
          section: 'judicial',
          at: 1,
          exp: NOW_S,
        });
    });
    await alfa.record({ ...SUSPEND, number: NUMBER - 1 });
    const reads = vi.spyOn(alfa.store.actions, 'of');
    const lives = alfa.lives();
    lives.revise({ id: ID, number: NUMBER, digest: SD_JWT, exp: NOW_S + 400 * DAY_S });
    const listed = [bravo, charlie].map((to) => ({ to, request: request(to) }));
    const wire = { statement: '', leaves: [], disclosures: [] };
    for (const content of [
      { verb: 'decline', reason: 'not-available', listed, number: NUMBER + 1 } as const,
      { ...SUSPEND, number: NUMBER + 2 },
    ]) {
      const action = await alfa.sign(content);
      const opened = { type: 'action', index: 0, text: '', action, wire, known: undefined } as const;
      expect(lives.judge(opened)).toBeUndefined();
    }
    expect(lives.suspensionOn(ID)).toMatchObject({ verb: 'suspend' });
    expect(reads).toHaveBeenCalledTimes(1);
  });
});
