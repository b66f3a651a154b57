import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFile } from '../../../services/cli/home/run-file.js';
import { createHub } from '../../../services/cli/hub/prepare-hub.js';
import { provisionHome } from '../../../services/cli/init/provision-home.js';
import { writeSecretJson } from '../../../services/cli/init/secrets.js';
import { createSite } from '../../../services/cli/org/create-site.js';
import { openAccount, requireRoom } from '../../../services/cli/org/open-account.js';
import { findServer } from '../../../services/cli/up/nats-process.js';
import { type Bus, connectAs, type ConnectionEvent } from '../../../services/shared/bus/connect.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { type NatsServer, startNatsServer } from '../../../services/shared/bus/nats-server.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { errorFrom, isCode } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { newDescription } from '../../../services/shared/trust/home-contract.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { filesBelow } from '../../support/files-below.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-account-'));
const hub = homeAt(join(folder, 'hub'));
const say = (): void => undefined;
const europol = parseOrgId('europol');
const interpol = parseOrgId('interpol');

let server: NatsServer;
let run: RunFile;
const open = new Set<Bus>();

async function start(): Promise<void> {
  const binary = await findServer(process.env, say);
  const [conf, key] = [hub.nats('nats.conf'), readSecret(hub.nats('js.key'))];
  server = await startNatsServer({ binary, conf, key, pidFile: hub.nats('nats.pid') });
  const none = { auditor: '', router: '', gateways: {}, metrics: {} };
  run = { ...none, nats: server.url, monitor: server.monitoring.url, processes: { nats: server.pid } };
}
beforeAll(async () => {
  const hubParams = { members: 1, routers: 1, operator: 'A. Example', policies: shippedPolicies };
  await createHub(hub, { ...hubParams, force: false, now: new Date(), say });
  await start();
  await provisionHome(hub, { run, say });
});
afterAll(async () => {
  await Promise.all([...open].map((bus) => bus.close()));
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const requestOf = (id: string) =>
  createSite(homeAt(join(folder, id)), {
    id: parseOrgId(id),
    name: id,
    federation: 'demo',
    hub: server.url,
    now: new Date(),
  });
async function connect(
  role: 'gateway' | 'router',
  seed: string,
  onConnectionEvent: (event: ConnectionEvent) => void = say,
): Promise<Bus> {
  const bus = await connectAs({
    servers: server.url,
    seed: readSecret(seed),
    role,
    name: role,
    onConnectionEvent,
  });
  open.add(bus);
  return bus;
}
const configuration = (): readonly string[] =>
  filesBelow(hub.nats())
    .filter((path) => path.endsWith('.conf'))
    .map((path) => `${path}\n${readFileSync(path, 'utf8')}`);
const events: ConnectionEvent[] = [];

describe('the account of a new member', () => {
  test('has its streams, which its own nkey and that of the hub may use, and closes no connection of the hub', async () => {
    const core = await connect('router', hub.router(1, 'core.nk'), (event) => void events.push(event));
    const { made } = await openAccount(hub, await requestOf('europol'), { run, env: process.env, say });
    expect(made).toEqual(expect.arrayContaining(['europol/OUT', 'europol/IN', 'CORE/PARKED_europol']));
    const gateway = await connect('gateway', homeAt(join(folder, 'europol')).org(europol, 'gateway.nk'));
    expect(await consumerState(gateway, sources.in)).toMatchObject({ pending: 0 });
    const router = await connect('router', hub.router(1, 'orgs', 'europol.nk'));
    expect(await consumerState(router, sources.out)).toMatchObject({ pending: 0 });
    // Its permissions grew while it was connected.
    expect(await consumerState(core, sources.parked(europol))).toMatchObject({ pending: 0 });
    expect(events).toEqual([]);
  });

  test('is refused by a full hub, unless it was opened before', () => {
    expect(() => requireRoom(hub, europol)).not.toThrow();
    let thrown: unknown;
    try {
      requireRoom(hub, interpol);
    } catch (error) {
      thrown = error;
    }
    expect(isCode(thrown, 'full')).toBe(true);
  });

  test('is removed if the running broker has no room for it, and the broker starts as before', async () => {
    // More members than the running broker was started for: a reload cannot raise its total.
    writeSecretJson(hub.contract, newDescription({ kind: 'hub', members: 2 }));
    const before = configuration();
    const request = await requestOf('interpol');
    const failed = await openAccount(hub, request, { run, env: process.env, say }).then(
      () => 'opened',
      (error: unknown) => errorFrom(error).message,
    );
    expect(failed).toContain('the account of `interpol` was taken away again');
    expect(configuration()).toEqual(before);
    for (const path of [hub.router(1, 'orgs', 'interpol.nk'), hub.org(interpol, 'gateway.pub')])
      expect(existsSync(path)).toBe(false);
    expect(events).toEqual([]);
    await server.stop();
    await start();
    const gateway = await connect('gateway', homeAt(join(folder, 'europol')).org(europol, 'gateway.nk'));
    expect(await consumerState(gateway, sources.in)).toMatchObject({ pending: 0 });
  }, 60_000);
});
