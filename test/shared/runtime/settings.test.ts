import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorFrom, type LiaisonError } from '../../../services/shared/kernel/errors.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { readSettings, unknownSettings } from '../../../services/shared/runtime/settings.js';

const NEEDED = { LIAISON_HOME: '/home', LIAISON_NATS_URL: 'nats://127.0.0.1:4222', LIAISON_ORG: 'europol' };

function refusal(env: NodeJS.ProcessEnv): LiaisonError {
  try {
    readSettings('gateway', env);
  } catch (thrown) {
    return errorFrom(thrown);
  }
  throw new Error('nothing was refused');
}

const pathsOf = ({ details }: LiaisonError): readonly string[] => details.map(({ path }) => path);

describe('readSettings', () => {
  test('reports every invalid setting at once: what it holds, what is expected and which name was probably meant', () => {
    const error = refusal({
      LIAISON_HOME_FILE: '/nowhere/home',
      LIAISON_NATS_URI: 'nats://127.0.0.1:4222',
      LIAISON_ORG: 'Europol',
      LIAISON_RESEND_SECONDS: 'soon',
      LIAISON_LOG_LEVEL: 'loud',
      LIAISON_HOST: '',
    });
    expect(error.code).toBe('config-invalid');
    expect(Object.fromEntries(error.details.map(({ path, message }) => [path, message]))).toEqual({
      LIAISON_HOME_FILE: '`/nowhere/home` cannot be read',
      LIAISON_NATS_URL: 'missing, expected addresses of the broker, with commas between them',
      LIAISON_NATS_URI: 'is not a setting, did you mean `LIAISON_NATS_URL`',
      LIAISON_ORG: 'got `Europol`, expected an organisation id such as `europol`',
      LIAISON_RESEND_SECONDS: 'got `soon`, expected a whole number of seconds from 1 to 3600',
      LIAISON_LOG_LEVEL: 'got `loud`, expected one of info, debug, warn, error, silent',
      LIAISON_HOST: 'got ``, expected an address of this machine',
    });
    for (const { path, message } of error.details) expect(error.message).toContain(`\`${path}\`: ${message}`);
  });

  test('accepts a setting of another process or tool, and the port of a gateway in containers', () => {
    const compose = readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8');
    const there = [...compose.matchAll(/LIAISON_[A-Z_]+/g)].map(([name]) => [name, '1'] as const);
    expect(there.length).toBeGreaterThan(10);
    expect(unknownSettings(Object.fromEntries(there))).toEqual([]);
    const others = {
      LIAISON_ROUTER: 'x',
      LIAISON_KEPT_HOURS: 'x',
      LIAISON_NATS_SERVER: '',
      LIAISON_TEST_BROKER: 'container',
    };
    expect(readSettings('gateway', { ...NEEDED, ...others }).org).toBe('europol');
    expect(pathsOf(refusal({ ...NEEDED, LIAISON_METRIC_PORT: '1' }))).toEqual(['LIAISON_METRIC_PORT']);
  });

  test('reports an unknown variable without its value, and without a suggestion when no name is similar', () => {
    const { message, details } = refusal({ ...NEEDED, LIAISON_DATABASE_PASS: 'hunter2' });
    expect(details).toEqual([
      { path: 'LIAISON_DATABASE_PASS', message: 'is not a setting: docs/settings.md lists them' },
    ]);
    expect(message).not.toContain('hunter2');
  });

  test('shows neither a secret in the wrong variable nor the content of a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'liaison-settings-'));
    const file = join(folder, 'port');
    writeFileSync(file, 'canary\n');
    const { message } = refusal({
      ...NEEDED,
      LIAISON_PORT_FILE: file,
      LIAISON_METRICS_PORT: 'nats://canary:canary@host',
      LIAISON_OTLP_ENDPOINT: 'ftp://collector/?key=canary',
    });
    rmSync(folder, { recursive: true });
    expect(message).not.toContain('canary');
    expect(message).toContain(`\`${file}\` holds something else, expected a whole number`);
  });
});
