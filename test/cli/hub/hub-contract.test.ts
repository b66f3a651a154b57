import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVED_QUESTIONS } from '../../../services/shared/wire/served-questions.js';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { contract } from '../../../services/cli/doctor/contract-check.js';
import { findRunning } from '../../../services/cli/home/run-file.js';
import { verb } from '../../../services/cli/hub/hub-contract.js';
import { readFederation, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { createOutput } from '../../../services/cli/terminal/output.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';

let home: Home;
beforeEach(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-raise-')));
  await initDemo(home);
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

/** Plays a federation whose auditor and router report these contracts; null for one that does not answer. */
async function running(auditor: number | null, router: number | null): Promise<void> {
  const urls = await Promise.all(
    [auditor, router].map(async (contract) => {
      if (contract === null) return 'http://127.0.0.1:1';
      const server = createServer((_, response) => response.end(`liaison_contract ${contract}\n`));
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  const nowhere = 'http://127.0.0.1:1';
  const metrics = { auditor: urls[0], router: urls[1] };
  const run = { nats: nowhere, monitor: nowhere, auditor: nowhere, router: nowhere, gateways: {}, metrics };
  writeFileSync(home.run, JSON.stringify({ ...run, pid: process.pid, processes: {} }));
}

/** Runs the verb; returns its exit code and what it prints with `--json`. */
async function run(...args: readonly string[]) {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0, isTTY: false } as never;
  const output = createOutput({ stdout: stream, stderr: stream, env: {}, json: true });
  const stopping = new AbortController().signal;
  const code = await verb.run({ args, options: {} as never, home, env: {}, output, stopping });
  return { code, said: JSON.parse(written.join('')) as Record<string, unknown> };
}

const members = (contract: number) =>
  signHomeDirectory(home, { facts: readFederation(), contract, now: new Date() });
const hub = async () => (await readDirectory(home)).hub;

describe('`hub contract`', () => {
  test('shows what each member and process of the hub speaks', async () => {
    await running(1, null);
    const { code, said } = await run();
    expect(code).toBe(0);
    expect(said).toMatchObject({
      contract: 1,
      processes: [
        { name: 'auditor', contract: 1 },
        { name: 'router', contract: null },
      ],
    });
    expect(said['members']).toContainEqual({ name: 'europol', contract: 1, inForce: true });
  });

  test('has nothing to raise while all speak only the contract of the hub, and signs no directory', async () => {
    await running(1, 1);
    const { code, said } = await run('raise');
    expect([code, said]).toEqual([0, { type: 'nothing', contract: 1, version: 1 }]);
    expect((await readDirectory(home)).version).toBe(1);
  });

  test('is raised by the next directory once every member and the hub speak a newer one, and never falls', async () => {
    await members(2);
    await running(2, 2);
    expect(await run('raise')).toMatchObject({
      code: 0,
      said: { type: 'raise', to: 2, contract: 2, version: 3 },
    });
    expect(await hub()).toMatchObject({ contract: 2, serves: [...SERVED_QUESTIONS] });
    await members(1);
    expect((await hub()).contract).toBe(2);
    expect(await run('raise')).toMatchObject({ code: 1, said: { type: 'lacking', to: 2, contract: 2 } });
  });

  test('is not raised while a process of the hub does not speak it or is silent, and names it', async () => {
    await members(2);
    await running(1, null);
    const { code, said } = await run('raise');
    expect(code).toBe(1);
    expect(said['lacking']).toEqual([
      { name: 'auditor', contract: 1 },
      { name: 'router', contract: null },
    ]);
    expect((await hub()).contract).toBe(1);
  });

  test('shows a suspended member as not in force', async () => {
    const ends = { org: parseOrgId('europol'), suspendedAt: new Date('2026-01-01T00:00:00Z') };
    await signHomeDirectory(home, { now: new Date(), ends });
    await running(1, 1);
    const { said } = await run();
    expect(said['members']).toContainEqual({ name: 'europol', contract: 1, inForce: false });
  });
});

describe('the `contract` check of `doctor`', () => {
  const look = async () => {
    const found = findRunning(home);
    return contract.look({ home, env: {}, run: found, now: new Date() });
  };

  test('passes while all speak the contract of the hub, and says when it can be raised', async () => {
    await running(1, null);
    expect(await look()).toMatchObject({
      state: 'ok',
      says: 'the hub writes contract 1, which all 8 members and processes speak',
    });
    await running(2, 1);
    expect((await look()).says).toContain('a newer one too: auditor (2)');
    await members(2);
    await running(2, 2);
    expect((await look()).says).toContain('hub contract raise');
  });

  test('names a process that does not speak the contract of the hub', async () => {
    await members(2);
    await running(2, 2);
    await run('raise');
    await running(2, 1);
    expect(await look()).toMatchObject({
      state: 'bad',
      says: 'contract 2 of the hub is not spoken by router (1)',
      mend: expect.stringContaining('hub contract'),
    });
  });
});
