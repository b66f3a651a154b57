import { writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createOutput } from '../../../services/cli/terminal/output.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { createScreen } from '../../../services/cli/up/screen.js';
import { type RunningConsole, startConsole } from '../../console/start-console.js';

let site: RunningConsole;
beforeAll(async () => {
  site = await startConsole();
  writeFileSync(site.broker.home.hub('console', 'operator.token'), site.tokens['federation'] ?? '');
});
afterAll(() => site.close());

/** Returns the output of `up` about the addresses of a federation whose console runs. */
async function shownBy({
  isTTY,
  json,
}: {
  readonly isTTY: boolean;
  readonly json: boolean;
}): Promise<string> {
  let shown = '';
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  stream.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const stdout = stream as unknown as NodeJS.WriteStream;
  const screen = createScreen(createOutput({ stdout, stderr: stdout, env: { NO_COLOR: '1' }, json }));
  const { broker, url } = site;
  const run = { pid: 1, nats: broker.url, monitor: '', auditor: '', router: '', console: url };
  const federation = { home: broker.home, orgs: broker.orgs, run: { ...run, gateways: {}, metrics: {} } };
  // The live view writes to the stdout of the process.
  const own = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  await screen.follow(federation as unknown as Federation);
  await screen.end();
  own.mockRestore();
  return shown;
}

test('up: the sign-in link is printed on a terminal, on one line of 80 columns, and signs in once', async () => {
  const shown = await shownBy({ isTTY: true, json: false });
  const line = shown.split('\n').find((one) => one.includes('#sign-in=')) ?? '';
  expect(line.trimEnd().length).toBeLessThanOrEqual(80);
  const code = /#sign-in=([A-Za-z0-9_-]{43})/.exec(line)?.[1];
  const begin = (): Promise<Response> =>
    fetch(`${site.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
  expect((await begin()).status).toBe(200);
  expect((await begin()).status).toBe(401);
});

test.each([
  { isTTY: false, json: false },
  { isTTY: false, json: true },
  { isTTY: true, json: true },
])('up: no sign-in link is printed with %j', async (how) => {
  const shown = await shownBy(how);
  expect(shown).toContain(site.url);
  expect(shown).not.toContain('sign-in=');
});
