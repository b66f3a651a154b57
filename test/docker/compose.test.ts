import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Status } from '../../services/cli/status/read-status.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { until } from '../support/until.js';
import { answers, describeWhere } from '../support/needs.js';
import { type Composition, prepareComposition } from './composition.js';

const ready =
  answers('docker', ['image', 'inspect', 'liaison-nats:forky']) && answers('docker', ['compose', 'version']);
const file = readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8');
const page = readFileSync(join(projectRoot, 'docs/containers.md'), 'utf8');
const PORTS = [...file.matchAll(/LIAISON_\w+_PORT/g)].map(([name]) => name);
const WAIT = 600_000;
/** What a server that was cut off says. */
const STOPPED = 'no other server answers: stopped';

interface Looked {
  readonly check: string;
  readonly state: 'ok' | 'bad' | 'skip';
  readonly says: string;
}

/** What docs/containers.md says to type, in its order: its block, then what stands in its text. */
const block = (/^```sh\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '').trim().split('\n');
const [down = '', ...typed] = block.map((line) => line.replace(/ +#.*$/, '')).toReversed();
const inText = [...page.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`(docker compose [^`]+)`/g)].map(
  ([, line = '']) => line.replaceAll(/\s+/g, ' '),
);
/** They need registries of images and packages: only what they would be told is looked at. */
const PULLS = / up -d --wait --build$|(?<=--profile ops) up -d$/;
/** What goes on until somebody has seen enough. */
const ENDLESS: Readonly<Record<string, RegExp>> = {
  'logs --no-log-prefix -f': /"event":"progress"/,
  'tail --event': /(denied|refused)/,
};

const read = (lines: string): readonly Looked[] =>
  lines.split('\n').map((line) => JSON.parse(line) as Looked);

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

describeWhere(
  ready,
  'the composed federation: install docker-compose and run scripts/docker/air-gapped.sh as root',
)('docker compose', () => {
  let it: Composition;
  let back: Date | undefined;
  const inspected = async (): Promise<readonly Inspected[]> => {
    const ids = (await it.compose('ps', '-a', '-q')).split('\n');
    return JSON.parse(await it.docker('inspect', ...ids)) as readonly Inspected[];
  };
  const cli = (line: string): Promise<string> => it.compose(...`run --rm -T cli ${line}`.split(' '));
  const logsOf = (service: string, ...words: readonly string[]): Promise<string> =>
    it.compose('logs', '--no-log-prefix', ...words, service);
  const inside = (service: string, script: string): Promise<string> =>
    it.compose('exec', '-T', service, 'node', '-e', script);

  beforeAll(async () => {
    it = await prepareComposition(PORTS);
    await it.compose('up', '-d', '--wait', '--no-build');
  }, WAIT);

  afterAll(async () => {
    await it.compose('--profile', '*', 'down', '-v', '--timeout', '5');
    const label = `label=com.docker.compose.project=${it.project}`;
    for (const what of [
      ['ps', '-a'],
      ['volume', 'ls'],
      ['network', 'ls'],
    ]) {
      expect(await it.docker(...what, '-q', '--filter', label)).toBe('');
    }
  }, WAIT);

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
    expect(JSON.parse(await inside('gateway-europol', look))).toEqual({
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
      const seen: unknown = JSON.parse(await inside('gateway-europol', look));
      expect(seen).toEqual({ own: true, members: 7, foreign: [], written: 'EROFS' });
    },
    WAIT,
  );

  test(
    'a notice settles, is replayed by `tail --since`, all is ready by `status`, and `doctor` has nothing to mend',
    async () => {
      const sent = await cli('notice submit proto/examples/red.json --org europol --wait 90s');
      expect(sent).toMatch(/from europol {2}settled/);
      const [, id = ''] = /([0-9a-f]{8}-[0-9a-f-]{27})/.exec(sent) ?? [];
      const told = await cli('tail --since 5m --until-end --json');
      expect(told.split('\n').filter((line) => line.includes(id))).not.toEqual([]);
      const unready = async () => {
        const { processes } = JSON.parse(await cli('status --json')) as Pick<Status, 'processes'>;
        return processes.filter(({ state }) => state !== 'ready');
      };
      await expect.poll(unready).toEqual([]);
      const looked = await until('doctor to have nothing to mend', async () => {
        // `doctor` exits with 1 while it finds something.
        const found = await cli('doctor --json').then(read, () => undefined);
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
    'a server, a router and a gateway killed and a server cut off, under load: nothing missing, nothing twice',
    async () => {
      const words = [
        '--profile',
        'demo',
        'run',
        '--rm',
        '-T',
        '-e',
        'LIAISON_FOR_SECONDS=45',
        '-e',
        'LIAISON_RATE=4',
      ];
      const traffic = it.compose(...words, '-e', 'LIAISON_SETTLE_SECONDS=240', 'simulator');
      traffic.catch(() => undefined);
      await delay(8_000);
      for (const service of ['nats-1', 'router-1', 'gateway-europol']) {
        await it.docker('kill', it.container(service));
        await delay(4_000);
        await it.docker('start', it.container(service));
        await delay(4_000);
      }
      const networks = ['federation', 'hub'].map((name) => `${it.project}_${name}`);
      for (const network of networks)
        await it.docker('network', 'disconnect', network, it.container('nats-3'));
      await delay(10_000);
      await until('the server to stop', async () => (await logsOf('nats-3')).includes(STOPPED));
      // Before the first network is back: the server may start between both.
      back = new Date();
      const [federation = '', hub = ''] = networks;
      const named = ['network', 'connect', '--alias', 'nats-3'];
      await it.docker(...named, federation, it.container('nats-3'));
      await it.docker(...named, '--alias', 'nats-3-monitor', hub, it.container('nats-3'));
      const summary: Record<string, number> = JSON.parse((await traffic).split('\n').at(-1) ?? '');
      const { missing, duplicates, unverified, withheldLeaks, ...counts } = summary;
      expect({ missing, duplicates, unverified, withheldLeaks }).toEqual({
        missing: 0,
        duplicates: 0,
        unverified: 0,
        withheldLeaks: 0,
      });
      for (const name of ['submitted', 'delivered', 'redacted', 'denied', 'refused'])
        expect(counts[name], name).toBeGreaterThan(0);
    },
    WAIT,
  );

  test(
    'after these faults every server holds the same of every stream',
    async () => {
      // `doctor` exits with 1 while it finds something, and is asked again.
      const copies = async () =>
        read(await cli('doctor --json --no-ping')).find(({ check }) => check === 'copies')?.says;
      await expect.poll(copies).toBe('the same on 3 servers');
    },
    WAIT,
  );

  test(
    'the server that was cut off stopped by itself, and started again once it was connected',
    async () => {
      // A server that continues alone raises its term, and takes every lead when it is back.
      expect(await logsOf('nats-3')).toContain(STOPPED);
      await expect
        .poll(() => logsOf('nats-3', '--since', back?.toISOString() ?? ''))
        .toContain('Starting nats-server');
    },
    WAIT,
  );

  test(
    'the three servers find each other by names that their certificates have, also after a fault',
    async () => {
      const told = await it.compose('logs', '--no-log-prefix', 'nats-1', 'nats-2', 'nats-3');
      expect(told).toContain('Route connection created');
      expect(told.match(/^.*certificate.*$/m)).toBeNull();
    },
    WAIT,
  );

  test(
    'started again it makes nothing anew: the same keys, every stream, and the next version of the directory',
    async () => {
      const key = await inside(
        'gateway-europol',
        `process.stdout.write(require('node:fs').readFileSync('/liaison/orgs/europol/gateway.nk', 'utf8').slice(0, 12))`,
      );
      await it.compose('down', '--timeout', '20');
      await it.compose('up', '-d', '--wait', '--no-build');
      expect(await it.docker('logs', it.container('provision'))).toBe('nothing to create');
      expect(await it.docker('logs', it.container('init'))).toMatch(/directory version 3$/);
      expect(
        await inside(
          'gateway-europol',
          `process.stdout.write(require('node:fs').readFileSync('/liaison/orgs/europol/gateway.nk', 'utf8').slice(0, 12))`,
        ),
      ).toBe(key);
      const held = await until('the inbox', () =>
        cli('inbox --org interpol --limit 1 --json').catch(() => undefined),
      );
      expect(JSON.parse(held)).toMatchObject({ verified: { originator: true, statement: true } });
    },
    WAIT,
  );

  test(
    'every line that docs/containers.md tells to type works, in its order, at a terminal',
    async () => {
      const all = [...typed.toReversed(), ...inText, down];
      expect(all.length).toBeGreaterThan(10);
      for (const line of all) {
        const [, enough] = Object.entries(ENDLESS).find(([words]) => line.includes(words)) ?? [];
        // `doctor` and `status` fail while a container takes more than 5 s to answer, and are typed again.
        const { shown, code } = await until(`\`${line}\` to succeed`, async () => {
          const done = await it.type(line.replace(PULLS, ' config --quiet'), enough);
          return done.code === 0 || !/ (doctor|status)\b/.test(line) ? done : undefined;
        });
        if (enough === undefined) expect(code, `${line}\n${shown}`).toBe(0);
        else expect(shown, line).toMatch(enough);
      }
      expect(await it.compose('ps', '-q')).toBe('');
    },
    WAIT,
  );
});
