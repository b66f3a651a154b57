import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { writeSecretJson } from '../../../services/cli/init/secrets.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { newDescription } from '../../../services/shared/trust/home-contract.js';
import { CONTRACT } from '../../../services/shared/wire/contract.js';
import { filesBelow } from '../../support/files-below.js';
import { type Ran, runLine } from '../policy/run-line.js';
import { type HubBroker, startHubBroker } from './hub-broker.js';

const MEMBERS = ['europol', 'interpol'] as const;

let broker: HubBroker;
const fileOf = (id: string): string => broker.site(id).joinRequest;
const welcomeOf = (id: string): string => join(broker.site(id).root, '..', `${id}.welcome.json`);
const admit = (file: string, out = join(broker.hub.root, '..', 'none.json')): Promise<Ran> =>
  runLine(['org', 'admit', file, '--yes', '--out', out, '--policies', shippedPolicies], { home: broker.hub });
const accept = (id: string, file: string): Promise<Ran> =>
  runLine(['org', 'accept', file, '--yes'], { home: broker.site(id) });

beforeAll(async () => {
  broker = await startHubBroker(MEMBERS.length);
  for (const id of [...MEMBERS, 'ameripol', 'afripol']) await broker.ask(id);
  for (const id of MEMBERS) {
    expect(await admit(fileOf(id), welcomeOf(id))).toMatchObject({ code: 0 });
    expect(await accept(id, welcomeOf(id))).toMatchObject({ code: 0 });
  }
});
afterAll(() => broker.close());

interface RequestFile {
  readonly payload: string;
  readonly signatures: readonly object[];
}
const read = (path: string): RequestFile => JSON.parse(readFileSync(path, 'utf8')) as RequestFile;
/** Writes a request that no site made; returns its path. */
const forged = (request: RequestFile): string => {
  const path = join(broker.hub.root, '..', 'forged.json');
  writeFileSync(path, JSON.stringify(request));
  return path;
};
const hubFiles = (): readonly string[] =>
  filesBelow(broker.hub.root)
    .filter((path) => /\.(?:conf|nk|pub|frame)$/.test(path))
    .map((path) => `${path}\n${readFileSync(path, 'latin1')}`);

/** Checks that an attempt is refused with a code, changes no file of the hub, and that each member connects after a restart. */
async function expectRefused(attempt: () => Promise<Ran>, code: string): Promise<void> {
  const before = hubFiles();
  const { code: exit, stderr } = await attempt();
  expect(stderr).toContain(`[${code}]`);
  expect(exit).not.toBe(0);
  expect(hubFiles()).toEqual(before);
  await broker.restart();
  for (const id of MEMBERS) {
    const gateway = await broker.connectGateway(id);
    expect(await consumerState(gateway, sources.in)).toMatchObject({ pending: 0 });
    await gateway.close();
  }
}

describe('joining is refused, and the broker starts again with all members, after', () => {
  test('a request that other keys of the same names signed', async () => {
    const other = broker.site('another-afripol');
    await broker.ask('afripol', other);
    const { payload } = read(fileOf('afripol'));
    const { signatures } = read(other.joinRequest);
    await expectRefused(() => admit(forged({ payload, signatures })), 'signature-invalid');
  });

  test('a request in which a site names another organisation', async () => {
    const { payload, signatures } = read(fileOf('afripol'));
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const other = Buffer.from(JSON.stringify({ ...claims, id: 'ameripol' })).toString('base64url');
    await expectRefused(() => admit(forged({ payload: other, signatures })), 'issuer-mismatch');
  });

  test('a request whose first rules have an error, which is named with its place', async () => {
    const other = broker.site('ameripol-with-rules');
    const files = ['export.cedar', 'import.cedar'].map((name) => [name, 'permit (principal'] as const);
    await broker.ask('ameripol', other, new Map(files));
    const { contract } = broker.hub;
    const before = readFileSync(contract, 'utf8');
    writeSecretJson(contract, newDescription({ kind: 'hub', members: MEMBERS.length + 1 }));
    let said = '';
    const attempt = async (): Promise<Ran> => {
      const ran = await admit(other.joinRequest);
      said = ran.stderr;
      return ran;
    };
    await expectRefused(attempt, 'release-refused');
    expect(said).toContain('ameripol/export.cedar:1:');
    writeFileSync(contract, before);
  });

  test('a request that was used before', async () => {
    await expectRefused(() => admit(fileOf('europol')), 'request-used');
  });

  test('an admission beyond `--members`', async () => {
    await expectRefused(() => admit(fileOf('afripol')), 'full');
  });

  test('a welcome for another site', async () => {
    await expectRefused(() => accept('afripol', welcomeOf('europol')), 'welcome-foreign');
  });

  test('a request of a gateway older than the contract of the hub', async () => {
    await signHomeDirectory(broker.hub, { now: new Date(), hubContract: CONTRACT + 1 });
    await expectRefused(() => admit(fileOf('afripol')), 'contract-unknown');
  });
});
