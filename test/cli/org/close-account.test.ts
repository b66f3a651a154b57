import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingStreams, provisionedNames } from '../../../services/cli/home/missing-streams.js';
import { accountFile } from '../../../services/cli/init/hub-broker.js';
import { closeAccount } from '../../../services/cli/org/close-account.js';
import { openAccount } from '../../../services/cli/org/open-account.js';
import { clientFolder } from '../../../services/cli/tls/holders.js';
import type { ConnectionEvent } from '../../../services/shared/bus/connect.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type HubBroker, silent, startHubBroker } from './hub-broker.js';

const europol = parseOrgId('europol');

let broker: HubBroker;
beforeAll(async () => {
  broker = await startHubBroker(2);
  for (const id of ['europol', 'interpol']) {
    const request = await broker.ask(id);
    await openAccount(broker.hub, request, { run: broker.run(), env: process.env, say: silent });
    await broker.certify(request);
  }
});
afterAll(() => broker.close());

describe('the account of a member that has left', () => {
  test('is closed with its file, keys and folder; no other connection ends, and the broker starts again with all others', async () => {
    const { hub, run } = broker;
    const events: ConnectionEvent[] = [];
    const onConnectionEvent = (event: ConnectionEvent): void => void events.push(event);
    const router = { role: 'router', tls: clientFolder(hub.router(1)), onConnectionEvent } as const;
    const core = await broker.connect({ ...router, seedFile: hub.router(1, 'core.nk') });
    const other = await broker.connect({ ...router, seedFile: hub.router(1, 'orgs', 'interpol.nk') });
    const leaving = await broker.connectGateway('europol');
    const folder = hub.nats('data', 'jetstream', 'europol');
    expect(existsSync(folder)).toBe(true);
    await closeAccount(hub, europol, run());
    const files = [folder, accountFile(hub, 'europol'), hub.router(1, 'orgs', 'europol.nk')];
    expect(files.filter((path) => existsSync(path))).toEqual([]);
    await expect(consumerState(leaving, sources.in)).rejects.toThrow();
    expect(await consumerState(other, sources.out)).toMatchObject({ pending: 0 });
    expect([core.isConnected(), events]).toEqual([true, []]);
    const listed = await monitoringAt(run().monitor).streams();
    expect(listed.filter(({ account, stream }) => `${account} ${stream}`.includes('europol'))).toEqual([]);
    expect(provisionedNames(hub).filter((name) => name.includes('europol'))).toEqual([]);
    await broker.restart();
    expect(await consumerState(await broker.connectGateway('interpol'), sources.in)).toMatchObject({
      pending: 0,
    });
    const names = await monitoringAt(run().monitor).names();
    expect(names.filter((name) => name.startsWith('europol/'))).toEqual([]);
    // An interrupted call can be repeated.
    await closeAccount(hub, europol, run());
    expect(await missingStreams(hub, run().monitor)).toEqual([]);
  });

  test('leaves its place to another member, without a start of the broker', async () => {
    const { hub, run } = broker;
    const made = async (id: string): Promise<readonly string[]> => {
      const request = await broker.ask(id);
      const opened = await openAccount(hub, request, { run: run(), env: process.env, say: silent });
      return opened.made;
    };
    expect(await made('frontex')).toContain('frontex/IN');
    await closeAccount(hub, parseOrgId('frontex'), run());
    expect(await made('afripol')).toEqual(expect.arrayContaining(['afripol/IN', 'CORE/PARKED_afripol']));
  });

  test('is closed while the broker does not run, and no stream of it is there at the next start', async () => {
    const { hub } = broker;
    await broker.restart(async () => closeAccount(hub, parseOrgId('afripol'), undefined));
    const streams = await monitoringAt(broker.run().monitor).streams();
    expect(streams.filter(({ account, stream }) => `${account} ${stream}`.includes('afripol'))).toEqual([]);
    expect(await missingStreams(hub, broker.run().monitor)).toEqual([]);
  });
});
