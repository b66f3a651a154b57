import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { createCanarySearch } from '../support/canary-search.js';
import { type Json, startFederation, type TestFederation } from '../support/federation.js';
import { logLines } from '../support/log-lines.js';
import { until } from '../support/until.js';
import { exampleDraft, localSystems } from '../support/notices.js';

let federation: TestFederation;
beforeAll(async () => {
  // `up` ignores certificates for another broker, as it starts its own.
  const env = { LIAISON_LOG_LEVEL: 'debug', LIAISON_NATS_TLS: '/nowhere' };
  federation = await startFederation({ env });
});
afterAll(() => federation?.close());

const canary = randomBytes(16).toString('hex');

function logFiles(): readonly string[] {
  const folder = dirname(federation.home.log('any'));
  return readdirSync(folder).map((name) => join(folder, name));
}

/** Returns every line of every log. */
const logs = (): readonly string[] => logFiles().flatMap((path) => readFileSync(path, 'utf8').split('\n'));

const lines = (): readonly Json[] => logFiles().flatMap(logLines);

/** Submits any text as a body, and returns the response. */
async function post(body: string): Promise<Response> {
  const token = readSecret(federation.home.org(parseOrgId('europol'), 'token'));
  return fetch(`${federation.run().gateways['europol']}/v1/notices`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });
}

