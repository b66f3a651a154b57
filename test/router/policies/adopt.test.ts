import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLedgerNames } from '../../../services/router/ledger/named-policies.js';
import { type Http, listen } from '../../../services/router/observe/http.js';
import { openPolicies, type RouterPolicies } from '../../../services/router/policies/open-policies.js';
import { createPolicyArchiveClient } from '../../../services/router/policies/policy-archive-http.js';
import { createJudgeInChild } from '../../../services/shared/policy/adopted/policy-judge.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';
import { hexOfDigest } from '../../../services/shared/trust/digest.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import type { ShownAdoption } from '../../../services/shared/wire/shown-adoption.js';
import { type Ran, runLine } from '../../cli/policy/run-line.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { until } from '../../support/until.js';

/** Each judgement takes seconds. */
vi.setConfig({ testTimeout: 420_000, hookTimeout: 420_000 });

const LOADER = pathToFileURL(join(projectRoot, 'dist/services/router/load-child.js'));
const IMPORT = 'interpol/import.cedar';
const CLOSED = rule(
  'interpol-closes',
  'forbid (principal, action, resource) when { resource.kind == Kind::"black" };',
);

/** A router with policies of its own, as its process wires them. */
interface Running {
  readonly router: TestRouter;
  readonly policies: RouterPolicies;
  readonly alarms: () => readonly string[];
  /** How many adoptions the router has reported since its start. */
  readonly reported: () => number;
  shown(): ShownAdoption;
  stop(): Promise<void>;
}

let hub: TestHub;
let running: Running;
let http: Http | undefined;

const folder = (): string => hub.policiesFolder;
const kept = (): string => hub.broker.home.router(1, 'policies.adopted');
const write = (path: string, text: string): void => writeFileSync(join(folder(), path), text);

function token(): string {
  return readSecret(hub.broker.home.hub('router', 'auditor.token'));
}

async function startRouter(): Promise<Running> {
  const { home } = hub.broker;
  const alarms = alarmsFor();
  const store = openRouterStore(home.router(1, 'router.db'));
  const ledger = createLedgerNames(store);
  const policies = openPolicies({
    folder: folder(),
    kept: kept(),
    judge: createJudgeInChild(LOADER, home.router(1, 'router.db')),
    archive: createPolicyArchiveClient(hub.auditor.url(), token()),
    named: ledger.named,
    store,
    directory: hub.directory,
    clock: hub.clock,
    alarms,
    log: createLogger('router', 'silent'),
    archivedAgainMs: 5_000,
  });
  let reported = 0;
  const adoptions: RouterPolicies['forRouter']['adoptions'] = () => {
    const taken = policies.forRouter.adoptions();
    reported += taken.length;
    return taken;
  };
  const router = await hub.start({ store, alarms, ...policies.forRouter, adoptions });
  ledger.follow(router.isCaughtUp);
  const names = { host: '127.0.0.1', hostNames: [], port: 0, alarms };
  http = await listen(names, () => ({
    readiness: () => ({ reasons: router.reasons(), ...policies.shown() }),
    members: () => ({}),
  }));
  const run = { pid: process.pid, nats: hub.broker.url, auditor: hub.auditor.url(), router: http.url };
  const others = { monitor: '', gateways: {}, metrics: {}, processes: {} };
  writeFileSync(home.run, JSON.stringify({ ...run, ...others }));
  return {
    router,
    policies,
    shown: () => policies.shown().adoption,
    reported: () => reported,
    alarms: () => alarms.list().map(({ alarm, code }) => `${alarm} ${code}`),
    stop: async () => {
      await http?.close();
      await router.stop();
      ledger.close();
      await policies.stop();
      await store.close();
    },
  };
}

async function restart(change: () => void): Promise<void> {
  await running.stop();
  change();
  running = await startRouter();
}

/** Runs `policy adopt` with these words; the output is parsed. */
async function adopt(...words: readonly string[]): Promise<Ran & { readonly said: Record<string, unknown> }> {
  const line = ['policy', 'adopt', '--policies', folder(), ...words, '--json'];
  const ran = await runLine(line, { home: hub.broker.home });
  return { ...ran, said: ran.stdout === '' ? {} : JSON.parse(ran.stdout) };
}

async function exchange(): Promise<void> {
  const europol = await hub.gateway('europol');
  const sent = await europol.frame([await europol.issue()]);
  await europol.send(sent);
  await until('the record', async () => (await hub.auditor.records()).some(({ frame }) => frame === sent.id));
}

const reasons = (): readonly string[] => running.router.reasons().map(({ code }) => code);
const isAdopted = (hex: string) => () => running.shown().adopted === hex;

beforeAll(async () => {
  hub = await startHub();
  writeFederation();
  // An export without any condition is an error of the check.
  for (const org of hub.broker.orgs)
    write(
      `${org}/export.cedar`,
      rule(`${org}-export`, 'permit (principal, action, resource) when { !resource.minor };'),
    );
  running = await startRouter();
  await hub.open(running.router);
});
afterAll(async () => {
  await running.stop();
  await hub[Symbol.asyncDispose]();
});

