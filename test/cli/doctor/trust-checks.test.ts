import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { CheckFinding } from '../../../services/cli/doctor/check.js';
import { trustChecks } from '../../../services/cli/doctor/trust-checks.js';
import { readFederation } from '../../../services/cli/init/home-directory.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import type { RunFile } from '../../../services/cli/home/run-file.js';
import { loadPolicies } from '../../../services/shared/policy/policies.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { ShownAdoption } from '../../../services/shared/wire/shown-adoption.js';
import { copyOfPolicies } from '../policy/copy-of-policies.js';

const now = new Date();
const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
beforeAll(async () => {
  await initDemo(home, { facts: readFederation(), now });
  return () => rmSync(home.root, { recursive: true, force: true });
});

/** Starts a router with this state of policies; no other process runs. */
async function routerSaying(faulty: 0 | 1, policies: object, adoption?: ShownAdoption): Promise<RunFile> {
  const server = createServer((request, response) => {
    const isMetrics = request.url === '/metrics';
    response.end(
      isMetrics ? `liaison_router_policies_faulty ${faulty}\n` : JSON.stringify({ policies, adoption }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const router = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const nowhere = 'http://127.0.0.1:1';
  const others = { nats: 'nats://127.0.0.1:1', monitor: nowhere, auditor: nowhere, gateways: {} };
  return { ...others, router, metrics: { router: `${router}/metrics` }, processes: {} };
}

async function policies(run: RunFile | undefined, folder?: string): Promise<CheckFinding> {
  const env = folder === undefined ? {} : { LIAISON_POLICIES: folder };
  const check = trustChecks.find(({ name }) => name === 'policies');
  if (check === undefined) throw new Error('no such check');
  return check.look({ home, env, run, now });
}

test('doctor: the `policies` check fails while the router’s folder does not load, even if the local one does', async () => {
  expect(await policies(undefined)).toMatchObject({ state: 'ok' });
  const finding = await policies(await routerSaying(1, {}));
  expect(finding).toMatchObject({ state: 'bad', says: expect.stringContaining('router') });
  expect(finding.mend).toContain('logs --tail 20 router-1');
});

test('doctor: the `policies` check names the first finding of a folder that is not adopted', async () => {
  const finding = { place: 'europol/approvals.yaml', message: 'opens red' };
  const refused = { code: 'policy-refused', findings: [finding, finding, finding] };
  const adoption = { adopted: 'ab'.repeat(32), since: now.toISOString(), refused };
  const { state, says, mend } = await policies(await routerSaying(1, {}, adoption));
  expect(state).toBe('bad');
  expect(says).toContain('europol/approvals.yaml: opens red, and 2 more [policy-refused]');
  expect(mend).toContain('liaison policy adopt --dry-run');
});

test('doctor: the `policies` check reports a router that uses other policies than the local folder', async () => {
  const finding = await policies(await routerSaying(0, { federation: 'another' }));
  expect(finding.state).toBe('ok');
  expect(finding.says).toContain('the router uses other ones');
});

test('doctor: where members release their rules, the `policies` check is about the files of the federation alone', async () => {
  const { folder } = copyOfPolicies();
  for (const org of Object.keys(readFederation(folder).organisations))
    rmSync(join(folder, org), { recursive: true });
  const { digests } = loadPolicies(folder, { organisations: new Map() }, digest);
  const settings = { LIAISON_POLICY_SOURCE: 'releases' };
  const inForce = { ...digests, 'europol/export': 'released' };
  const same = await policies({ ...(await routerSaying(0, inForce)), settings }, folder);
  expect(same).toMatchObject({ state: 'ok', says: expect.not.stringContaining('other ones') });
  const other = await policies(
    { ...(await routerSaying(0, { ...inForce, federation: 'x' })), settings },
    folder,
  );
  expect(other.says).toContain('the router uses other ones');
});

test('doctor: the `policies` check suggests `policy check` for a folder that does not load', async () => {
  const { folder, change } = copyOfPolicies();
  change('europol/export.cedar', 'when {', 'whne {');
  const finding = await policies(undefined, folder);
  expect(finding.says).toContain('[policy-invalid]');
  expect(finding.mend).toContain(`policy check --policies ${folder}`);
});
