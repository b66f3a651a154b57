import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Status } from '../../services/cli/status/read-status.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { until } from '../support/until.js';
import { describeComposed, expectRoutes, readFindings, WAIT } from './composition.js';

interface Inspected {
  readonly Name: string;
  readonly Config: { readonly User: string };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[];
    readonly SecurityOpt: readonly string[];
    readonly Memory: number;
    readonly NanoCpus: number;
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string }[] | null>>;
  };
}

describeComposed('docker compose', (at) => {
  const inspected = async (): Promise<readonly Inspected[]> => {
    const ids = (await at().compose('ps', '-a', '-q')).split('\n');
    return JSON.parse(await at().docker('inspect', ...ids)) as readonly Inspected[];
  };

  test(
    '`up -d --wait`: every service is healthy, and none has more rights than it needs',
    async () => {
      // A service whose health check came late is unhealthy until the next one.
      const isHealthy = ({ State }: Inspected): boolean =>
        State.Health === undefined || State.Health.Status === 'healthy';
      const all = await until('every service to be healthy', async () => {
        const found = await inspected();
        return found.every(isHealthy) && found;
      });
      const [once, lasting] = [
        all.filter(({ State }) => State.Health === undefined),
        all.filter(({ State }) => State.Health),
      ];
      expect(once.map(({ State: { Status, ExitCode } }) => `${Status} ${ExitCode}`)).toEqual([
        'exited 0',
        'exited 0',
      ]);
      expect(lasting).toHaveLength(7 + 3 + 2 + 2 + 1);
      for (const { Config, HostConfig, NetworkSettings } of all) {
        const { ReadonlyRootfs, CapDrop, SecurityOpt, Memory, NanoCpus } = HostConfig;
        expect({ user: Config.User, ReadonlyRootfs, CapDrop }).toEqual({
          user: '10001:10001',
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
        });
        expect(SecurityOpt).toContain('no-new-privileges');
        expect(Math.min(Memory, NanoCpus)).toBeGreaterThan(0);
        const hosts = Object.values(NetworkSettings.Ports)
          .flatMap((bound) => bound ?? [])
          .map(({ HostIp }) => HostIp);
        expect(hosts.filter((host) => host !== '127.0.0.1')).toEqual([]);
      }
    },
    WAIT,
  );

  test('the image holds no bench and no package that only development needs', async () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(projectRoot, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>;
    const look = `const fs = require('node:fs');
      const there = (paths) => paths.filter((path) => fs.existsSync('/app/' + path));
      console.log(JSON.stringify({ tests: there(['test', 'dist/test', 'dist/services/cli/bench']),
        needed: there(${JSON.stringify(Object.keys(dependencies).map((name) => `node_modules/${name}`))}),
        development: there(${JSON.stringify(Object.keys(devDependencies).map((name) => `node_modules/${name}`))}) }));`;
    expect(JSON.parse(await at().inside('gateway-europol', look))).toEqual({
      tests: [],
      needed: Object.keys(dependencies).map((name) => `node_modules/${name}`),
      development: [],
    });
  });

  test(
    'an organisation’s container holds its own keys, none of anybody else’s, and cannot write what is for all',
    async () => {
      const look = `const fs = require('node:fs');
        const files = (path) => fs.readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile()).map((entry) => entry.name);
        let written = 'yes';
        try { fs.writeFileSync('/liaison/directory.frame', ''); } catch (error) { written = error.code; }
        const others = fs.readdirSync('/liaison/orgs').filter((org) => org !== 'europol');
        console.log(JSON.stringify({ own: files('/liaison/orgs/europol').includes('notice.jwk'), members: others.length + 1,
          foreign: ['root', 'hub', 'nats', 'auditor', ...others.map((org) => 'orgs/' + org)]
            .flatMap((folder) => files('/liaison/' + folder)), written }));`;
      const seen: unknown = JSON.parse(await at().inside('gateway-europol', look));
      expect(seen).toEqual({ own: true, members: 7, foreign: [], written: 'EROFS' });
    },
    WAIT,
  );

  test(
    'a notice settles, is replayed by `tail --since`, all is ready by `status`, and `doctor` has nothing to mend',
    async () => {
      const sent = await at().cli('notice submit proto/examples/red.json --org europol --wait 90s');
      expect(sent).toMatch(/from europol {2}settled/);
      const [, id = ''] = /([0-9a-f]{8}-[0-9a-f-]{27})/.exec(sent) ?? [];
      const told = await at().cli('tail --since 5m --until-end --json');
      expect(told.split('\n').filter((line) => line.includes(id))).not.toEqual([]);
      const unready = async () => {
        const { processes } = JSON.parse(await at().cli('status --json')) as Pick<Status, 'processes'>;
        return processes.filter(({ state }) => state !== 'ready');
      };
      await expect.poll(unready).toEqual([]);
      const looked = await until('doctor to have nothing to mend', async () => {
        // `doctor` exits with 1 while it finds something.
        const found = await at()
          .cli('doctor --json')
          .then(readFindings, () => undefined);
        return found?.every(({ state }) => state !== 'bad') === true && found;
      });
      expect(looked.filter(({ state }) => state === 'ok').map(({ check }) => check)).toEqual(
        expect.arrayContaining([
          'home',
          'directory',
          'keys',
          'policies',
          'broker',
          'permissions',
          'copies',
          'numbers',
        ]),
      );
    },
    WAIT,
  );

  test(
    'the three servers find each other by names that their certificates have',
    async () => {
      await expectRoutes(at());
    },
    WAIT,
  );
});
