import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { requireSettings } from '../../../services/cli/up/require-settings.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-handed-on-'));
const copy = join(folder, 'policies');
cpSync(shippedPolicies, copy, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

async function problemsOf(env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
  const error = await requireSettings(env).then(() => undefined, errorFrom);
  if (error !== undefined) expect(error.code).toBe('config-invalid');
  return Object.fromEntries((error?.details ?? []).map(({ path, message }) => [path, message]));
}

const elsewhere = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('requireSettings', () => {
  test('reports every invalid setting at once, including values that cannot work on this machine', async () => {
    const problems = await problemsOf({
      LIAISON_RESEND_SECONDS: 'soon',
      LIAISON_KEPT_HOUR: '1',
      LIAISON_SETTLE_SECONDS: '-1',
      LIAISON_POLICIES: join(folder, 'none'),
      LIAISON_TRACE_FILE: join(folder, 'none', 'spans'),
      LIAISON_HOST: '192.0.2.1',
      LIAISON_NATS_SERVER: '/nowhere/nats-server',
    });
    expect(problems).toMatchObject({
      LIAISON_RESEND_SECONDS: 'got `soon`, expected a whole number of seconds from 1 to 3600',
      LIAISON_KEPT_HOUR: 'is not a setting, did you mean `LIAISON_KEPT_HOURS`',
      LIAISON_SETTLE_SECONDS: 'got `-1`, expected a number of seconds from 0 to 3600',
      LIAISON_HOST: '`192.0.2.1` is not an address of this machine',
      LIAISON_NATS_SERVER: '`/nowhere/nats-server` cannot be run',
    });
    expect(problems['LIAISON_POLICIES']).toBe(
      `the router cannot use \`${join(folder, 'none')}\`: no \`schema.cedarschema\` in the folder of policies`,
    );
    expect(problems['LIAISON_TRACE_FILE']).toContain('cannot be written');
    expect(Object.keys(problems)).toHaveLength(7);
  });

  test.runIf(elsewhere !== undefined)(
    'refuses an address that is unreachable through 127.0.0.1, and accepts `0.0.0.0`',
    async () => {
      const hosts = { LIAISON_HOST: elsewhere, LIAISON_METRICS_HOST: '0.0.0.0' };
      expect(Object.keys(await problemsOf(hosts))).toEqual(['LIAISON_HOST']);
    },
  );

  test('refuses a folder with a rule that does not load, with its place', async () => {
    const file = join(copy, 'europol', 'export.cedar');
    const rules = readFileSync(file, 'utf8');
    writeFileSync(file, `${rules}\npermit (principal`);
    expect((await problemsOf({ LIAISON_POLICIES: copy }))['LIAISON_POLICIES']).toMatch(
      /the router cannot use `.*`: europol\/export\.cedar:\d+:\d+: /,
    );
    writeFileSync(file, rules);
  });

  test('accepts valid settings, and ignores those that `up` sets for each process itself', async () => {
    const env = {
      LIAISON_TRACE_FILE: join(folder, 'spans'),
      LIAISON_POLICIES: copy,
      LIAISON_NATS_URL: 'nats://elsewhere:4222',
      LIAISON_NATS_TLS: '/nowhere',
      LIAISON_ORG: 'Europol',
      LIAISON_EUROPOL_PORT: '8482',
    };
    expect(await problemsOf(env)).toEqual({});
  });
});
