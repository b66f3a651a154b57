import { expect, test } from 'vitest';
import { commandSteps } from '../../../services/router/quarantine/commands.js';
import { entryId } from '../../../services/router/quarantine/quarantine.js';
import type { FrameId } from '../../../services/shared/kernel/ids.js';
import { signReceiptsStatement } from '../../../services/shared/ledger/receipt/receipts-statement.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { startHub } from '../../support/hub.js';
import { quarantined } from '../../support/hub-reads.js';
import type { Held } from '../../support/played-gateway.js';
import { playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';

test('router: replaying a frame with valid and broken receipts relays the valid ones and names the others without quarantining them again', async () => {
  await using hub = await startHub({ orgs: ['europol', 'interpol'] });
  // A second copy would be hidden by the erasure at the end.
  const router = await hub.start({ commandSteps: { ...commandSteps, clear: async () => undefined } });
  await hub.open(router);
  const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
  await Promise.all([europol.listen(), interpol.listen()]);
  const operator = await playOperator(hub);
  await europol.send(await europol.frame([await europol.issue()]));
  await until('a delivery', () => interpol.held.length === 1);
  const [held] = interpol.held as readonly [Held];
  const sign = async (delivery: FrameId) => ({
    statement: await interpol.receiptFor(held, { content: { delivery } }),
  });
  const receipts = [await sign(held.frame), await sign('0'.repeat(64) as FrameId)];
  const by = { recipient: interpol.org, federation: 'demo', signer: interpol.receipt, now: hub.clock() };
  const content = { receipts, changes: [] };
  const statement = await signReceiptsStatement({ number: 1, previous: null }, content, by);
  const bytes = frames.receipt.encode({ ...content, statement });
  await interpol.publish('receipt', bytes);
  await until('the receipt', () => europol.receipts.length === 1);
  const wanted = { org: 'interpol', entry: entryId(bytes) } as const;
  const named = [{ notice: null, code: 'delivery-unknown', delivered: [] }];
  for (const [verb, outcome] of [
    ['dry-run', 'would-route'],
    ['replay', 'routed'],
  ] as const) {
    const { part, results } = await operator.command({ ...wanted, verb });
    expect(part).toMatchObject({ outcome, code: null });
    expect(results).toMatchObject(named);
  }
  expect(await quarantined(router.core)).toEqual([{ org: 'interpol', reason: 'delivery-unknown' }]);
});
