import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { makeDisclosure } from '../../../services/shared/trust/disclosure.js';
import { splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { MAX_FRAME_BYTES, MAX_ITEMS } from '../../../services/shared/wire/frame-limits.js';
import type { Item } from '../../../services/shared/wire/frames.js';
import { bytesOfItem } from '../../../services/shared/wire/items.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { quarantined } from '../../support/hub-reads.js';
import { WITHHOLDS_JUDICIAL } from '../../support/judicial-rules.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { send } from '../actions/alfa.js';

const DAY_S = 86_400;
/** Notices, restrictions, suspensions, withdrawals and requests of the largest frame. */
const [NOTICES, RESTRICTIONS, SUSPENSIONS, WITHDRAWALS, REQUESTS] = [20, 20, 10, 10, 4];

describe('router: a frame of many types of items', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    await hub.policy('interpol/export.cedar', WITHHOLDS_JUDICIAL);
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen({ receipts: true })]);
  });
  afterAll(() => hub.close());

  const publish = async (gateway: PlayedGateway, count: number) => {
    const issued = await Promise.all(
      Array.from({ length: count }, async () => {
        const id = parseNoticeId(uuidv7());
        return { id, notice: await gateway.issue({ id, number: Date.now() }) };
      }),
    );
    await send(
      gateway,
      issued.map(({ notice }) => notice),
    );
    return issued;
  };
  const largest = async (): Promise<readonly (string | Item)[]> => {
    const own = await publish(europol, RESTRICTIONS + SUSPENSIONS + WITHDRAWALS);
    const asked = await publish(interpol, REQUESTS);
    const number = Date.now() + 1_000;
    const until = Math.floor(Date.now() / 1000) + DAY_S;
    const actions = own.map(({ id }, at) => {
      if (at < RESTRICTIONS) {
        const listed = [{ to: interpol.org, sections: ['identity', 'biometrics'] as const }];
        return europol.act({ id, number, verb: 'restrict', reason: 'by-originator', listed });
      }
      return at < RESTRICTIONS + SUSPENSIONS
        ? europol.act({ id, number, verb: 'suspend', reason: 'under-review', until })
        : europol.act({ id, number, verb: 'withdraw', reason: 'issued-in-error' });
    });
    const requests = asked.map(({ id, notice }) => {
      const about = { to: interpol.org, id, revision: digest(splitSdJwt(notice).jwt) };
      return europol.request({ ...about, section: 'judicial', purpose: 'arrest' });
    });
    const notices = Array.from({ length: NOTICES }, () => europol.issue({ number }));
    return Promise.all([...notices, ...actions, ...requests]);
  };
  const oversized = async (): Promise<number> =>
    (await quarantined(router.core)).filter(({ reason }) => reason === 'oversize').length;

  test('with as many items as a frame may have is recorded, and everything in it is delivered', async () => {
    const items = await largest();
    expect(items).toHaveLength(MAX_ITEMS);
    const sent = await send(europol, items);
    const { notices, actions, asks, refusals } = await europol.reportOn(sent);
    expect(refusals).toEqual([]);
    expect([notices.length, actions.length, asks.length]).toEqual([
      NOTICES,
      RESTRICTIONS + SUSPENSIONS + WITHDRAWALS,
      REQUESTS,
    ]);
    const copy = await until('the delivery', () => interpol.held.find(({ frame }) => frame === sent.id));
    expect([copy.notices.length, copy.actions.length, copy.requests.length]).toEqual([
      notices.length,
      actions.length,
      asks.length,
    ]);
    await until('the receipt', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
  });

  test('with one item more, or more than 512 KiB of actions, is quarantined unopened', async () => {
    const before = await oversized();
    const items = await largest();
    await europol.send(await europol.frame([...items, await europol.issue()]));
    await until('the first', async () => (await oversized()) === before + 1);
    const id = parseNoticeId(uuidv7());
    const large = makeDisclosure('judicial', { text: 'x'.repeat(40_000) });
    const revision = digest('a revision');
    const listed = [
      { to: interpol.org, section: 'judicial', digest: revision, disclosure: large.digest } as const,
    ];
    const unseal = await europol.act({ id, verb: 'unseal', listed, disclosures: [large.text] });
    const many = Array.from({ length: Math.ceil(MAX_FRAME_BYTES / bytesOfItem(unseal)) }, () => unseal);
    await europol.send(await europol.frame(many));
    await until('the second', async () => (await oversized()) === before + 2);
    expect(interpol.held.flatMap(({ actions }) => actions).filter(({ verb }) => verb === 'unseal')).toEqual(
      [],
    );
  });
});
