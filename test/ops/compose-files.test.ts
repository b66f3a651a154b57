import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runProgram } from '../../services/cli/program.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { answers, describeWhere } from '../support/needs.js';

interface Service {
  readonly user: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly volumes: readonly string[];
}

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const pathOf = (part: string): string => `scripts/ops/compose-${part}.yml`;
const servicesOf = (part: string): Readonly<Record<string, Service>> =>
  (parse(read(pathOf(part))) as { readonly services: Readonly<Record<string, Service>> }).services;
const serviceOf = (part: string): Service => {
  const service = servicesOf(part)[part];
  if (service === undefined) throw new Error(`no service \`${part}\``);
  return service;
};
const PARTS = ['hub', 'site'];

/** Resolves when the command line accepts the words; rejects with its refusal. */
const parsed = (words: readonly string[]): Promise<void> =>
  runProgram({ words, version: '0', act: () => Promise.resolve(), write: () => undefined });

describe.each(PARTS)('the compose file of a %s', (part) => {
  test('starts it by the command of docs/deploy.md, and checks its health by a command', async () => {
    const { command, healthcheck } = serviceOf(part);
    expect(command).toEqual(['liaison', part, 'start']);
    const [kind, program, ...words] = healthcheck?.test ?? [];
    expect([kind, program]).toEqual(['CMD', 'liaison']);
    await parsed(words);
  });

  test('runs as the user of the image, and gives no service capabilities or a writable image', () => {
    for (const { user, read_only, cap_drop, security_opt } of Object.values(servicesOf(part)))
      expect({ user, read_only, cap_drop, security_opt }).toEqual({
        // Root without capabilities, and without a network, copies nats-server into a new volume, which root owns.
        user: expect.stringMatching(/^(?:10001:10001|0:0)$/),
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges'],
      });
    expect(serviceOf(part).user).toBe('10001:10001');
  });

  test('sets only settings that docs/settings.md describes', () => {
    const described = new Set(read('docs/settings.md').match(/(?<=^\| `)LIAISON_\w+/gm));
    const names = Object.keys(serviceOf(part).environment ?? {});
    expect(names).toContain('LIAISON_HOME');
    expect(names.filter((name) => !described.has(name))).toEqual([]);
  });

  test('keeps the home in a volume, on a folder that the image makes for its user', () => {
    const { environment, volumes } = serviceOf(part);
    const home = environment?.['LIAISON_HOME'] ?? '';
    expect(volumes).toContain(`home:${home}`);
    const made = read('scripts/docker/Dockerfile').match(/mkdir -p (\S+).*\n.*chown -R 10001:10001 .*/);
    expect(made?.[1]).toBe(home);
    expect(made?.[0]).toMatch(new RegExp(`chown .*${home}`));
  });
});

test('the hub runs the nats-server that another service copies into a volume', () => {
  const { hub, 'nats-server': copies } = servicesOf('hub');
  expect(hub?.environment?.['LIAISON_NATS_SERVER']).toBe('/server/nats-server');
  expect(hub?.volumes).toContain('server:/server:ro');
  expect(copies?.volumes).toEqual(['server:/server']);
});

describeWhere(answers('docker', ['compose', 'version']), 'compose files: install docker-compose')(
  'docker compose',
  () => {
    test.each(PARTS)('accepts the file of a %s', (part) => {
      const words = ['compose', '--file', pathOf(part), 'config', '--quiet'];
      expect(execFileSync('docker', words, { cwd: projectRoot, encoding: 'utf8', stdio: 'pipe' })).toBe('');
    });
  },
);
