import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { until } from '../../support/until.js';
import { startOffline } from '../start-offline.js';

const REQUESTS = 5_000;
/** More than begin before the first of them waits. */
const FEW = 100;

test('gateway requests: a connection that sends thousands without waiting for an answer is closed after a few, and others are answered', async () => {
  await using offline = await startOffline();
  const { gateway } = offline;
  const { port, hostname, host } = new URL(gateway.gateway.url);
  let [isClosed, answered] = [false, 0];
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.on('close', () => (isClosed = true));
  socket.on('data', (bytes) => (answered += bytes.toString().split('HTTP/1.1 200').length - 1));
  socket.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(REQUESTS));
  await until('all to be answered, or the end', () => isClosed || answered >= REQUESTS);
  socket.destroy();
  expect(answered).toBeLessThan(FEW);
  expect((await gateway.call('GET', '/healthz')).status).toBe(200);
});
