import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunFile } from '../../../services/cli/home/run-file.js';
import { createHub } from '../../../services/cli/hub/prepare-hub.js';
import { provisionHome } from '../../../services/cli/init/provision-home.js';
import { writeSecretJson } from '../../../services/cli/init/secrets.js';
import { createSite } from '../../../services/cli/org/create-site.js';
import type { JoinRequest } from '../../../services/cli/org/join-request.js';
import { clientFolder } from '../../../services/cli/tls/holders.js';
import { issueCertificate, writeClientCertificate } from '../../../services/cli/tls/site-certificate.js';
import { findServer } from '../../../services/cli/up/nats-process.js';
import { type Bus, connectAs, type ConnectionEvent } from '../../../services/shared/bus/connect.js';
import { type NatsServer, startNatsServer } from '../../../services/shared/bus/nats-server.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ReleaseFiles } from '../../../services/shared/ledger/release/release-files.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';

/** The home of a hub of which only the broker runs, and the homes of sites beside it. */
export interface HubBroker {
  readonly hub: Home;
  readonly site: (id: string) => Home;
  /** The run file, which is also in the home. */
  readonly run: () => RunFile;
  /** Makes the home of a site, by default `site(id)`, with its request to this hub. */
  readonly ask: (id: string, site?: Home, rules?: ReleaseFiles) => Promise<JoinRequest>;
  /** Signs and writes the certificate that the welcome of a site has. */
  readonly certify: (request: JoinRequest) => Promise<void>;
  /** Connects with an nkey and the certificate in `tls`. */
  readonly connect: (params: HubClient) => Promise<Bus>;
  /** Connects the gateway of a site. */
  readonly connectGateway: (id: string) => Promise<Bus>;
  /** Ends the broker and starts it again from its files, by default unchanged. */
  readonly restart: (change?: () => Promise<void>) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface HubClient {
  readonly role: 'gateway' | 'router';
  readonly seedFile: string;
  /** The folder of the certificate; absent: none. */
  readonly tls?: string;
  readonly onConnectionEvent?: (event: ConnectionEvent) => void;
}

export const silent = (): void => undefined;

/** Makes the home of a hub with room for `members`, and starts its broker alone. */
export async function startHubBroker(members: number): Promise<HubBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-hub-broker-'));
  const home = (name: string): Home => homeAt(join(folder, name));
  const hub = home('hub');
  const now = new Date();
  const params = { members, routers: 1, operator: 'A. Example', policies: shippedPolicies };
  const { federation } = await createHub(hub, { ...params, force: false, now, say: silent });
  const open = new Set<Bus>();
  let server: NatsServer;
  let run: RunFile;
  const start = async (): Promise<void> => {
    const binary = await findServer(process.env, silent);
    const [conf, key] = [hub.nats('nats.conf'), readSecret(hub.nats('js.key'))];
    server = await startNatsServer({ binary, conf, key, pidFile: hub.nats('nats.pid') });
    const none = { pid: process.pid, auditor: '', router: '', gateways: {}, metrics: {} };
    const { url: nats, monitoring, pid } = server;
    const settings = { LIAISON_POLICY_SOURCE: 'releases' };
    run = { ...none, nats, tls: true, monitor: monitoring.url, processes: { nats: pid }, settings };
    writeSecretJson(hub.run, run);
  };
  const connect: HubBroker['connect'] = async ({ role, seedFile, tls, onConnectionEvent = silent }) => {
    const [servers, seed] = [server.url, readSecret(seedFile)];
    const bus = await connectAs({ servers, seed, tls, role, name: role, onConnectionEvent });
    open.add(bus);
    return bus;
  };
  const site = (id: string): Home => home(id);
  const keysOf = (id: string): string => site(id).org(parseOrgId(id));
  await start();
  await provisionHome(hub, { run: run!, say: silent });
  return {
    hub,
    site,
    run: () => run,
    ask: (id, at = site(id), rules) =>
      createSite(at, { id: parseOrgId(id), name: id, federation, hub: server.url, rules, now: new Date() }),
    certify: async (request) =>
      writeClientCertificate(
        clientFolder(keysOf(request.id)),
        await issueCertificate(hub, request, new Date()),
      ),
    connect,
    connectGateway: (id) => {
      const keys = keysOf(id);
      return connect({ role: 'gateway', seedFile: join(keys, 'gateway.nk'), tls: clientFolder(keys) });
    },
    restart: async (change) => {
      await server.stop();
      await change?.();
      await start();
    },
    close: async () => {
      await Promise.all([...open].map((bus) => bus.close()));
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
