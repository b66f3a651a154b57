import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { deleteStream } from '../../support/streams/delete-stream.js';
import { fillIn } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { send } from './alfa.js';

const HOUR_MS = 3_600_000;

describe('router: a notice that lives on past its own end', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol', 'afripol', 'gccpol'] });
    router = await hub.start();
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  /** Parks a notice that ends within the hour, and behind it the extension of it. */
  const parkExtended = async (org: string) => {
    const free = await fillIn(hub, org);
    const id = parseNoticeId(uuidv7());
    const header = { addressees: [org], expiresAfter: 'P1D', reviewAfter: 'P1D' };
    const at = new Date(hub.clock().getTime() - 23.5 * HOUR_MS);
    const number = hub.clock().getTime();
    const sent = await send(europol, [await europol.issue({ id, number, header, at })]);
    const expiresAt = Math.floor(number / 1000) + 30 * 86_400;
    const extend = await europol.act({ id, verb: 'extend', reason: 'still-needed', expiresAt });
    const extension = await send(europol, [extend]);
    const parked = () => hub.broker.count('CORE', `PARKED_${org}`);
    await until('both to be parked', async () => (await parked()) === 2);
    hub.clock.move(HOUR_MS);
    return { id, sent, extension, free, parked };
  };
  const arrivalsAt = ({ held }: PlayedGateway) =>
    held.flatMap(({ actions, notices }) => [
      ...actions.map(({ verb, id }) => `${verb} ${id}`),
      ...notices.map(({ id }) => `notice ${id}`),
    ]);

  test('is moved from PARKED to IN after its extension, although it was parked first', async () => {
    const { id, sent, extension, free, parked } = await parkExtended('interpol');
    const interpol = await hub.gateway('interpol');
    await free();
    await until('PARKED to be empty', async () => (await parked()) === 0);
    const placeOf = (frame: string) => router.store.deliveries.of('europol', frame)[0]?.placed ?? 0;
    expect(placeOf(extension.id)).toBeGreaterThan(0);
    expect(placeOf(extension.id)).toBeLessThan(placeOf(sent.id));
    await interpol.listen({ receipts: true });
    await until('the notice', () => arrivalsAt(interpol).includes(`notice ${id}`));
    expect(arrivalsAt(interpol).slice(0, 2)).toEqual([`extend ${id}`, `notice ${id}`]);
  });

  test('is delivered after its extension when its frame is offered again', async () => {
    const { id, sent, free } = await parkExtended('afripol');
    const afripol = await hub.gateway('afripol');
    await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'PARKED_afripol');
    await free();
    await afripol.listen({ receipts: true });
    await europol.sendAgain(sent);
    await until('the notice', () => arrivalsAt(afripol).includes(`notice ${id}`));
    expect(arrivalsAt(afripol)).toEqual([`extend ${id}`, `notice ${id}`]);
  });

  test('is extended only by a frame without notices, because two frames could wait for each other’s extension', async () => {
    const free = await fillIn(hub, 'gccpol');
    const header = { addressees: ['gccpol'], expiresAfter: 'P1D', reviewAfter: 'P1D' };
    const at = new Date(hub.clock().getTime() - 23.5 * HOUR_MS);
    const [one, two] = [parseNoticeId(uuidv7()), parseNoticeId(uuidv7())];
    const issue = (id: typeof one) => europol.issue({ id, number: hub.clock().getTime(), header, at });
    const expiresAt = Math.floor(hub.clock().getTime() / 1000) + 30 * 86_400;
    const extend = (id: typeof one) => europol.act({ id, verb: 'extend', reason: 'still-needed', expiresAt });
    const second = await issue(two);
    await send(europol, [second]);
    const mixed = [
      await send(europol, [await issue(one), await extend(two)]),
      await send(europol, [second, await extend(one)]),
    ];
    for (const sent of mixed) {
      const { refusals } = await europol.reportOn(sent);
      expect(refusals.map(({ index, code }) => [index, code])).toEqual([[1, 'extension-not-alone']]);
    }
    await send(europol, [await extend(one), await extend(two)]);
    hub.clock.move(HOUR_MS);
    const gccpol = await hub.gateway('gccpol');
    await free();
    await until('PARKED to be empty', async () => (await hub.broker.count('CORE', 'PARKED_gccpol')) === 0);
    await gccpol.listen({ receipts: true });
    const arrived = () => arrivalsAt(gccpol);
    await until('both notices', () => [one, two].every((id) => arrived().includes(`notice ${id}`)));
    expect(arrived().slice(0, 2).toSorted()).toEqual([`extend ${one}`, `extend ${two}`].toSorted());
  });
});
