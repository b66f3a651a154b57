import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, startFederation, type TestFederation } from '../../support/federation.js';
import { until } from '../../support/until.js';

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation({ separate: true });
});
afterAll(() => federation.close());

async function doctor(): Promise<ReadonlyMap<unknown, Json>> {
  const { records } = await federation.cli('doctor', '--no-ping', '--json');
  return new Map(records.map((record) => [record['check'], record]));
}

describe('a running gateway that does not answer', () => {
  let pid: number;
  beforeAll(async () => {
    pid = await federation.freeze('gateway-ecopol');
  });

  test('is shown by `status` with its process id and log', async () => {
    const { code, stdout } = await federation.cli('status');
    const words = stdout.replaceAll(/\s+/g, ' ');
    expect(words).toContain(`pid ${pid} does not answer; log:`);
    expect(stdout.replaceAll(/\s+/g, '')).toContain(federation.home.log('gateway-ecopol'));
    expect(code).toBe(1);
  });

  test('is named with its organisation, and where to look, by verbs that call it', async () => {
    for (const words of [
      ['inbox', '--org', 'ecopol'],
      ['notice', 'show', '01a21070-bbba-74cf-9b6c-e735c36b95a5', '--org', 'ecopol'],
    ]) {
      const { code, stderr } = await federation.cli(...words);
      expect(stderr).toMatch(
        /the gateway of `ecopol` \(`http.*`\) did not answer in time: see `.*liaison doctor/,
      );
      expect(code).toBe(4);
    }
  });

  test('is `bad` for `doctor`, whose command kills only that process', async () => {
    // Another process is named too while it takes more than 5 s to answer.
    const { mend } = await until('ecopol alone to be named', async () => {
      const found = await doctor();
      const [processes, gateways] = [found.get('processes'), found.get('gateways')];
      const isAlone =
        processes?.['says'] === `running, but not answering: gateway-ecopol (pid ${pid})` &&
        gateways?.['says'] === `gateway-ecopol: pid ${pid} does not answer`;
      return isAlone && [processes, gateways].every((one) => one['state'] === 'bad') && gateways;
    });
    expect(mend).toBe(`kill -9 ${pid}   # gateway-ecopol: \`up\` restarts it`);
    execFileSync('sh', ['-c', String(mend)]);
    await federation.pidOf('gateway-ecopol', pid);
    await until(
      'the gateway to be well again',
      async () => (await doctor()).get('gateways')?.['state'] === 'ok',
    );
    await expect
      .poll(async () => (await doctor()).get('processes'))
      .toMatchObject({ state: 'ok', says: expect.stringMatching(/^\d+ alive$/) });
  }, 500_000);
});

describe('a router that does not answer', () => {
  beforeAll(() => federation.freeze('router'));
  afterAll(() => federation.kill('router', 'SIGCONT'));

  test('leaves the number of policies in force unknown, not zero', async () => {
    const { stdout } = await federation.cli('status');
    expect(stdout).toMatch(/^policies {3}\? sets in force, adopted \?$/m);
    const { records } = await federation.cli('status', '--json');
    expect(records[0]?.['policies']).toEqual({ faulty: null, digests: null, adoption: null });
  });
});
