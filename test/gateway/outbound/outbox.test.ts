import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlace, type GatewayState } from '../../../services/gateway/open-state.js';
import { createOutbox, type Outbox } from '../../../services/gateway/outbound/outbox.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { example } from '../start-gateway.js';

const LIMIT = 2;
let broker: Broker;
let place: GatewayState;
let outbox: Outbox;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const log = createLogger('gateway-europol', 'silent');
  const config = { home: broker.home, org: parseOrgId('europol') };
  place = await openPlace(config, { log, alarms: alarmsFor({ log }) });
  outbox = createOutbox({
    ...place,
    limit: LIMIT,
    isIdle: () => false,
    onAccepted: () => undefined,
    onQueued: () => undefined,
    onAmended: () => undefined,
    signing: { require: () => undefined },
  });
});

afterAll(async () => {
  place?.identity.directory.stop();
  await place?.store.close();
  await broker?.close();
});

const submit = () => outbox.submit(example('green'));
const state = () => ({ queued: place.store.own.queued(), isFull: outbox.isFull() });

test('gateway outbox: a notice is counted once, also when others leave the outbox before it is on the disk', async () => {
  // This transaction and that of the notice reach the disk together.
  const others = place.store.commit(() => undefined).then(outbox.refresh);
  await Promise.all([others, submit()]);
  expect(state()).toEqual({ queued: 1, isFull: false });
  await submit();
  expect(state()).toEqual({ queued: LIMIT, isFull: true });
  await expect(submit()).rejects.toMatchObject({ code: 'full' });
  await place.store.commit(() => place.store.sweep(Date.parse('2100-01-01')));
  outbox.refresh();
  expect(state()).toEqual({ queued: 0, isFull: false });
});

test('gateway outbox: notices that arrive at once never exceed its limit', async () => {
  const answers = await Promise.allSettled([submit(), submit(), submit()]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(state()).toEqual({ queued: LIMIT, isFull: true });
});
