import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAccount } from '../../../services/cli/org/open-account.js';
import { clientFolder } from '../../../services/cli/tls/holders.js';
import { authorityFolder, readCertificate } from '../../../services/cli/tls/sign-certificate.js';
import { type Bus, connectAs } from '../../../services/shared/bus/connect.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { type HubBroker, silent, startHubBroker } from '../org/hub-broker.js';
import { answersTo, handshake, playServer } from './played-servers.js';

const page = readFileSync(join(projectRoot, 'docs/operate/keys.md'), 'utf8');
const europol = parseOrgId('europol');

let broker: HubBroker;
let other: HubBroker;
beforeAll(async () => {
  [broker, other] = await Promise.all([startHubBroker(2), startHubBroker(2)]);
  const request = await broker.ask('europol');
  await openAccount(broker.hub, request, { run: broker.run(), env: process.env, say: silent });
  await broker.certify(request);
  await other.certify(await other.ask('europol'));
});
afterAll(() => Promise.all([broker.close(), other.close()]));

const seedFile = (): string => broker.site('europol').org(europol, 'gateway.nk');
const certificate = (of = broker): string => clientFolder(of.site('europol').org(europol));
const codeOf = (opening: Promise<Bus>): Promise<string> =>
  opening.then(
    () => 'connected',
    (error: unknown) => errorFrom(error).code,
  );

describe('the broker of a hub', () => {
  test('takes a member with its nkey and its certificate', async () => {
    expect(await codeOf(broker.connectGateway('europol'))).toBe('connected');
  });

  test('takes no client without a certificate, or with that of another authority', async () => {
    const params = { trust: certificate(), version: 'TLSv1.3' } as const;
    const codeWith = (own: object): Promise<string> => handshake(broker.run().nats, { ...params, ...own });
    expect(await codeWith({})).toBe('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
    expect(await codeWith({ own: certificate(other) })).toBe('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA');
    expect(await codeWith({ own: certificate() })).toBe('none');
  });

  test('takes no certificate without a known nkey', async () => {
    const foreign = other.site('europol').org(europol, 'gateway.nk');
    const client = { role: 'gateway', seedFile: foreign, tls: certificate() } as const;
    expect(await codeOf(broker.connect(client))).toBe('unauthorised');
  });

  test.each([
    [
      'a login without an nkey',
      'CONNECT {"verbose":false,"protocol":1}\r\nPING\r\n',
      'Authorization Violation',
    ],
    ['a subscription before a login', 'SUB > 1\r\nPING\r\n', 'Authorization Violation'],
    ['a message before a login', 'PUB out.frame 2\r\nhi\r\nPING\r\n', 'Authorization Violation'],
    ['silence', '', 'Authentication Timeout'],
  ])(
    'answers a certificate alone with a refusal and the end of the connection: %s',
    async (_, words, answer) => {
      expect(await answersTo(broker.run().nats, certificate(), words)).toBe(`-ERR '${answer}'\r\n`);
    },
  );

  test.each([
    ['TLSv1.2', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
    ['TLSv1.3', 'none'],
  ] as const)('speaks TLS 1.3 and no older one: %s', async (version, code) => {
    expect(await handshake(broker.run().nats, { trust: certificate(), own: certificate(), version })).toBe(
      code,
    );
  });
});

describe('a gateway', () => {
  /** Connects with the nkey and the certificate of the member. */
  const connectTo = (servers: string): Promise<string> => {
    const identity = { servers, seed: readSecret(seedFile()), tls: certificate() } as const;
    return codeOf(connectAs({ ...identity, role: 'gateway', name: 'gateway' }));
  };

  test('sends nothing to a server that offers no TLS', async () => {
    const server = await playServer();
    expect(await connectTo(server.url)).toBe('unreachable');
    expect(server.received()).toBe('');
    server.close();
  });

  test('does not take a server with the certificate of a member, or of another hub, for the broker', async () => {
    for (const tls of [certificate(), other.hub.nats('tls')]) {
      const server = await playServer(tls);
      expect(await connectTo(server.url)).toBe('unreachable');
      server.close();
    }
  });
});

describe('a TLS key that is replaced by hand', () => {
  test('gets a certificate by the commands of docs/operate/keys.md that the broker accepts, as it still accepts the earlier one', async () => {
    const [folder, before] = [
      mkdtempSync(join(tmpdir(), 'liaison-tls-key-')),
      join(broker.hub.root, 'before'),
    ];
    cpSync(certificate(), before, { recursive: true });
    const [, section = ''] = page.split('## The TLS key of a site');
    const script = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block).join('');
    // Without a number of its own, `openssl` before 3.2 looks for a file of numbers, and fails.
    expect(script).toContain('-set_serial');
    const here = script
      .replaceAll('/var/lib/liaison/orgs/caricompol', broker.site('europol').org(europol))
      .replaceAll('/var/lib/liaison', broker.hub.root);
    const env = { ...process.env, HOME: folder };
    const run = spawnSync('bash', ['-euo', 'pipefail', '-c', here], { env, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect([run.status, here.includes('/var/lib')]).toEqual([0, false]);
    const [next, authority] = [certificate(), authorityFolder(broker.hub)].map((at) =>
      readCertificate(join(at, 'cert.pem')),
    );
    expect(next!.validTo.getTime()).toBeLessThan(authority!.validTo.getTime());
    expect(next!.fits(readFileSync(join(before, 'key.pem')))).toBe(false);
    for (const tls of [certificate(), before])
      expect(await codeOf(broker.connect({ role: 'gateway', seedFile: seedFile(), tls }))).toBe('connected');
    expect(
      await handshake(broker.run().nats, { trust: before, own: certificate(), version: 'TLSv1.3' }),
    ).toBe('none');
  });
});
