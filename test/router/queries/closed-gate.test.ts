import { afterEach, describe, expect, test } from 'vitest';
import { noticeSteps, type RecipeSteps } from '../../../services/router/frames/recipe.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { OPEN, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { PREVIEW, someJti } from './questions.js';

const ORGS = ['europol', 'interpol'];

/** Steps that fail for every frame. */
const STUCK: RecipeSteps = {
  ...noticeSteps,
  open: async () => {
    throw fail('not-ready', 'nothing is opened in this test');
  },
};

let hub: TestHub;
let router: TestRouter;
let europol: PlayedGateway;
afterEach(() => hub.close());

async function begin(options: { readonly auditor?: boolean } = {}): Promise<void> {
  hub = await startHub({ orgs: ORGS, ...options });
  router = await hub.start();
  europol = await hub.gateway('europol');
  await europol.listen();
}

const codes = (): readonly string[] => router.reasons().map(({ code }) => code);
const status = () => europol.ask({ type: 'status', jtis: [someJti()] });
const isAnswered = async (): Promise<void> => expect((await status())['type']).toBe('status');
const previewCode = async () => (await europol.ask(PREVIEW))['code'];

describe('router: while the gate is closed, questions are answered, except about what policies would decide', () => {
  test('with a silent auditor, and with a stale directory', async () => {
    await begin();
    await hub.open(router);
    await hub.auditor.stop();
    hub.clock.move(61_000);
    expect(codes()).toEqual(['auditor-silent']);
    await isAnswered();
    expect(await previewCode()).toBe('not-ready');
    hub.clock.move(8 * 86_400_000);
    await until('the directory to be stale', () => codes().includes('directory-stale'));
    await isAnswered();
    expect(await previewCode()).toBe('not-ready');
    await hub.auditor.start();
    await hub.amend((source) => ({ ...source, nextUpdate: '2099-01-01T00:00:00Z' }));
    await hub.open(router);
    expect((await europol.ask(PREVIEW))['type']).toBe('preview');
  });

  test('without policies', async () => {
    await begin();
    await hub.open(router);
    await router.stop();
    router = await hub.start({ policy: () => undefined });
    await until('everything else', () => codes().join() === 'policy-missing');
    await isAnswered();
    expect(await previewCode()).toBe('not-ready');
  });

  test('a router that has not read the ledger yet says so, instead of calling a recorded frame unknown', async () => {
    await begin({ auditor: false });
    expect((await status())['code']).toBe('not-ready');
    expect((await europol.ask({ type: 'unsettled', frames: [] }))['code']).toBe('not-ready');
    await hub.auditor.start();
    await until('the ledger to be read', () => router.isCaughtUp());
    await isAnswered();
  });
});

describe('router: a question', () => {
  test('is answered while a frame of the same organisation is stuck', async () => {
    await begin();
    await hub.open(router);
    await router.stop();
    router = await hub.start({ steps: STUCK });
    await hub.open(router);
    await europol.send(await europol.frame([await europol.issue()]));
    await until('the alarm', () =>
      hub.events.some(({ event, what }) => event === 'alarm' && what === 'frame-stuck'),
    );
    await isAnswered();
    expect((await europol.ask(PREVIEW))['type']).toBe('preview');
    // A question is acknowledged after its answer was sent; the frame stays.
    await until('the frame alone', async () => (await hub.broker.count('europol', 'OUT')) === 1);
  });

  test('of a suspended organisation is answered, except for a preview', async () => {
    await begin();
    await hub.open(router);
    await hub.amend((source) => {
      const { organisations } = source;
      const one = organisations['europol'];
      if (one === undefined) throw new Error('no europol');
      return {
        ...source,
        organisations: { ...organisations, europol: { ...one, suspendedAt: '2020-01-01T00:00:00Z' } },
      };
    });
    await isAnswered();
    expect(await previewCode()).toBe('organisation-suspended');
  });

  test('is answered by the router that can, when another one cannot', async () => {
    hub = await startHub({ orgs: ORGS, routers: 2 });
    router = await hub.start();
    await hub.start({ number: 2, policy: () => undefined });
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
    await hub.policy('europol/export.cedar', OPEN('europol-export'));
    const asked = Array.from({ length: 16 }, (_, index) =>
      europol.ask({ ...PREVIEW, sections: index % 2 === 0 ? ['identity'] : ['biometrics'] }, at(index >> 1)),
    );
    const types = (await Promise.all(asked)).map(({ type }) => type);
    expect(types.filter((type) => type === 'preview').length).toBeGreaterThan(8);
  });
});

/** Equal questions of one second are one frame. */
const at = (index: number): Date => new Date(hub.clock().getTime() - index * 1_000);
