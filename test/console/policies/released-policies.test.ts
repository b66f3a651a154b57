import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type {
  ShownPolicies,
  ShownPolicyFile,
  ShownWhoSees,
} from '../../../services/console/policies/shown-policies.js';
import { createPolicyArchiveClient } from '../../../services/router/policies/policy-archive-http.js';
import { readFacts } from '../../../services/shared/policy/facts.js';
import {
  createBundle,
  type PolicyBundle,
  readBundleWithFacts,
} from '../../../services/shared/policy/adopted/bundle.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { systemClock } from '../../../services/shared/kernel/clock.js';
import { digest, hexOfDigest } from '../../../services/shared/trust/digest.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { createArchiveAuditor, type PlayedAuditor } from '../../support/played-auditor.js';
import { type PlayedRouter, playRouter } from '../played-router.js';
import { type RunningConsole, startConsole } from '../start-console.js';

/** Answers take long on a busy machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const POLICIES = join(projectRoot, 'policies');
const EXPORT = 'europol/export.cedar';
const AT = '2026-06-01T12:00:00.000Z';
/** The condition of the first rule in the file: an agreement. */
const LOOSENED = 'when { principal.agreements.contains(OrgId::"europol") }';

const members = [...readFacts(POLICIES).organisations.keys()];
const first = readBundleWithFacts(POLICIES, members, digest);
const exportIn = ({ files }: PolicyBundle): string => files.get(EXPORT) ?? '';
const next = createBundle(new Map(first.files).set(EXPORT, `${exportIn(first)}// released again\n`), digest);

let broker: Broker;
let auditor: PlayedAuditor;
let router: PlayedRouter;
let site: RunningConsole;
/** What a hub has in its folder whose members release their rules. */
const folder = mkdtempSync(join(tmpdir(), 'liaison-federation-'));

beforeAll(async () => {
  for (const path of ['schema.cedarschema', 'federation'])
    cpSync(join(POLICIES, path), join(folder, path), { recursive: true });
  broker = await startBroker({ orgs: ['europol', 'afripol', 'interpol'] });
  const directory = await readDirectory(broker.home);
  auditor = await createArchiveAuditor({ broker, clock: systemClock, directory: () => directory });
  await auditor.start();
  const token = readSecret(broker.home.hub('router', 'auditor.token'));
  for (const bundle of [first, next]) await createPolicyArchiveClient(auditor.url(), token).put(bundle);
  router = await playRouter();
  router.adopt({ adopted: hexOfDigest(first.digest), since: AT, refused: null });
  const inForce = { version: 3, digest: digest('europol'), adoptedAt: AT };
  const routed = { policies: {}, keyRequests: [] };
  router.know({ europol: { ...routed, release: inForce }, afripol: { ...routed, release: null } });
  const of = {
    statement: digest('s'),
    state: 'in-force',
    recordedAt: AT,
    judgedAt: AT,
    judgedBy: 'router-1',
  } as const;
  router.release({ bundle: first.digest, releases: [{ ...of, release: digest('federation'), version: 2 }] });
  const urls = { auditorUrl: auditor.url(), routerUrls: [router.url] };
  site = await startConsole({ broker, policies: folder, policySource: 'releases', ...urls });
  site.changeCallers((callers) => callers.map((caller) => ({ ...caller, scopes: ['viewer', 'author'] })));
});
afterAll(async () => {
  await site.close();
  router.close();
  await auditor.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

async function read<T>(path: string, who = 'federation'): Promise<T> {
  return JSON.parse((await site.get(path, who)).text) as T;
}
const releasesFor = async (who: string): Promise<ShownPolicies['releases']> =>
  (await read<ShownPolicies>('/v1/policies', who)).releases;
const text = async (): Promise<string> =>
  (await read<ShownPolicyFile>(`/v1/policies/file?path=${EXPORT}`)).text;

/** A busy machine may take a while to hear the router. */
const PATIENT = { timeout: 30_000 };

test('the workbench of a hub whose members release their rules opens the adopted rules', async () => {
  await expect.poll(text, PATIENT).toBe(exportIn(first));
});

test('the workbench shows what an edit changes of the adopted rules', async () => {
  const edit = { path: EXPORT, text: exportIn(first).replace(LOOSENED, 'when { true }') };
  const response = await fetch(`${site.url}/v1/policies/who-sees`, {
    method: 'POST',
    headers: { authorization: `Bearer ${site.tokens['federation']}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...edit, example: 'red', from: 'europol' }),
  });
  const { before, after } = (await response.json()) as ShownWhoSees;
  expect(response.status).toBe(200);
  expect(before.length).toBeGreaterThan(0);
  expect(after).not.toEqual(before);
});

test('an author of the federation sees the release of each member, an author of a member only its own', async () => {
  const federation = {
    org: 'federation',
    release: { version: 2, digest: digest('federation'), adoptedAt: AT },
  };
  const europol = { org: 'europol', release: { version: 3, digest: digest('europol'), adoptedAt: AT } };
  const all = [federation, europol, { org: 'afripol', release: null }];
  await expect.poll(() => releasesFor('federation'), PATIENT).toEqual(all);
  await expect.poll(() => releasesFor('europol'), PATIENT).toEqual([federation, europol]);
});

test('an author of a member does not see when the rules of all were adopted, which is when another released', async () => {
  const adoptionFor = async (who: string) => (await read<ShownPolicies>('/v1/policies', who)).adoption?.since;
  await expect.poll(() => adoptionFor('federation'), PATIENT).toBe(AT);
  expect(await adoptionFor('europol')).toBeUndefined();
});

test('the workbench follows what the routers adopt', async () => {
  await expect.poll(text, PATIENT).toBe(exportIn(first));
  router.adopt({ adopted: hexOfDigest(next.digest), since: AT, refused: null });
  await expect.poll(text, PATIENT).toBe(exportIn(next));
});

test('while no router says what is adopted, the workbench opens no rules, and names the reason', async () => {
  router.adopt({ adopted: null, since: null, refused: null });
  const answer = async (): Promise<string> => (await site.get(`/v1/policies/file?path=${EXPORT}`)).text;
  await expect.poll(answer, PATIENT).toContain('no router says which policies');
});
