import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { describeComposed, expectRoutes, readFindings, WAIT } from '../docker/composition.js';
import { expectLawful } from '../support/expect-lawful.js';
import type { Json } from '../support/federation.js';
import { until } from '../support/until.js';

/** What nats-server logs when it is cut off from its cluster. */
const STOPPED = 'no other server answers: stopped';
const page = readFileSync(join(projectRoot, 'docs/containers.md'), 'utf8');

/** The commands of docs/containers.md, in its order: those of its block, then those within its text. */
const block = (/^```sh\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '').trim().split('\n');
const [down = '', ...typed] = block.map((line) => line.replace(/ +#.*$/, '')).toReversed();
const inText = [...page.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`(docker compose [^`]+)`/g)].map(
  ([, line = '']) => line.replaceAll(/\s+/g, ' '),
);
/** Commands that need a registry of images or packages: the test only has their configuration read. */
const PULLS = / up -d --wait --build$|(?<=--profile ops) up -d$/;
/** Commands that do not end by themselves: the test interrupts each once it has shown this. */
const ENDLESS: Readonly<Record<string, RegExp>> = {
  'logs --no-log-prefix -f': /"event":"progress"/,
  'tail --event': /(denied|refused)/,
};

describeComposed('soak: docker compose', (at) => {
  let reconnectedAt: Date | undefined;

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
      const traffic = at().compose(...words, '-e', 'LIAISON_SETTLE_SECONDS=240', 'simulator');
      traffic.catch(() => undefined);
      await delay(8_000);
      for (const service of ['nats-1', 'router-1', 'gateway-europol']) {
        await at().docker('kill', at().container(service));
        await delay(4_000);
        await at().docker('start', at().container(service));
        await delay(4_000);
      }
      const networks = ['federation', 'hub'].map((name) => `${at().project}_${name}`);
      for (const network of networks)
        await at().docker('network', 'disconnect', network, at().container('nats-3'));
      await delay(10_000);
      await until('the server to stop', async () => (await at().logsOf('nats-3')).includes(STOPPED));
      // Before the first network is back: the server may start between both.
      reconnectedAt = new Date();
      const [federation = '', hub = ''] = networks;
      const named = ['network', 'connect', '--alias', 'nats-3'];
      await at().docker(...named, federation, at().container('nats-3'));
      await at().docker(...named, '--alias', 'nats-3-monitor', hub, at().container('nats-3'));
      expectLawful(JSON.parse((await traffic).split('\n').at(-1) ?? '') as Json);
    },
    WAIT,
  );

  test(
    'after these faults every server holds the same of every stream',
    async () => {
      // `doctor` exits with 1 while it finds something, and is asked again.
      const copies = async () =>
        readFindings(await at().cli('doctor --json --no-ping')).find(({ check }) => check === 'copies')?.says;
      await expect.poll(copies).toBe('the same on 3 servers');
    },
    WAIT,
  );

  test(
    'the server that was cut off stopped by itself, and started again once it was connected',
    async () => {
      // A server that continues alone raises its term, and takes every lead when it is back.
      expect(await at().logsOf('nats-3')).toContain(STOPPED);
      await expect
        .poll(() => at().logsOf('nats-3', '--since', reconnectedAt?.toISOString() ?? ''))
        .toContain('Starting nats-server');
    },
    WAIT,
  );

  test(
    'the three servers find each other by names that their certificates have, also after these faults',
    async () => {
      await expectRoutes(at());
    },
    WAIT,
  );

  test(
    'started again it makes nothing anew: the same keys, every stream, and the next version of the directory',
    async () => {
      const key = await at().inside(
        'gateway-europol',
        `process.stdout.write(require('node:fs').readFileSync('/liaison/orgs/europol/gateway.nk', 'utf8').slice(0, 12))`,
      );
      await at().compose('down', '--timeout', '20');
      await at().compose('up', '-d', '--wait', '--no-build');
      expect(await at().docker('logs', at().container('provision'))).toBe('nothing to create');
      expect(await at().docker('logs', at().container('init'))).toMatch(/directory version 3$/);
      expect(
        await at().inside(
          'gateway-europol',
          `process.stdout.write(require('node:fs').readFileSync('/liaison/orgs/europol/gateway.nk', 'utf8').slice(0, 12))`,
        ),
      ).toBe(key);
      const held = await until('the inbox', () =>
        at()
          .cli('inbox --org interpol --limit 1 --json')
          .catch(() => undefined),
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
          const done = await at().type(line.replace(PULLS, ' config --quiet'), enough);
          return done.code === 0 || !/ (doctor|status)\b/.test(line) ? done : undefined;
        });
        if (enough === undefined) expect(code, `${line}\n${shown}`).toBe(0);
        else expect(shown, line).toMatch(enough);
      }
      expect(await at().compose('ps', '-q')).toBe('');
    },
    WAIT,
  );
});
