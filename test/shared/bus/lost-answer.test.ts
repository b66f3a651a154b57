import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectAs } from '../../../services/shared/bus/connect.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { provision } from '../../../services/shared/bus/provision.js';
import { ONE_MACHINE, sources, streamsOf } from '../../../services/shared/bus/streams.js';
import { startBroker } from '../../support/broker.js';

/**
 * A proxy that closes the connection instead of passing on the answer to the first request on each of the subjects, once the
 * server has answered it.
 */
async function startLossyProxy(target: string, subjects: readonly string[]): Promise<{ url: string }> {
  const { hostname, port } = new URL(target);
  const ahead = [...subjects];
  const server = createServer((outer) => {
    const inner = connect(Number(port), hostname);
    let isLost = false;
    outer.on('data', (bytes) => {
      if (ahead[0] !== undefined && bytes.includes(ahead[0])) {
        ahead.shift();
        isLost = true;
      }
      inner.write(bytes);
    });
    inner.on('data', (bytes) => (isLost ? outer.destroy() : outer.write(bytes)));
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => expect(ahead, 'requests whose answer was lost').toEqual([]));
  return { url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a request of provisioning whose answer is lost is repeated: everything is created and replaced once', async () => {
  const broker = await startBroker({ orgs: ['europol'] });
  onTestFinished(() => broker.close());
  await broker.stop();
  broker.eraseData();
  await broker.start();
  const { url: servers } = await startLossyProxy(broker.url, [
    '$JS.API.STREAM.CREATE.OUT',
    '$JS.API.CONSUMER.DURABLE.CREATE.OUT.router',
    '$JS.API.CONSUMER.DELETE.OUT.router',
  ]);
  const role = 'provision';
  const identity = { servers, role, seed: broker.seedOf(role, 'europol'), name: role } as const;
  const streams = streamsOf('organisation', { ...ONE_MACHINE, orgs: broker.orgs });
  const target = { account: 'europol', streams, retired: [], connect: () => connectAs(identity) };
  const markerFile = join(broker.home.root, 'marker.json');
  const provisionWith = (ahead: readonly string[]): Promise<readonly string[]> =>
    provision([target], {
      markerFile,
      afterLoss: false,
      lost: new Set(),
      ahead: new Set(ahead),
      onOlder: () => expect.fail('no stream is older'),
    });

  expect(await provisionWith([])).toEqual(expect.arrayContaining(['europol/OUT', 'europol/OUT/router']));
  const router = await broker.connect('router', 'europol');
  const { epoch } = await consumerState(router, sources.out);
  const { provisioned } = JSON.parse(readFileSync(markerFile, 'utf8')) as { provisioned: object };
  expect(provisioned).toMatchObject({ 'europol/OUT': epoch, 'europol/OUT/router': epoch });
  expect(await provisionWith([])).toEqual([]);

  expect(await provisionWith(['europol/OUT/router'])).toContain('europol/OUT/router');
  expect(await consumerState(router, sources.out)).toMatchObject({ epoch });
});
