import { afterAll, beforeAll, expect, test } from 'vitest';
import { owedEvidence, readOwed } from '../../../services/gateway/inclusion/kept-claim.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let gateway: Started;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol'] });
  gateway = await startGateway(broker, 'europol', { offline: true });
});
afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

test('gateway: the inclusion of a record is owed since it arrived, or since the hub signed it if that is later', async () => {
  const signed = {
    statement: 'of the hub',
    originator: 'europol',
    frame: 'a frame',
    issuedAt: 1_900_000_000_000,
  };
  for (const [arrived, since] of [
    [1_900_000_009_000, 1_900_000_009],
    [1_899_999_000_000, 1_900_000_000],
  ] as const) {
    const record = { digest: 'of the record', at: arrived, frame: 1, delivery: null, missing: 0 };
    const { statement } = readOwed(await owedEvidence(gateway.identity, record, signed));
    expect(claimsIn(statement)).toMatchObject({ what: 'inclusion', since });
  }
});
