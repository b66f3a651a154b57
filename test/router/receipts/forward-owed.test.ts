import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { recallFrame } from '../../../services/shared/ledger/recall.js';
import { startHub } from '../../support/hub.js';
import { fillIn } from '../../support/hub-reads.js';
import { until } from '../../support/until.js';
import { twoOperators } from '../actions/recall-by-two.js';

test('router: an answer to a recall reaches an originator whose stream was full as soon as that takes messages again, also after a restart of the router', async () => {
  await using hub = await startHub({ orgs: ['europol', 'interpol'] });
  let router = await hub.start();
  await hub.open(router);
  const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
  await interpol.listen({ receipts: true });
  const { recall } = await twoOperators(hub);
  const id = parseNoticeId(uuidv7());
  await europol.send(await europol.frame([await europol.issue({ id, number: hub.clock().getTime() })]));
  await until('the notice at its recipient', () => interpol.held.length === 1);
  const free = await fillIn(hub, 'europol');
  const frame = recallFrame((await recall(id)).digest);
  const isAnswered = () =>
    router.store.actions.answersOn('europol', id).some(({ recipient }) => recipient === 'interpol');
  await until('the answer on the ledger', isAnswered);
  await router.stop();
  router = await hub.start();
  await hub.open(router);
  await free();
  await europol.listen({ receipts: true });
  const forwarded = await until('the answer at the originator', () =>
    europol.receipts.find(({ delivery }) => delivery === frame),
  );
  expect(forwarded).toMatchObject({ recipient: 'interpol', actions: [{ id, type: 'destroyed' }] });
  await until('no answer to be owed', () => router.store.forwards.owedTo('europol', 10).length === 0);
});
