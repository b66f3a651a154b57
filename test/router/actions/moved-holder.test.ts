import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { startHub } from '../../support/hub.js';
import { until } from '../../support/until.js';
import { openHub, send } from './alfa.js';

test('router: a holder of a revision that was recorded again in another frame, and overtaken there, gets the restriction of its notice', async () => {
  await using hub = await startHub();
  const { europol, interpol } = await openHub(hub, { receipts: true });
  const id = parseNoticeId(uuidv7());
  const number = Date.now();
  const first = await europol.issue({ id, number });
  const { id: frame } = await send(europol, [first]);
  await until(
    'the receipts',
    () => europol.receipts.filter(({ delivery }) => delivery === frame).length === 2,
  );
  // A gateway moves an unsettled notice into another frame when a notice beside it was erased.
  const only = await europol.issue({ id, number: number + 1, header: { addressees: ['afripol'] } });
  await send(europol, [first, only, await europol.issue({ id: parseNoticeId(uuidv7()), number })]);
  const restrict = await europol.act({
    id,
    verb: 'restrict',
    reason: 'no-longer-shared',
    listed: [{ to: parseOrgId('interpol') }],
  });
  const restricted = await send(europol, [restrict]);
  expect((await europol.reportOn(restricted)).acts.map(({ to }) => to)).toEqual(['interpol']);
  await until('the restriction', () => interpol.held.some((one) => one.frame === restricted.id));
});
