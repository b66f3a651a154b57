import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gatewayClient } from '../../../../services/cli/http-client.js';
import { findNotice } from '../../../../services/cli/notice/find/find-notice.js';
import { heldId, ownId } from '../../../../services/cli/notice/find/name-of-notice.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { shortId } from '../../../../services/shared/notice/short-id.js';
import { homeAt } from '../../../../services/shared/runtime/home.js';

interface Row {
  readonly id: string;
  readonly number: number;
  readonly originator?: string;
}

/** Starts a gateway of europol that lists these notices, newest first, in pages as the HTTP API does. */
async function gatewayWith({ own = [], held = [] }: { own?: readonly Row[]; held?: readonly Row[] }) {
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://gateway');
    const rows = pathname === '/v1/inbox' ? held : own;
    const one = rows.find(({ id }) => pathname === `/v1/notices/${id}`);
    const start = Number(searchParams.get('before') ?? 0);
    const end = start + Number(searchParams.get('limit'));
    const page = { items: rows.slice(start, end), next: end < rows.length ? end : null };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(one ?? page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const folder = mkdtempSync(join(tmpdir(), 'liaison-find-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const home = homeAt(folder);
  const token = home.org(parseOrgId('europol'), 'token');
  mkdirSync(dirname(token), { recursive: true });
  writeFileSync(token, 'a token', { mode: 0o600 });
  const [nats, metrics, processes] = ['nats://127.0.0.1:1', {}, {}];
  const run = {
    nats,
    metrics,
    processes,
    gateways: { europol: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  };
  return {
    find: (name: string) => findNotice(name, { home, run, orgs: ['europol'] }),
    gateway: gatewayClient(home, run, 'europol'),
  };
}

const idOf = (n: number): string => `01a21070-bbba-74cf-9b6c-${String(n).padStart(12, '0')}`;
const row = (n: number, number = n): Row => ({ id: idOf(n), number });

test('findNotice: the end of an id names an amended notice, whose revisions are one notice', async () => {
  const { find, gateway } = await gatewayWith({ own: [row(7, 30), row(8, 25), row(7, 20)] });
  const names = [shortId(idOf(7)), `${shortId(idOf(7))}.20`, `${shortId(idOf(7))}.30`, `${idOf(7)}.20`];
  for (const name of names) {
    expect(await find(name)).toMatchObject({ originator: 'europol', notice: { id: idOf(7), number: 30 } });
    expect(await ownId(gateway, name)).toBe(idOf(7));
  }
});

test('findNotice: the end of an id is found beyond the newest 2,000 notices', async () => {
  const { find } = await gatewayWith({ own: Array.from({ length: 2_500 }, (_, n) => row(2_500 - n)) });
  expect(await find(shortId(idOf(1)))).toMatchObject({ notice: { id: idOf(1) } });
});

test('findNotice: an end that fits several notices names each once, one that fits none names the organisation', async () => {
  const { find } = await gatewayWith({ own: [row(17, 3), row(7, 2), row(7, 1)] });
  await expect(find('7')).rejects.toMatchObject({
    code: 'usage',
    message: `\`7\` fits 2 notices: ${idOf(17)} of europol, ${idOf(7)} of europol`,
  });
  await expect(find('9')).rejects.toMatchObject({
    code: 'not-found',
    message: 'no notice of europol ends in `9`',
  });
});

test('heldId: the end of an id names a held notice', async () => {
  const held = [7, 8].map((n) => ({ ...row(n), originator: 'interpol' }));
  const { gateway } = await gatewayWith({ held });
  expect(await heldId(gateway, shortId(idOf(8)), 'interpol')).toBe(idOf(8));
  await expect(heldId(gateway, shortId(idOf(9)))).rejects.toMatchObject({
    code: 'not-found',
    message: `no notice that europol holds ends in \`${shortId(idOf(9))}\``,
  });
});

test('shortId: a revision shows as its notice', () => {
  expect(shortId(`${idOf(7)}.1765101234567`)).toBe('000000000007');
});
