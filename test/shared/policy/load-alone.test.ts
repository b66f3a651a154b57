import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLoadAlone } from '../../../services/shared/policy/load-alone.js';
import { errorFrom, type LiaisonError } from '../../../services/shared/kernel/errors.js';
import type { DirectoryFacts } from '../../../services/shared/policy/facts.js';
import { loadPolicies, type PolicySets } from '../../../services/shared/policy/policies.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { facts, folderWith, write } from './folder.js';

// Built, because Node forks no TypeScript.
const BUILT = pathToFileURL(join(projectRoot, 'dist/services/router/load-child.js'));

async function faultOf(load: Promise<PolicySets>): Promise<LiaisonError> {
  return load.then(() => Promise.reject(new Error('it loaded')), errorFrom);
}

function childOf(source: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'loader-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'child.mjs');
  writeFileSync(path, source);
  return pathToFileURL(path);
}

describe('policies loaded in another process', () => {
  test('are what this process would have loaded, whatever else the directory holds', async () => {
    const folder = folderWith();
    const organisations = new Map(
      [...facts.organisations].map(([id, each]) => [id, { ...each, keys: [() => 'cannot be sent'] }]),
    );
    const sets = await createLoadAlone(BUILT)(folder, { organisations } as DirectoryFacts);
    expect(sets).toEqual(loadPolicies(folder, facts, digest));
  });

  test('are refused with the same code and the same places', async () => {
    const folder = folderWith({ 'alfa/export.cedar': '\npermit (' });
    const broken = await faultOf(createLoadAlone(BUILT)(folder, facts));
    const here = await faultOf((async () => loadPolicies(folder, facts, digest))());
    expect(broken).toMatchObject({ code: 'policy-invalid', message: here.message, details: here.details });
    expect(broken.details[0]?.path).toMatch(/^alfa\/export\.cedar:2:/);
    write(folder, 'alfa/export.cedar', '');
    expect((await faultOf(createLoadAlone(BUILT)(folder, facts))).code).toBe('policy-missing');
  });

  test.each([
    ['dies at once', 'process.exit(3)', '3'],
    ['dies of what it was asked', "process.once('message', () => process.abort())", 'SIGABRT'],
    ['hangs', 'setInterval(() => {}, 1000)', 'SIGKILL'],
    ['cannot be started', 'this is no module', '1'],
  ])('are missing when the process %s', async (_, source, how) => {
    const fault = await faultOf(createLoadAlone(childOf(source), 3_000)(folderWith(), facts));
    expect(fault.code).toBe('policy-missing');
    expect(fault.message).toContain(how);
  });
});
