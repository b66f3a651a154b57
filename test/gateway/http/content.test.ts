import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GATEWAY_MIGRATIONS } from '../../../services/shared/store/gateway/gateway-schema.js';
import { openDatabase } from '../../../services/shared/store/sqlite.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { bytesOnDisk } from '../craft.js';
import { example, type Json, letIn, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
const HEADERS_ONLY = 'h'.repeat(40);
let broker: Broker;
let gateway: Started;
let skew = 0;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  letIn(broker, { token: HEADERS_ONLY, scopes: ['notice:read', 'inbox:read'] });
  const clock = (): Date => new Date(Date.now() + skew);
  gateway = await startGateway(broker, 'europol', { clock, settings: { sweepMs: 50 }, offline: true });
});

afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

/** Submits a notice with these words in its section `threat`; returns its path and the submitted sections. */
async function submit(words: string) {
  const { header, sections } = example('red');
  const threat = { ...Object(sections['threat']), description: words };
  const body = {
    header: { ...header, expiresAfter: 'P1D', reviewAfter: 'P1D' },
    sections: { ...sections, threat },
  };
  const answer = await gateway.call('POST', '/v1/notices', { body });
  return { path: String(answer.body['href']), sections: body.sections };
}

const foundBy = async (text: string, token?: string): Promise<readonly unknown[]> => {
  const path = `/v1/notices?text=${encodeURIComponent(text)}`;
  const { body } = await gateway.call('GET', path, token === undefined ? {} : { token });
  return (body['items'] as Json[]).map(({ href }) => href);
};

describe('gateway http: the content of an own notice', () => {
  test('is read back as it was submitted, and without its routing', async () => {
    const { path, sections } = await submit('three masked riders');
    const { body } = await gateway.call('GET', path);
    expect(body['sections']).toEqual(sections);
    expect(JSON.stringify(body)).not.toContain('addressees');
  });

  test('is not shown to a token with `notice:read` alone, nor in a list', async () => {
    const { path } = await submit('four masked riders');
    const { status, body } = await gateway.call('GET', path, { token: HEADERS_ONLY });
    expect([status, body['state'], body['sections']]).toEqual([200, 'queued', undefined]);
    const id = path.split('/').at(-1);
    for (const list of ['/v1/notices', `/v1/reports?ids=${id}`]) {
      expect(JSON.stringify((await gateway.call('GET', list)).body)).not.toContain('masked riders');
    }
  });

  test('is searched by words of header and sections, but only by the header with `notice:read` alone', async () => {
    const { path } = await submit('five masked wanderers');
    expect(await foundBy('wander mask')).toEqual([path]);
    const { header } = (await gateway.call('GET', path)).body;
    const word = String(Object(header).subject ?? Object(header).kind);
    expect(await foundBy(`${word} wanderers`)).toEqual([path]);
    expect(await foundBy('wanderers', HEADERS_ONLY)).toEqual([]);
    expect(await foundBy(word, HEADERS_ONLY)).toContain(path);
  });

  test('is erased when the notice ends, also from the search', async () => {
    const { path } = await submit('six masked pilgrims');
    expect(await foundBy('pilgrims')).toEqual([path]);
    skew = 2 * DAY;
    await until('it has ended', async () => (await gateway.call('GET', path)).body['state'] === 'ended');
    expect((await gateway.call('GET', path)).body['sections']).toBeNull();
    expect(await foundBy('pilgrims')).toEqual([]);
  });

  test('is erased from the write-ahead log once the last reader is done, without waiting for readers', async () => {
    const { path } = await submit('seven masked sailors');
    expect(await foundBy('sailors')).toEqual([path]);
    const isOnDisk = (): boolean => bytesOnDisk(broker, 'europol').includes('sailors');
    const reader = openDatabase(broker.home.org(gateway.identity.org, 'gateway.db'), GATEWAY_MIGRATIONS);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM own').get();
    skew += 2 * DAY;
    await until('it has ended', async () => (await gateway.call('GET', path)).body['state'] === 'ended');
    const began = performance.now();
    expect([await gateway.store.checkpoint(), isOnDisk()]).toEqual([false, true]);
    expect(performance.now() - began).toBeLessThan(2_500);
    reader.exec('COMMIT');
    await until('it is gone', () => !isOnDisk());
    reader.close();
  });
});
