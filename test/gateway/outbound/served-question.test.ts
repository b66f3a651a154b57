import { afterAll, beforeAll, expect, test } from 'vitest';
import { createQueryClient } from '../../../services/gateway/outbound/query-client.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let gateway: Started;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol');
});
afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

/**
 * Asks a hub that serves these questions by the directory; resolves to the code and the number of queries
 * signed.
 */
async function ask(type: string, serves: readonly string[]): Promise<readonly [unknown, number]> {
  const { directory, noticeSigner, ...own } = gateway.identity;
  const held: Directory = { ...directory.current(), hub: { ...directory.current().hub, serves } };
  let signed = 0;
  const identity = {
    ...own,
    directory: { ...directory, current: () => held },
    noticeSigner: {
      ...noticeSigner,
      sign: (typ: string, payload: Uint8Array) => {
        signed += 1;
        return noticeSigner.sign(typ, payload);
      },
    },
  };
  const link = { isUp: () => false, bus: () => Promise.reject(new Error('no bus')) } as never;
  const { ask: send } = createQueryClient({ identity, link, timeoutMs: 50 });
  const error: unknown = await send({ type }).catch((thrown: unknown) => thrown);
  return [Object(error).code, signed];
}

test('gateway: a question that the directory does not list as served is refused as `not-yet` and not signed', async () => {
  expect(await ask('standing', ['delivery'])).toEqual(['not-yet', 0]);
  expect(await ask('inclusion', ['delivery', 'standing'])).toEqual(['not-yet', 0]);
  expect(await ask('policies', ['releases'])).toEqual(['not-yet', 0]);
  expect(await ask('standing', ['standing'])).toEqual(['unreachable', 1]);
});

test('gateway: the questions that every hub answers are asked although the directory lists none', async () => {
  for (const type of ['preview', 'status', 'unsettled'])
    expect(await ask(type, [])).toEqual(['unreachable', 1]);
});
