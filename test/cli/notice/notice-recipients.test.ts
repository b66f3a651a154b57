import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verb } from '../../../services/cli/notice/notice-recipients.js';
import { createOutput } from '../../../services/cli/terminal/output.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';

const ID = '01900000-0000-7000-8000-000000000001';
/** An ended notice: its header is erased. */
const ENDED = { id: ID, number: 1, state: 'ended', header: null, life: { originator: 'interpol' } };

/** Starts a gateway that has these documents, by path; returns its address and the paths that it was asked for. */
async function answering(documents: Readonly<Record<string, object>>) {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const found = documents[url];
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? { code: 'not-found', detail: 'no such notice' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function makeHome(gateways: Readonly<Record<string, string>>): Home {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-recipients-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const home = homeAt(folder);
  for (const org of Object.keys(gateways)) {
    const token = home.org(parseOrgId(org), 'token');
    mkdirSync(dirname(token), { recursive: true });
    writeFileSync(token, 'a token', { mode: 0o600 });
  }
  const [nats, url] = ['nats://127.0.0.1:1', 'http://127.0.0.1:1'];
  const run = { nats, monitor: url, auditor: url, router: url, gateways, metrics: {}, processes: {} };
  writeFileSync(home.run, JSON.stringify(run));
  return home;
}

test('cli notice recipients: asks the gateway of the originator for the document of an ended notice, also without `--org`', async () => {
  const path = `/v1/notices/${ID}`;
  const europol = await answering({});
  const interpol = await answering({ [path]: ENDED, [`${path}/recipients`]: { signed: 'no document' } });
  const home = makeHome({ europol: europol.url, interpol: interpol.url });
  const output = createOutput({ stdout: process.stdout, stderr: process.stderr, env: {}, json: true });
  const call = { args: [ID], options: {}, home, env: {}, stopping: new AbortController().signal };
  // The home has no directory to verify the document with.
  await expect(verb.run({ ...call, output })).rejects.toMatchObject({
    code: 'config-invalid',
  });
  expect(interpol.asked).toEqual([path, `${path}/recipients`]);
  expect(europol.asked).toEqual([path]);
});