/** Writes the members of the broker's directory into the folder, which the check before adoption reads. */
function writeFederation(): void {
  const entries = Array.from(hub.directory().organisations.values(), (one) => {
    const { name, seat, groups, accreditedFor, agreements } = one;
    return [one.id, { name, seat, groups, accreditedFor, agreements }] as const;
  });
  write('federation/members.yaml', JSON.stringify({ members: Object.fromEntries(entries) }));
  write('federation/directory.yaml', JSON.stringify({ federation: 'demo', quotas: { perMinute: 600 } }));
}

describe('policies of a router', () => {
  test('the first policies of a new router raise no alarm; `adopted-first` says that those before are gone', async () => {
    await until('the first adoption', () => running.reported() === 1);
    const { adopted } = running.shown();
    expect(running.alarms()).toEqual([]);
    // No decision names the policies yet, so that only the router's projection remembers that there were some.
    await restart(() => rmSync(kept()));
    await until('the adoption', isAdopted(adopted ?? ''));
    await until('the alarm', () => running.alarms().includes('adopted-first null'));
    await restart(() => {});
    await until('the adopted policies', isAdopted(adopted ?? ''));
    await until('the gate to open', () => reasons().length === 0);
    expect(running.alarms()).toEqual([]);
  });

  test('adopted policies are named by the next record and kept by the auditor, by their digest', async () => {
    const { adopted } = running.shown();
    await exchange();
    const archive = createPolicyArchiveClient(hub.auditor.url(), token());
    const digest = running.policies.forRouter.policy()?.bundle ?? '';
    expect(adopted).toBe(hexOfDigest(digest));
    const bundle = await until('the set at the auditor', () => archive.get(digest));
    expect(bundle.files.get(IMPORT)).toBe(readFileSync(join(folder(), IMPORT), 'utf8'));
  });

  test('policies that a router lost are taken from the auditor by their digest, whatever the folder holds', async () => {
    const { adopted } = running.shown();
    await restart(() => {
      rmSync(kept());
      write(IMPORT, 'permit (');
    });
    await until('the adopted set', isAdopted(adopted ?? ''));
    await until('the gate to open', () => reasons().length === 0);
    await exchange();
    await until('the refusal', () => running.shown().refused?.code === 'policy-invalid');
    expect(running.alarms()).toContain('policies-not-used policy-invalid');
    write(IMPORT, OPEN('interpol-import'));
    await until('the folder', () => running.shown().refused === null);
  });
});

describe('policy adopt', () => {
  test('`policy adopt` makes the routers adopt a folder that passes the policy gate; `--dry-run` only says that they would', async () => {
    const before = running.shown().adopted;
    write(IMPORT, `${OPEN('interpol-import')}${CLOSED}`);
    const dry = await adopt('--dry-run');
    expect([dry.code, dry.said]).toMatchObject([0, { adopt: true, adopted: before, findings: [] }]);
    const { code, said } = await adopt();
    expect([code, said]).toMatchObject([0, { adopt: true, adopted: dry.said['folder'], routersBehind: [] }]);
    expect(running.shown()).toMatchObject({ adopted: dry.said['folder'], refused: null });
  });

  test('`policy adopt` names each unapproved loosening and exits with 3, as `--dry-run` does; the previous bundle decides', async () => {
    const before = running.shown().adopted;
    write(IMPORT, OPEN('interpol-import'));
    for (const words of [['--dry-run'], []]) {
      const { code, said } = await adopt(...words);
      expect([code, said['adopt'], said['adopted']]).toEqual([3, false, before]);
      expect(JSON.stringify(said['findings'])).toMatch(/"interpol\/approvals\.yaml".*without approval of/);
    }
    expect(running.shown()).toMatchObject({ adopted: before, refused: { code: 'policy-refused' } });
    expect(running.shown().refused?.findings[0]?.place).toBe('interpol/approvals.yaml');
  });

  test('a baseline is refused while the policies are not missing', async () => {
    const { adopted } = running.shown();
    const { code, said } = await adopt('--baseline', adopted ?? '', '--reason', 'a test');
    expect([code, said['code']]).toEqual([1, 'forbidden']);
  });
});

describe('policies that no router has and the auditor lost', () => {
  test('a router without the named policies pulls nothing until an operator names a baseline, which is recorded and taken', async () => {
    await exchange();
    const lost = running.policies.forRouter.policy()?.bundle ?? '';
    await restart(() => {
      rmSync(kept());
      for (const path of ['policies', 'policies/new'])
        rmSync(join(hub.broker.home.auditorData, path, lost), { force: true });
    });
    await until('the router to stop', () => reasons().includes('policies-missing'));
    const unknown = await adopt('--baseline', 'ab'.repeat(32), '--reason', 'a test');
    expect([unknown.code, unknown.said['code']]).toEqual([1, 'policies-missing']);
    const dry = await adopt('--dry-run');
    expect([dry.code, dry.said]).toMatchObject([1, { adopt: false, code: 'policies-missing' }]);
    const digest = dry.said['folder'];
    const given = () => adopt('--baseline', String(digest), '--reason', 'the disk is lost');
    const { said } = await until('the baseline', async () => {
      const ran = await given();
      return ran.said['code'] === 'not-yet' ? undefined : ran;
    });
    expect(said['adopted']).toBe(digest);
    await until('the gate to open', () => reasons().length === 0);
    await exchange();
    await restart(() => rmSync(kept()));
    await until('the baseline after another loss', isAdopted(String(digest)));
  });
});
