import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { answers } from '../needs.js';
import { TEST_LABELS } from './test-project.js';

const IMAGE = 'liaison-bare:trixie';
const REPOSITORY = new URL('../../../', import.meta.url).pathname;
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** True where Docker runs and has the image. */
export const hasBareImage = answers('docker', ['image', 'inspect', IMAGE]);
export const enableBareImage = 'container tests: start Docker and run scripts/docker/bare-image.sh';

/** Runs a script in an empty folder of a bare Debian container that holds a clone of this repository in `clone`. */
export async function inBareContainer(script: string): Promise<string> {
  // The reaper's image would have to be pulled; the container is stopped below in any case.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const { GenericContainer } = await import('testcontainers');
  const trust = existsSync(CERTIFICATES)
    ? [{ source: CERTIFICATES, target: CERTIFICATES, mode: 'ro' as const }]
    : [];
  const container = await new GenericContainer(IMAGE)
    .withLabels(TEST_LABELS)
    .withNetworkMode('host')
    .withBindMounts([{ source: REPOSITORY, target: '/repository', mode: 'ro' }, ...trust])
    .withEnvironment({ NODE_EXTRA_CA_CERTS: CERTIFICATES, NPM_CONFIG_CAFILE: CERTIFICATES })
    .withCommand(['sleep', 'infinity'])
    .start();
  try {
    const clone =
      'git config --global safe.directory "*" && mkdir /empty && cd /empty && git clone -q /repository clone';
    const whole = `! command -v nats-server && ${clone} && cd clone && ${script}`;
    const { stdout, exitCode } = await container.exec(['sh', '-c', whole]);
    expect(exitCode, stdout.slice(-2_000)).toBe(0);
    return stdout;
  } finally {
    await container.stop({ timeout: 1_000 });
  }
}
