import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { answers, describeWhere } from '../support/needs.js';

const IMAGE = 'liaison-bare:trixie';
const REPOSITORY = new URL('../../', import.meta.url).pathname;
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const ready = answers('docker', ['image', 'inspect', IMAGE]);

/** Runs a script in an empty folder of a bare Debian container that holds a clone of this repository in `clone`. */
async function inBareContainer(script: string): Promise<string> {
  // The reaper's image would have to be pulled; the container is stopped below in any case.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const { GenericContainer } = await import('testcontainers');
  const trust = existsSync(CERTIFICATES)
    ? [{ source: CERTIFICATES, target: CERTIFICATES, mode: 'ro' as const }]
    : [];
  const container = await new GenericContainer(IMAGE)
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

const lastLine = (output: string): string => output.trimEnd().split('\n').at(-1) ?? '';

describeWhere(ready, `container tests: start Docker and run scripts/docker/bare-image.sh`)(
  'in a bare Debian container with only nodejs, npm, git and no nats-server',
  () => {
    test('`npm start -s -- --for 20s --json`: the last line is the summary; exit 0; nothing is left running', async () => {
      const left = 'readlink /proc/[0-9]*/exe | grep -cE "/(node|nats-server)$"';
      const output = await inBareContainer(
        `npm start -s -- --for 20s --json; echo "exit $?"; ${left} || true`,
      );
      const lines = output.trimEnd().split('\n');
      expect(lines.slice(-2)).toEqual(['exit 0', '0']);
      const summary: Record<string, number> = JSON.parse(lines.at(-3) ?? '');
      const { missing, duplicates, unverified, withheldLeaks, ...counts } = summary;
      expect({ missing, duplicates, unverified, withheldLeaks }).toEqual({
        missing: 0,
        duplicates: 0,
        unverified: 0,
        withheldLeaks: 0,
      });
      for (const name of ['submitted', 'delivered', 'redacted', 'denied', 'refused']) {
        expect(counts[name], name).toBeGreaterThan(0);
      }
    }, 300_000);

    // As long as the whole of `npm test` again: by the flag of the long forms.
    test.runIf(process.env['LIAISON_LONG'] === '1')(
      '`npm test` in another clone: green',
      async () => {
        const output = await inBareContainer('npm test --silent 2>/dev/null || true');
        expect(lastLine(output)).toMatch(/^\d+ passed, 0 failed/);
      },
      1_800_000,
    );
  },
);
