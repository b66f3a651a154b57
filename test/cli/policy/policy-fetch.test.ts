import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSite } from '../../../services/cli/org/create-site.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { newDescription } from '../../../services/shared/trust/home-contract.js';
import {
  answering,
  FEDERATION,
  NONE,
  OWN,
  packedFiles,
  type PlayedFiles,
  released,
  unreleased,
} from '../../gateway/policies/craft-in-force.js';
import { type Hub, playHub } from '../../gateway/play-hub.js';
import { startGateway, type Started } from '../../gateway/start-gateway.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { filesBelow } from '../../support/files-below.js';
import { type Ran, runLine } from './run-line.js';

const EUROPOL = parseOrgId('europol');
const root = mkdtempSync(join(tmpdir(), 'liaison-fetch-'));
const home = homeAt(join(root, 'site'));
const out = join(root, 'in-force');
const ownExport = join(out, 'europol', 'export.cedar');

let broker: Broker;
let hub: Hub;
let gateway: Started;
let federation: PlayedFiles;
let own: PlayedFiles;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol');
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol');
  await createSiteOf(gateway);
  const signing = { broker, directory: hub.directory };
  federation = await released(signing, { files: FEDERATION, org: LEDGER_OWNER, version: 7 });
  own = await released(signing, { files: OWN });
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(out, { recursive: true, force: true });
  hub.answer = answering(federation, own);
});

/** Creates a site whose gateway is the one that runs here. */
async function createSiteOf({ gateway: { url } }: Started): Promise<void> {
  const hubUrl = 'nats://127.0.0.1:9';
  await createSite(home, { id: EUROPOL, name: 'Europol', federation: 'demo', hub: hubUrl, now: new Date() });
  for (const place of [(one: Home) => one.directory, (one: Home) => one.anchor])
    cpSync(place(broker.home), place(home));
  cpSync(broker.home.org(EUROPOL, 'token'), home.org(EUROPOL, 'token'));
  const run = { nats: broker.url, gateways: { europol: url }, metrics: {}, processes: {} };
  writeFileSync(home.run, JSON.stringify(run));
}

const liaison = (...words: readonly string[]): Promise<Ran> => runLine(['policy', ...words], { home });
const fetchFiles = (...more: readonly string[]): Promise<Ran> => liaison('fetch', '--out', out, ...more);

/** A file of cases with what a route of the own rules is expected to give. */
const CASES = `notices: { red: { example: red } }
cases:
  - { name: red notices leave, from: europol, notice: red, layer: export, expect: { others: EXPECTED } }
`;

/** Writes the own rules in force into a folder, as their author keeps them. */
function rulesOf(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of OWN) writeFileSync(join(folder, name), text);
  return folder;
}

const stateOf = (folder: string): readonly (readonly [string, string])[] =>
  filesBelow(folder).map((path) => [relative(folder, path), readFileSync(path, 'utf8')] as const);

