import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { startHub } from '../../support/hub.js';
import { deleteStream } from '../../support/streams/delete-stream.js';
import { until } from '../../support/until.js';
import { send } from './alfa.js';

const INTERPOL = parseOrgId('interpol');

test('router: a withdrawal of what a member that has left still holds delays no later frame, and is not offered again', async () => {
  await using hub = await startHub();
  const given: Bus[] = [];
  const router = await hub.start({
    connectAccount: async (org) => {
      if (org === INTERPOL && given.length > 0) return undefined;
      const bus = await hub.broker.connect('router', org);
      if (org === INTERPOL) given.push(bus);
      return bus;
    },
  });
  await hub.open(router);
  const [europol, afripol] = await Promise.all([hub.gateway('europol'), hub.gateway('afripol')]);
  await Promise.all([europol.listen(), afripol.listen({ receipts: true })]);
  const id = parseNoticeId(uuidv7());
  await send(europol, [await europol.issue({ id, number: Date.now() })]);

  await hub.amend(({ organisations, ...source }) => {
    const { interpol } = organisations;
    if (interpol === undefined) throw new Error('no interpol');
    const left = { ...interpol, leavingAt: '2020-01-01T00:00:00Z', leftAt: '2020-01-02T00:00:00Z' };
    return { ...source, organisations: { ...organisations, interpol: left } };
  });
  await given[0]?.close();
  await deleteStream(await hub.broker.connect('auditor'), 'LEDGER.auditor', 'PARKED_interpol');

  const withdrawn = await send(europol, [
    await europol.act({ id, verb: 'withdraw', reason: 'issued-in-error' }),
  ]);
  const pair = { originator: 'europol', frame: withdrawn.id, recipient: 'interpol' };
  await until('what became of it', () => router.store.deliveries.statusOf(pair) === 'deferred');
  const next = await send(europol, [await europol.issue({ number: Date.now() })]);
  await until('a receipt', () => europol.receipts.some(({ delivery }) => delivery === next.id));
  expect(await europol.ask({ type: 'unsettled', frames: [withdrawn.id] })).toMatchObject({
    frames: [{ recorded: true, recipients: { interpol: 'deferred' }, offer: [] }],
  });
});
