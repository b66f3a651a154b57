import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createOutput } from '../../../services/cli/terminal/output.js';
import { verb as list } from '../../../services/cli/org/org-list.js';
import { verb as show } from '../../../services/cli/org/org-show.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { hubAdmits, makeSite } from './admit-site.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-members-'));
const hub = homeAt(join(folder, 'hub'));
beforeAll(async () => {
  const request = await makeSite(homeAt(join(folder, 'site')));
  await hubAdmits(hub, request, join(folder, 'welcome.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Plays the monitoring of a broker and a router that answer this. */
async function running(monitor: object, router: object): Promise<void> {
  const urls = await Promise.all(
    [monitor, router].map(async (body) => {
      const server = createServer((_, response) => response.end(JSON.stringify(body)));
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  const run = {
    nats: 'nats://127.0.0.1:1',
    monitor: urls[0],
    router: urls[1],
    auditor: 'http://127.0.0.1:1',
  };
  const none = { gateways: {}, metrics: {}, processes: {} };
  writeFileSync(hub.run, JSON.stringify({ ...run, ...none, pid: process.pid }));
  onTestFinished(() => rmSync(hub.run));
}

async function run(verb: typeof list, args: readonly string[], json = true): Promise<string> {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0, isTTY: false } as never;
  const output = createOutput({ stdout: stream, stderr: stream, env: {}, json });
  const stopping = new AbortController().signal;
  expect(await verb.run({ args, options: {}, home: hub, env: {}, output, stopping })).toBe(0);
  return written.join('');
}
const shown = async (verb: typeof list, ...args: readonly string[]) =>
  JSON.parse(await run(verb, args)) as Record<string, unknown>;

describe('`org list` and `org show`', () => {
  test('show a member with its contract and keys, also while the hub does not run', async () => {
    const { version, key } = await readDirectory(hub);
    expect(await shown(list)).toMatchObject({
      version,
      contract: 1,
      members: [
        {
          id: 'europol',
          name: expect.any(String),
          state: 'member',
          suspendedAt: null,
          leavingAt: null,
          leftAt: null,
          contract: 1,
          keysEnd: key('europol:notice:1')?.notAfter.toISOString(),
          lastContact: null,
          policies: null,
        },
      ],
    });
    const { keys } = await shown(show, 'europol');
    expect(keys).toContainEqual(expect.objectContaining({ kid: 'europol:policy:1', here: false }));
    expect(await run(show, ['europol'], false)).toContain('europol:witness:1');
  });

  test('show the last contact of a gateway by its account, which a client cannot choose, the adopted release and waiting key requests', async () => {
    const heard = new Date(Date.now() - 5_000).toISOString();
    const own = { account: 'europol', name: 'gateway-europol', last_activity: heard };
    const foreign = { account: 'interpol', name: 'gateway-europol', last_activity: new Date().toISOString() };
    const [release, since] = [{ version: 2, digest: 'release', adoptedAt: heard }, heard];
    const keyRequests = ['policy', 'nkey'].map((use) => ({ use, revokes: null, since }));
    const europol = { policies: { import: 'digest' }, release, keyRequests };
    await running({ connections: [own, foreign] }, { members: { europol } });
    const member = await shown(show, 'europol');
    expect(member).toMatchObject(europol);
    expect(await run(show, ['europol'], false)).toMatch(
      /release 2, adopted .*asks .* its next `policy` key.*asks .* the next nkey of its gateway/s,
    );
    expect(member['lastContact']).toBeGreaterThanOrEqual(5);
  });

  test('refuse an organisation that is no member', async () => {
    const refused = await run(show, ['eurpol']).catch((error: unknown) => errorFrom(error));
    expect(refused).toMatchObject({
      code: 'organisation-unknown',
      message: expect.stringContaining('europol'),
    });
  });
});
