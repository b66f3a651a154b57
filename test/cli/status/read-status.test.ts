import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readStatus } from '../../../services/cli/status/read-status.js';

const FINDING = { place: 'europol/cases.yaml:3:5', message: 'it fails' };
const ADOPTION = {
  adopted: 'ab'.repeat(32),
  since: '2026-06-01T12:00:00.000Z',
  refused: { code: 'policy-refused', findings: [FINDING] },
};

/** Starts a process with metrics at `/metrics` and its readiness at every other path. */
async function answering(metrics: string): Promise<string> {
  const server = createServer(({ url }, response) =>
    response.end(
      url === '/metrics'
        ? metrics
        : JSON.stringify({
            ready: true,
            reasons: [],
            policies: { 'europol/export': 'd1' },
            adoption: ADOPTION,
          }),
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address without a listener. */
const AWAY = 'http://127.0.0.1:1';

test('readStatus: reads the state of the hub from any router that answers', async () => {
  const second = await answering('liaison_directory_version 7\nliaison_router_policies_faulty 0\n');
  const run = {
    nats: 'nats://127.0.0.1:1',
    monitor: AWAY,
    auditor: AWAY,
    router: AWAY,
    moreRouters: { 'router-2': second },
    gateways: {},
    metrics: { router: `${AWAY}/metrics`, 'router-2': `${second}/metrics` },
    processes: {},
  };
  const { directory, policies } = await readStatus(run, new Date());
  expect(directory.version).toBe(7);
  expect(policies).toEqual({ faulty: false, digests: { 'europol/export': 'd1' }, adoption: ADOPTION });
});