describe('policy fetch at a site', () => {
  test('writes the files of the federation and the own rules, and says which release has each', async () => {
    const { code, stdout, stderr } = await fetchFiles('--json');
    expect(code, stderr).toBe(0);
    const { files, written } = JSON.parse(stdout) as {
      readonly files: readonly {
        readonly path: string;
        readonly digest: string;
        readonly release: unknown;
      }[];
      readonly written: readonly string[];
    };
    const expected = new Map([
      ...FEDERATION,
      ...[...OWN].map(([name, text]) => [`europol/${name}`, text] as const),
    ]);
    expect(new Map(files.map(({ path, digest: named }) => [path, named]))).toEqual(
      new Map([...expected].map(([path, text]) => [path, digest(text)])),
    );
    for (const { path, release } of files) {
      const of = path.startsWith('europol/') ? { of: own, version: 3 } : { of: federation, version: 7 };
      expect(release).toMatchObject({ version: of.version, statement: digest(String(of.of.statement)) });
    }
    const {
      'federation/directory.yaml': directory,
      '.fetched.json': _,
      ...there
    } = Object.fromEntries(stateOf(out));
    expect(there).toEqual(Object.fromEntries(expected));
    expect(directory).toContain('federation: ');
    expect(new Set(written)).toEqual(new Set([...expected.keys(), 'federation/directory.yaml']));
    expect(stderr).not.toContain('nothing signs');
  });

  test('writes a folder that policy check, test and diff then read', async () => {
    await fetchFiles();
    const check = await liaison('check', '--policies', out);
    expect(check.code, check.stdout + check.stderr).toBe(0);
    const cases = await liaison('test', '--policies', out);
    expect(cases.code, cases.stderr).toBe(0);
    const rules = rulesOf(join(root, 'rules'));
    writeFileSync(join(rules, 'export.cedar'), (OWN.get('export.cedar') ?? '').replace('"red"', '"blue"'));
    const diff = await liaison('diff', rules, '--policies', out, '--json');
    const { loosened } = JSON.parse(diff.stdout) as {
      readonly loosened: readonly { readonly org: string }[];
    };
    expect([diff.code, new Set(loosened.map(({ org }) => org))], diff.stderr).toEqual([
      3,
      new Set(['europol']),
    ]);
  });

  test('writes a folder with which policy test runs the cases of edited rules, and says what these cannot know; it refuses --update', async () => {
    await fetchFiles();
    const rules = rulesOf(join(root, 'edited'));
    const cases = (expected: string): void =>
      writeFileSync(join(rules, 'cases.yaml'), CASES.replace('EXPECTED', expected));
    cases('delivered');
    const holds = await liaison('test', rules, '--policies', out);
    expect(holds).toMatchObject({ code: 0, stderr: expect.stringContaining('only the own cases run') });
    cases('deny');
    expect(await liaison('test', rules, '--policies', out, '--json')).toMatchObject({ code: 1 });
    const updated = await liaison('test', rules, '--policies', out, '--update');
    expect(updated).toMatchObject({ code: 2, stderr: expect.stringContaining('no site has them') });
  });

  test('says that nothing signs files in no release, and that an organisation without a release permits nothing', async () => {
    hub.answer = answering(unreleased(FEDERATION), NONE);
    const { code, stdout, stderr } = await fetchFiles();
    expect([code, existsSync(join(out, 'europol'))]).toEqual([0, false]);
    expect(stdout).toContain('in no release');
    expect(stderr).toContain('nothing signs the files of the federation, which are in no release');
    expect(stderr).toContain('no release of `europol` is in force: it permits nothing');
    const { code: checked, stderr: why } = await liaison('check', '--policies', out);
    expect(checked, why).toBe(0);
  });

  test('is refused for a file that the organisation did not sign, and writes nothing', async () => {
    const changed = packedFiles(
      new Map([...OWN].map(([name, text]) => [name, `${text}// changed\n`])),
      EUROPOL,
    );
    hub.answer = answering(federation, { ...own, files: changed });
    const { code, stderr } = await fetchFiles();
    expect([code, stderr, existsSync(out)]).toEqual([1, expect.stringContaining('digest-mismatch'), false]);
  });

  test('again changes nothing, and after an own edit names the edited file and changes nothing without --force', async () => {
    await fetchFiles();
    const before = stateOf(out);
    expect(JSON.parse((await fetchFiles('--json')).stdout)).toMatchObject({ written: [], removed: [] });
    expect(stateOf(out)).toEqual(before);
    writeFileSync(ownExport, '// mine\n', { flag: 'a' });
    writeFileSync(join(out, 'europol', 'cases.yaml'), 'cases: []\n');
    rmSync(join(out, 'schema.cedarschema'));
    const edited = stateOf(out);
    const refused = await fetchFiles();
    expect([refused.code, stateOf(out)]).toEqual([2, edited]);
    for (const path of [ownExport, join(out, 'europol', 'cases.yaml')])
      expect(refused.stderr).toContain(`\`${path}\``);
    expect(refused.stderr).not.toContain('schema.cedarschema');
    const forced = await fetchFiles('--force', '--json');
    expect(JSON.parse(forced.stdout)).toMatchObject({
      written: ['schema.cedarschema', 'europol/export.cedar'],
      removed: ['europol/cases.yaml'],
    });
    expect(stateOf(out)).toEqual(before);
  });

  test('of a later release replaces and removes what the last fetch wrote, twice, without --force', async () => {
    await fetchFiles();
    const signing = { broker, directory: hub.directory };
    for (const version of [4, 5]) {
      const files = new Map([...OWN, ['export.cedar', `${OWN.get('export.cedar') ?? ''}// ${version}\n`]]);
      if (version === 4) files.set('cases.yaml', 'cases: []\n');
      hub.answer = answering(federation, await released(signing, { files, version }));
      const { code, stderr } = await fetchFiles();
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(readFileSync(ownExport, 'utf8')).toContain(`// ${version}`);
      expect(existsSync(join(out, 'europol', 'cases.yaml'))).toBe(version === 4);
    }
    writeFileSync(ownExport, '// edited\n');
    hub.answer = answering(federation, own);
    const refused = await fetchFiles();
    expect([refused.code, readFileSync(ownExport, 'utf8')]).toEqual([2, '// edited\n']);
  });

  test('leaves everything as it was where one file cannot be written', async () => {
    await fetchFiles();
    for (const name of ['federation', 'europol']) rmSync(join(out, name), { recursive: true });
    writeFileSync(join(out, 'schema.cedarschema'), '// mine\n', { flag: 'a' });
    symlinkSync(join(root, 'nowhere', 'folder'), join(out, 'europol'));
    const before = stateOf(out);
    const { code, stderr } = await fetchFiles('--force');
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be written')]);
    expect(stateOf(out)).toEqual(before);
    expect(readdirSync(out).toSorted()).toEqual(['.fetched.json', 'europol', 'schema.cedarschema']);
  });

  test('is refused into a folder with the own rules in itself, which other verbs would not read any more', async () => {
    const rules = rulesOf(join(root, 'flat'));
    const { code, stderr } = await liaison('fetch', '--out', rules);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`\`${join(rules, 'export.cedar')}\``)]);
    expect(existsSync(join(rules, 'europol'))).toBe(false);
  });

  test('names a hub that does not answer the question yet', async () => {
    const { directory } = gateway.identity;
    const held = directory.current();
    const serves = held.hub.serves.filter((type) => type !== 'policies');
    directory.current = () => ({ ...held, hub: { ...held.hub, serves } });
    const { code, stderr } = await fetchFiles();
    directory.current = () => held;
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('the hub does not answer questions of type `policies` yet'),
    ]);
  });

  test.each(['hub', 'demo'] as const)('says at the home of a %s where the files lie there', async (kind) => {
    const other = homeAt(join(root, kind));
    cpSync(home.root, other.root, { recursive: true });
    writeFileSync(other.contract, JSON.stringify(newDescription({ kind })));
    const env = { LIAISON_POLICIES: '/var/lib/liaison-policies' };
    const ran = await runLine(['policy', 'fetch', '--out', out], { home: other, env });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('`/var/lib/liaison-policies`') });
    expect(existsSync(out)).toBe(false);
  });
});
