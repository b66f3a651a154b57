import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLoadInChild } from '../../../../services/shared/policy/load/load-in-child.js';
import { errorFrom, type LiaisonError } from '../../../../services/shared/kernel/errors.js';
import type { DirectoryFacts } from '../../../../services/shared/policy/facts.js';
import { loadPolicies, type PolicySets } from '../../../../services/shared/policy/policies.js';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { facts, folderWith, write } from '../folder.js';

// The built file, because Node cannot fork TypeScript.
const BUILT = pathToFileURL(join(projectRoot, 'dist/services/console/load-child.js'));
/** On a busy machine a core dump takes seconds. */
const LOAD_TIMEOUT_MS = 30_000;

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

describe('loading in a child process', () => {
  test('gives what this process would load, whatever else the directory holds', async () => {
    const folder = folderWith();
    const organisations = new Map(
      [...facts.organisations].map(([id, each]) => [id, { ...each, keys: [() => 'cannot be sent'] }]),
    );
    const sets = await createLoadInChild(BUILT)(folder, { organisations } as DirectoryFacts);
    expect(sets).toEqual(loadPolicies(folder, facts, digest));
  });

  test('is refused with the same code and places as in this process', async () => {
    const folder = folderWith({ 'alfa/export.cedar': '\npermit (' });
    const broken = await faultOf(createLoadInChild(BUILT)(folder, facts));
    const here = await faultOf((async () => loadPolicies(folder, facts, digest))());
    expect(broken).toMatchObject({ code: 'policy-invalid', message: here.message, details: here.details });
    expect(broken.details[0]?.path).toMatch(/^alfa\/export\.cedar:2:/);
    write(folder, 'alfa/export.cedar', '');
    expect((await faultOf(createLoadInChild(BUILT)(folder, facts))).code).toBe('policy-missing');
  });

  test('tells at most twenty of the faults of a folder, as a file can have any number of them', async () => {
    const folder = folderWith({ 'alfa/export.cedar': 'permit (principal, action, resource);\n'.repeat(300) });
    const { code, details } = await faultOf(createLoadInChild(BUILT)(folder, facts));
    expect([code, details.length]).toEqual(['policy-invalid', 20]);
  });

  test.each([
    { when: 'dies at once', source: 'process.exit(3)', how: '3' },
    {
      when: 'dies while it handles the request',
      source: "process.once('message', () => process.abort())",
      how: 'SIGABRT',
    },
    { when: 'hangs', source: 'setInterval(() => {}, 1000)', how: 'it took longer than 1 s', timeMs: 1_000 },
    { when: 'cannot be started', source: 'this is no module', how: '1' },
  ])('is policy-missing when the child $when', async ({ source, how, timeMs = LOAD_TIMEOUT_MS }) => {
    const fault = await faultOf(createLoadInChild(childOf(source), timeMs)(folderWith(), facts));
    expect(fault.code).toBe('policy-missing');
    expect(fault.message).toContain(how);
  });
});
