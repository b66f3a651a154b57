import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSecretJson } from '../../../services/cli/init/secrets.js';
import { openAccount, requireRoom } from '../../../services/cli/org/open-account.js';
import { clientFolder } from '../../../services/cli/tls/holders.js';
import type { ConnectionEvent } from '../../../services/shared/bus/connect.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { errorFrom, isCode } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { newDescription } from '../../../services/shared/trust/home-contract.js';
import { filesBelow } from '../../support/files-below.js';
import { type HubBroker, silent, startHubBroker } from './hub-broker.js';

const europol = parseOrgId('europol');
const interpol = parseOrgId('interpol');

let broker: HubBroker;
beforeAll(async () => {
  broker = await startHubBroker(1);
});
afterAll(() => broker.close());

const configuration = (): readonly string[] =>
  filesBelow(broker.hub.nats())
    .filter((path) => path.endsWith('.conf'))
    .map((path) => `${path}\n${readFileSync(path, 'utf8')}`);
const events: ConnectionEvent[] = [];

describe('the account of a new member', () => {
  test('has its streams, which its own nkey and that of the hub may use, and closes no connection of the hub', async () => {
    const { hub, run } = broker;
    const router = { role: 'router', tls: clientFolder(hub.router(1)) } as const;
    const core = await broker.connect({
      ...router,
      seedFile: hub.router(1, 'core.nk'),
      onConnectionEvent: (event) => void events.push(event),
    });
    const request = await broker.ask('europol');
    const { made } = await openAccount(hub, request, { run: run(), env: process.env, say: silent });
    expect(made).toEqual(expect.arrayContaining(['europol/OUT', 'europol/IN', 'CORE/PARKED_europol']));
    await broker.certify(request);
    expect(await consumerState(await broker.connectGateway('europol'), sources.in)).toMatchObject({
      pending: 0,
    });
    const account = await broker.connect({ ...router, seedFile: hub.router(1, 'orgs', 'europol.nk') });
    expect(await consumerState(account, sources.out)).toMatchObject({ pending: 0 });
    // Its permissions grew while it was connected.
    expect(await consumerState(core, sources.parked(europol))).toMatchObject({ pending: 0 });
    expect(events).toEqual([]);
  });

  test('is refused by a full hub, unless it was opened before', () => {
    expect(() => requireRoom(broker.hub, europol)).not.toThrow();
    let thrown: unknown;
    try {
      requireRoom(broker.hub, interpol);
    } catch (error) {
      thrown = error;
    }
    expect(isCode(thrown, 'full')).toBe(true);
  });

  test('is removed if the running broker has no room for it, and the broker starts as before', async () => {
    const { hub, run } = broker;
    // More members than the running broker was started for: a reload cannot raise its total.
    writeSecretJson(hub.contract, newDescription({ kind: 'hub', members: 2 }));
    const before = configuration();
    const request = await broker.ask('interpol');
    const failed = await openAccount(hub, request, { run: run(), env: process.env, say: silent }).then(
      () => 'opened',
      (error: unknown) => errorFrom(error).message,
    );
    expect(failed).toContain('the account of `interpol` was taken away again');
    expect(configuration()).toEqual(before);
    for (const path of [hub.router(1, 'orgs', 'interpol.nk'), hub.org(interpol, 'gateway.pub')])
      expect(existsSync(path)).toBe(false);
    expect(events).toEqual([]);
    await broker.restart();
    expect(await consumerState(await broker.connectGateway('europol'), sources.in)).toMatchObject({
      pending: 0,
    });
  });
});
