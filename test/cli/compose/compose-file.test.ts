import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { composeFile } from '../../../services/cli/compose/compose-file.js';
import { composeLayout } from '../../../services/cli/compose/layout.js';
import { volumesOf } from '../../../services/cli/compose/volumes.js';
import { orgsOf, readFederation } from '../../../services/cli/init/home-directory.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';

interface Service {
  readonly image: string;
  readonly user: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly cpus: string;
  readonly mem_limit: string;
  readonly ports?: readonly string[];
  readonly networks: readonly string[] | object;
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: object;
  readonly restart?: string;
  readonly profiles?: readonly string[];
}

const orgs = orgsOf(readFederation());
const text = composeFile(orgs);
/** The file is trusted, so its aliases need no bound. */
const YAML = { merge: true, maxAliasCount: -1 } as const;
const { services, networks } = parse(text, YAML) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: { readonly hub: { readonly internal: boolean } };
};
const every = Object.entries(services);

describe('docker-compose.yml', () => {
  test('is what `scripts/liaison compose` prints for the organisations of the federation', () => {
    expect(readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8')).toBe(text);
  });

  test('has a gateway for each organisation of any federation', () => {
    const { services: others } = parse(composeFile(['one', 'two-b'].map(parseOrgId)), YAML) as {
      readonly services: object;
    };
    const gateways = Object.keys(others).filter((name) => name.startsWith('gateway-'));
    expect(gateways).toEqual(['gateway-one', 'gateway-two-b']);
  });

  test.each(every)(
    '%s runs without root, capabilities or a writable image, and within limits',
    (_, service) => {
      const { user, read_only, cap_drop, security_opt, cpus, mem_limit } = service;
      expect({ user, read_only, cap_drop, security_opt }).toEqual({
        user: '10001:10001',
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges'],
      });
      expect(mem_limit).toMatch(/^\d+m$/);
      expect(cpus).toBeTruthy();
    },
  );

  test.each(every)(
    '%s has an image that a variable replaces, and publishes ports on the loopback interface only',
    (_, service) => {
      expect(service.image).toMatch(/^\$\{[A-Z_]+_IMAGE:-[^}]+\}$/);
      for (const port of service.ports ?? [])
        expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+$/);
    },
  );

  const lasting = every.filter(
    ([name, { profiles }]) => profiles === undefined && !['init', 'provision'].includes(name),
  );

  test('has a health check and a restart policy for each long-running service', () => {
    expect(lasting).toHaveLength(orgs.length + 3 + 2 + 2 + 1);
    for (const [, service] of lasting)
      expect(service).toMatchObject({ healthcheck: {}, restart: 'unless-stopped' });
  });

  test.each(orgs)('gives the container of %s only its own keys', (org) => {
    const { volumes = [], networks: on } = services[`gateway-${org}`] ?? ({} as Service);
    expect(volumes).toEqual(['home:/liaison:ro', `gateway-${org}:/liaison/orgs/${org}`]);
    expect(on).toEqual(['federation']);
  });

  test.each(['auditor', 'router-1', 'router-2'])('%s is on no network that a gateway is on', (name) => {
    expect(services[name]?.networks).toEqual(['hub']);
  });

  test('shares between long-running services only the common volume, which is read-only', () => {
    const mounted = lasting
      .flatMap(([, { volumes = [] }]) => volumes)
      .filter((mount) => mount !== 'home:/liaison:ro' && !/^\.\/.*:ro$/.test(mount));
    expect(new Set(mounted).size).toBe(mounted.length);
    expect(mounted.filter((mount) => mount.startsWith('home:'))).toEqual([]);
    expect(
      mounted.map((mount) => mount.split(':')[0]).filter((name) => name === 'root' || name === 'hub'),
    ).toEqual([]);
  });

  test('contains no secret: the environment has only names, addresses and folders', () => {
    const variables = every.flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect([...new Set(variables)].filter((name) => /TOKEN|SEED|SECRET|PASSWORD|KEY/.test(name))).toEqual([]);
  });

  test('isolates the hub’s network, and `composeLayout` names the services of the file', () => {
    expect(networks.hub.internal).toBe(true);
    const { run, nodes } = composeLayout(orgs);
    const hosts = [run.auditor, run.router, run.console ?? '', ...Object.values(run.gateways)].map(
      (url) => new URL(url).hostname,
    );
    for (const host of [...hosts, ...nodes.map(({ name }) => name)])
      expect(Object.keys(services)).toContain(host);
    expect(volumesOf(orgs).every(({ folder }) => folder.startsWith('/liaison'))).toBe(true);
  });
});