describe('the logs of a federation at debug level', () => {
  test('contain the frame of a notice, and the id of a request, in every process', async () => {
    const draft = exampleDraft('yellow');
    const sections = Object.fromEntries(
      Object.entries(draft.sections).map(([name, value]) => [name, { ...Object(value), remarks: canary }]),
    );
    const [europol] = localSystems(federation).filter(({ org }) => org === 'europol');
    const accepted = await post(JSON.stringify({ ...draft, sections }));
    expect(accepted.status).toBe(202);
    const { id } = (await accepted.json()) as { readonly id: string };
    await europol?.settled(id);
    const request = accepted.headers.get('x-request-id');
    const sent = await until('the frame to be logged', () => lines().find(({ msg }) => msg === 'sent'));
    await expect
      .poll(() => lines().find((line) => line['request'] === request))
      .toMatchObject({ status: 202, route: '/v1/notices' });
    const told = (of: string) =>
      new Set(lines().flatMap((line) => (line['frame'] === sent['frame'] ? [line[of]] : [])));
    await expect.poll(() => told('msg')).toEqual(new Set(['sent', 'handled', 'taken']));
    expect(told('name')).toEqual(new Set(['gateway', 'router']));
  });

  test('contain nothing of a notice, accepted or refused', async () => {
    const draft = exampleDraft('yellow');
    const broken = [
      `{"header": "${canary}`,
      JSON.stringify({ ...draft, [canary]: canary }),
      JSON.stringify({ ...draft, sections: { ...draft.sections, [canary]: {} } }),
      JSON.stringify({ ...draft, header: { ...draft.header, kind: canary } }),
    ];
    for (const body of broken) {
      const { status } = await post(body);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
    const search = createCanarySearch([canary]);
    for (const line of logs()) search.look(line);
    expect([...search.found]).toEqual([]);
    expect(lines().filter(({ level }) => level === 20).length).toBeGreaterThan(5);
  });
});

const page = readFileSync(join(projectRoot, 'docs/operate/monitoring.md'), 'utf8');

/** Returns the name and help of each metric of a process. */
async function helps(url: string): Promise<readonly (readonly [string, string])[]> {
  const text = await (await fetch(url)).text();
  return [...text.matchAll(/^# HELP (liaison_\S+) (.*)$/gm)].map(([, name = '', help = '']) => [name, help]);
}

describe('docs/operate/monitoring.md', () => {
  test('lists exactly the metrics of the processes, with their help texts', async () => {
    const shown = (await Promise.all(Object.values(federation.run().metrics).map(helps))).flat();
    const listed = [...page.matchAll(/^\| `(liaison_[a-z_]+)(?:\{[a-z]+\})?` \| (.*) \|$/gm)];
    expect(Object.fromEntries(listed.map(([, name = '', help = '']) => [name, help]))).toEqual(
      Object.fromEntries(shown),
    );
  });
});

describe('the metrics of every process', () => {
  test('name no organisation and no notice', async () => {
    const texts = await Promise.all(
      Object.values(federation.run().metrics).map(async (url) => (await fetch(url)).text()),
    );
    expect(texts.length).toBe(federation.orgs.length + 4);
    for (const text of texts) {
      expect(text).not.toMatch(new RegExp(federation.orgs.join('|')));
      expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}/);
    }
  });
});

describe('status', () => {
  test('shows processes, queues and the hub on one screen, and exits with 0', async () => {
    // `status` shows a process as silent that takes more than 5 s to answer.
    const { code, status } = await until('every process to answer', async () => {
      const read = await federation.cli('status', '--json');
      const [found = {}] = read.records;
      return read.code === 0 && { code: read.code, status: found };
    });
    expect(status).toMatchObject({
      directory: { version: expect.any(Number), staleIn: expect.any(Number) },
      policies: {
        faulty: false,
        digests: { federation: expect.any(String), 'europol/export': expect.any(String) },
      },
    });
    const processes = status['processes'] as readonly Json[];
    expect(processes.map(({ state }) => state)).toEqual(processes.map(() => 'ready'));
    expect(processes).toHaveLength(federation.orgs.length + 5);
    const organisations = status['organisations'] as readonly Json[];
    expect(organisations.map(({ org }) => org)).toEqual(federation.orgs);
    for (const one of organisations) {
      expect(one).toMatchObject({
        outbox: 0,
        outboxOldest: 0,
        parkedFor: 0,
        lastContact: expect.any(Number),
      });
    }
    expect((status['ledger'] as Json)['records']).toBeGreaterThan(0);
    expect(code).toBe(0);
    const stdout = await until('a screen without `?`', async () => {
      const screen = (await federation.cli('status')).stdout;
      return screen.includes('?') ? undefined : screen;
    });
    for (const org of federation.orgs) expect(stdout).toContain(org);
  });

  test('shows a process that does not answer, and exits with 1', async () => {
    await federation.freeze('router');
    try {
      const { code, records } = await federation.cli('status', '--json');
      const processes = (records[0] ?? {})['processes'] as readonly Json[];
      expect(processes.find(({ process }) => process === 'router')).toMatchObject({ state: 'silent' });
      expect(code).toBe(1);
    } finally {
      federation.kill('router', 'SIGCONT');
    }
  });
});

describe('an alarm in force', () => {
  const tokens = () => federation.home.org(parseOrgId('europol'), 'tokens.json');
  // Other alarms can be in force: a router that was stopped for seconds raises `inbox-away` for a minute at most.
  const alarms = async (): Promise<readonly Json[]> => {
    const { records } = await federation.cli('status', '--json');
    const all = (records[0] ?? {})['alarms'] as readonly Json[];
    return all.filter((each) => each['alarm'] === 'tokens-unreadable');
  };
  const ask = async (): Promise<number> => (await post('{}')).status;

  test('is shown by `status` with its start, and by `doctor` with the command that fixes it, and ends', async () => {
    const whole = readFileSync(tokens(), 'utf8');
    expect(await alarms()).toEqual([]);
    try {
      writeFileSync(tokens(), whole.slice(0, 40));
      expect(await ask()).toBe(503);
      const alarm = await until('the alarm', async () => (await alarms())[0]);
      expect(alarm).toMatchObject({
        process: 'gateway-europol',
        alarm: 'tokens-unreadable',
        code: 'config-invalid',
        place: 'tokens.json',
        count: 1,
      });
      const screen = await federation.cli('status');
      expect(screen.stdout).toMatch(/tokens-unreadable +\d+ s +in force/);
      const { code, records } = await federation.cli('doctor', '--no-ping', '--json');
      const finding = records.find(({ says }) => String(says).startsWith('tokens-unreadable '));
      expect(finding).toMatchObject({
        check: 'alarm',
        state: 'bad',
        mend: expect.stringContaining('tokens.json'),
      });
      expect(finding?.['says']).toMatch(/^tokens-unreadable at gateway-europol, for \d+ s: /);
      expect(code).toBe(1);
    } finally {
      writeFileSync(tokens(), whole);
    }
    // The alarm ends without a request, too.
    await until('the alarm to end', async () => (await alarms()).length === 0);
    expect(await ask()).toBe(422);
  });
});

describe('doctor', () => {
  test('shows `?` for a value that no process reports', async () => {
    await federation.freeze('router');
    try {
      const { records } = await federation.cli('doctor', '--no-ping', '--json');
      const ledger = records.find(({ check }) => check === 'ledger');
      expect(ledger?.['says']).toMatch(/^\d+ records, \d+ behind, heartbeat \? s ago/);
    } finally {
      federation.kill('router', 'SIGCONT');
    }
  });

  test('finds a key whose permissions the broker does not limit', async () => {
    const path = federation.home.nats('nats.conf');
    const conf = readFileSync(path, 'utf8');
    const check = async (): Promise<Json | undefined> =>
      (await federation.cli('doctor', '--no-ping', '--json')).records.find(
        ({ check: name }) => name === 'permissions',
      );
    await expect.poll(check).toMatchObject({ state: 'ok' });
    try {
      writeFileSync(path, conf.replaceAll('deny: [">"]', 'allow: [">"]'));
      federation.kill('nats', 'SIGHUP');
      const found = await until(
        'the widened permissions',
        async () => {
          const now = await check();
          return now?.['state'] === 'bad' ? now : undefined;
        },
        200_000,
      );
      expect(found['says']).toContain('WATCH/tail');
      expect(found['mend']).toContain(path);
    } finally {
      writeFileSync(path, conf);
      federation.kill('nats', 'SIGHUP');
    }
  }, 500_000);
});
