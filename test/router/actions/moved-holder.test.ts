import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { startHub } from '../../support/hub.js';
import { until } from '../../support/until.js';
import { openHub, send, suspendInterpol } from './alfa.js';

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

test('router: an action that moves to another frame is still handed to a recipient that owes an answer to it by the record of the first frame', async () => {
  await using hub = await startHub();
  const router = await hub.start();
  await hub.open(router);
  const [europol, afripol] = await Promise.all([hub.gateway('europol'), hub.gateway('afripol')]);
  await Promise.all([europol.listen(), afripol.listen({ receipts: true })]);
  const ids = [parseNoticeId(uuidv7()), parseNoticeId(uuidv7())] as const;
  for (const id of ids) await send(europol, [await europol.issue({ id, number: Date.now() })]);
  const resume = await europol.act({ id: ids[0], verb: 'resume' });
  await send(europol, [resume]);
  await suspendInterpol(hub, '2020-01-01T00:00:00Z');
  const moved = await send(europol, [resume, await europol.act({ id: ids[1], verb: 'resume' })]);
  const action = digest(resume.action?.statement ?? '');
  const { acts } = await europol.reportOn(moved);
  expect(acts.flatMap((act) => (act.digest === action ? [act.to] : []))).toContain('interpol');
  expect(acts.flatMap((act) => (act.digest === action ? [] : [act.to]))).toEqual(['afripol']);
});
