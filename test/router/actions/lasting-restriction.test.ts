import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NoticeId, parseNoticeId } from '../../../services/shared/kernel/ids.js';
import type { RestrictPart } from '../../../services/shared/ledger/listed-part.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { openHub, send } from './alfa.js';

describe('router: a restriction by the originator', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let afripol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    ({ europol, interpol, afripol } = await openHub(hub));
  });
  afterAll(() => hub.close());

  const sectionsAt = async ({ held }: PlayedGateway, { id }: Sent): Promise<readonly string[]> => {
    const { notices } = await until('the copy', () => held.find(({ frame }) => frame === id));
    return Object.keys(notices[0]?.sections ?? {});
  };
  const revise = async (id: NoticeId): Promise<Sent> =>
    send(europol, [await europol.issue({ id, number: Date.now() })]);
  const restrict = async (id: NoticeId, listed: readonly RestrictPart[]): Promise<Sent> =>
    send(europol, [await europol.act({ id, verb: 'restrict', reason: 'by-originator', listed })]);

  test('keeps a section from the holder in the revision that follows', async () => {
    const id = parseNoticeId(uuidv7());
    expect(await sectionsAt(interpol, await revise(id))).toContain('judicial');
    await restrict(id, [{ to: interpol.org, sections: ['judicial'] }]);
    const second = await revise(id);
    expect(await sectionsAt(interpol, second)).not.toContain('judicial');
    expect(await sectionsAt(afripol, second)).toContain('judicial');
  });

  test('keeps the whole notice from the holder in the revision that follows', async () => {
    const id = parseNoticeId(uuidv7());
    await revise(id);
    await restrict(id, [{ to: interpol.org }]);
    const second = await revise(id);
    await sectionsAt(afripol, second);
    const { decisions } = await europol.reportOn(second);
    expect(decisions.find(({ to }) => to === interpol.org)).toMatchObject({
      outcome: 'denied',
      because: 'restricted',
    });
    expect(interpol.held.some(({ frame }) => frame === second.id)).toBe(false);
  });
});
