import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { grantedFile, grantNkey } from '../../../services/cli/key/grant-nkey.js';
import { admitNkeys } from '../../../services/cli/key/member-nkeys.js';
import { writeSecretJson } from '../../../services/cli/init/secrets.js';
import { openAccount } from '../../../services/cli/org/open-account.js';
import { clientFolder } from '../../../services/cli/tls/holders.js';
import { newSeed, publicNkey } from '../../../services/shared/bus/nkeys.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { askForNextNkey } from '../../../services/shared/trust/directory/ask-for-nkey.js';
import { openKeyRequest } from '../../../services/shared/trust/directory/key-request.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { nextKeyOf } from '../../../services/shared/trust/signers/own-signer.js';
import { listSite, welcomeSite } from '../org/admit-site.js';
import { type HubBroker, silent, startHubBroker } from '../org/hub-broker.js';
import { runLine } from '../policy/run-line.js';

const EUROPOL = parseOrgId('europol');
const TAIL = { org: EUROPOL, user: 'tail' } as const;
const DEPS = { env: process.env, say: silent };

let broker: HubBroker;
/** Stands in for the gateway of the site: it takes each request, which the hub then refuses. */
let gateway: Server;
/** How many requests it took. */
let taken = 0;
beforeAll(async () => {
  broker = await startHubBroker(1);
  const request = await broker.ask('europol');
  const site = broker.site('europol');
  await openAccount(broker.hub, request, { run: broker.run(), ...DEPS });
  const welcome = `${broker.hub.root}/welcome.json`;
  writeFileSync(welcome, await welcomeSite(broker.hub, request, await listSite(broker.hub, request)));
  expect((await runLine(['org', 'accept', welcome, '--yes'], { home: site })).code).toBe(0);
  gateway = createServer(({ method }, response) => {
    if (method === 'POST') taken += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ state: 'refused', code: 'request-open' }));
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const gateways = { europol: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}` };
  const { pid, nats, tls } = broker.run();
  writeSecretJson(site.run, { pid, nats, tls, gateways, metrics: {}, processes: {} });
});
afterAll(async () => {
  gateway?.close();
  await broker?.close();
});

const folder = (): string => broker.site('europol').org(EUROPOL);
const seedFile = (): string => `${folder()}/tail.nk`;
const present = (): string => readSecret(seedFile());
const hasNext = (): boolean => existsSync(nextKeyOf(seedFile()));
beforeEach(async () => {
  taken = 0;
  rmSync(nextKeyOf(seedFile()), { force: true });
  rmSync(grantedFile(broker.hub, TAIL), { force: true });
  await admitNkeys(broker.hub, TAIL, { ...DEPS, nkeys: [publicNkey(present())] });
});

/** Asks for the next nkey of the tail, which the hub admits and no tail takes; returns its seed. */
const admitNext = async (): Promise<string> => {
  const [directory, now] = [await readDirectory(broker.hub), new Date()];
  const text = await askForNextNkey('tail', {
    folder: folder(),
    org: EUROPOL,
    directory,
    now,
    approvers: [],
  });
  await grantNkey(broker.hub, await openKeyRequest(text, { directory, now }), DEPS);
  return readSecret(nextKeyOf(seedFile()));
};
const atSite = (line: string, env: NodeJS.ProcessEnv = {}) =>
  runLine([...line.split(' '), '--json'], { home: broker.site('europol'), env });

describe('at a site', () => {
  test('`key rotate` of a tail takes the next nkey that was admitted before, says so and asks for none; the next call asks for another one', async () => {
    const next = await admitNext();
    const { code, stdout } = await atSite('key rotate europol tail');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { kid: 'europol:tail', nkey: publicNkey(next), earlier: true },
    ]);
    expect([present() === next, hasNext(), taken]).toEqual([true, false, 0]);
    await atSite('key rotate europol tail');
    expect([taken, readSecret(nextKeyOf(seedFile())) === next]).toEqual([1, false]);
  });

  test('`key rotate` says who can remove a request that waits, for an nkey that others may know', async () => {
    const { code, stderr } = await atSite('key rotate europol tail');
    expect(code).toBe(1);
    expect(stderr).toContain('"code":"request-open"');
    expect(stderr).toContain('`liaison org keys refuse europol:tail`');
  });

  test('`tail` takes a next nkey on the word of the broker of the home alone, not of the one in LIAISON_NATS_URL', async () => {
    const [old, next] = [present(), await admitNext()];
    const elsewhere = { LIAISON_NATS_URL: broker.run().nats, LIAISON_NATS_TLS: clientFolder(folder()) };
    const refused = await atSite('tail --for 1s', elsewhere);
    expect(refused.code).not.toBe(0);
    expect([present() === old, readSecret(nextKeyOf(seedFile())) === next]).toEqual([true, true]);
    expect((await atSite('tail --for 1s')).code).toBe(0);
    expect([present() === next, hasNext()]).toEqual([true, false]);
  });

  test('`key rotate` of a tail asks for the next nkey of an earlier call that the broker does not accept yet', async () => {
    const next = newSeed();
    writeFileSync(nextKeyOf(seedFile()), next, { mode: 0o600 });
    await atSite('key rotate europol tail');
    expect([taken, present() === next, hasNext()]).toEqual([1, false, true]);
  });
});
