import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOpenAlone } from '../../../services/shared/trust/suspect/open-alone.js';
import { noticeSteps } from '../../../services/router/frames/recipe.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import type { PublicJwk } from '../../../services/shared/trust/jwk.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('router: a frame that kills the process that opens it', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  test('is opened in a child process from the fifth delivery on, and quarantined unopened after it crashes two; the next frame is routed', async () => {
    const poison = await europol.frame([await europol.issue()]);
    const alone: string[] = [];
    let opened = 0;
    const router = await hub.start({
      steps: {
        ...noticeSteps,
        open: async (of, frame) => {
          if (frame.id !== poison.id) return noticeSteps.open(of, frame);
          opened += 1;
          throw new Error('dies');
        },
      },
      openAlone: async (one) => {
        if (one === undefined) return 'opened';
        alone.push(one.subject);
        return 'SIGSEGV';
      },
    });
    await hub.open(router);
    await europol.send(poison);
    await until('the quarantine', async () => (await quarantined(router.core)).length === 1);
    expect(await quarantined(router.core)).toEqual([{ org: 'europol', reason: 'poison-frame' }]);
    expect([opened, alone.length]).toEqual([4, 2]);
    const next = await europol.frame([await europol.issue()]);
    await europol.send(next);
    expect((await europol.reportOn(next)).notices).toHaveLength(1);
    expect(europol.reports.some(({ id }) => id === poison.id)).toBe(false);
    await router.stop();
  });

  test('is told apart from a frame that fails for another reason, which is opened alone once and then routed', async () => {
    const late = await europol.frame([await europol.issue()]);
    let [failures, alone] = [8, 0];
    const router = await hub.start({
      steps: {
        ...noticeSteps,
        deliver: async (of, recorded) => {
          failures -= 1;
          if (failures > 0) throw new Error('the disk is full');
          return noticeSteps.deliver(of, recorded);
        },
      },
      openAlone: async () => {
        alone += 1;
        return 'opened';
      },
    });
    await hub.open(router);
    await europol.send(late);
    expect((await europol.reportOn(late)).notices).toHaveLength(1);
    expect(alone).toBe(1);
    expect(await quarantined(router.core)).toHaveLength(1);
    await router.stop();
  });

  test('is told apart by the child, which ends normally for a valid or refused frame', async () => {
    const anchor = JSON.parse(readFileSync(hub.broker.home.anchor, 'utf8')) as PublicJwk;
    const made = { anchor, directory: hub.directory, now: hub.clock };
    const openAlone = createOpenAlone({ child: pathToFileURL(CHILD), ...made });
    const { id, submission } = await europol.frame([await europol.issue()]);
    const subject = `out.submission.${id}`;
    const bytes = frames.submissionFrame.encode({ submission });
    expect(await openAlone({ org: europol.org, subject, bytes })).toBe('opened');
    expect(await openAlone({ org: europol.org, subject, bytes: Buffer.from('unreadable') })).toBe('opened');
    expect(await openAlone()).toBe('opened');
  });

  test('is distinguished from a frame whose child is repeatedly killed from outside, which is delivered', async () => {
    const anchor = JSON.parse(readFileSync(hub.broker.home.anchor, 'utf8')) as PublicJwk;
    const pids = join(hub.broker.home.root, 'pids');
    const child = join(hub.broker.home.root, 'slow-child.mjs');
    writeFileSync(pids, '');
    // Waits until the test kills it; the process after the last of them runs the real child.
    writeFileSync(
      child,
      `import { appendFileSync, readFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(pids)}, process.pid + ' ');
       const started = readFileSync(${JSON.stringify(pids)}, 'utf8').split(' ').length - 1;
       if (started > ${KILLED_BY.length}) await import(${JSON.stringify(pathToFileURL(CHILD).href)});
       else setInterval(() => {}, 1_000);`,
    );
    const [waiting, quarantinedBefore] = [await europol.frame([await europol.issue()]), await entries(hub)];
    let failures = 4;
    const router = await hub.start({
      steps: {
        ...noticeSteps,
        open: async (of, frame) => {
          failures -= 1;
          if (failures >= 0) throw new Error('the router dies');
          return noticeSteps.open(of, frame);
        },
      },
      openAlone: createOpenAlone({
        child: pathToFileURL(child),
        anchor,
        directory: hub.directory,
        now: hub.clock,
      }),
    });
    await hub.open(router);
    await europol.send(waiting);
    for (const [at, signal] of KILLED_BY.entries()) {
      const started = (): readonly string[] => readFileSync(pids, 'utf8').split(' ').slice(0, -1);
      process.kill(Number(await until(`child process ${at + 1}`, () => started()[at])), signal);
    }
    expect((await europol.reportOn(waiting)).notices).toHaveLength(1);
    expect(await entries(hub)).toBe(quarantinedBefore);
    expect(hub.alarms.list().map(({ alarm }) => alarm)).toContain('frame-stuck');
    await router.stop();
  });
});

/** The number of entries in quarantine. */
const entries = async (hub: TestHub): Promise<number | undefined> => hub.broker.count('CORE', 'QUARANTINE');

/** The signals that end the children of a frame, one after the other. */
const KILLED_BY = ['SIGKILL', 'SIGTERM', 'SIGABRT', 'SIGKILL'] as const;

const CHILD = join(projectRoot, 'dist/services/router/frames/poison-child.js');
