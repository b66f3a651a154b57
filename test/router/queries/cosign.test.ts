import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fail } from '../../../services/shared/kernel/errors.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const LINE = '— demo/europol AAAAAAAAAAAA\n';

describe('router: the cosignature of a witness', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  test('is passed on to the auditor while the gate is closed, and refused beyond its limits', async () => {
    const sent: object[] = [];
    const router = await hub.start({
      policy: () => undefined,
      sendCosignature: async (cosignature) => {
        sent.push(cosignature);
        if (cosignature.size === 4) throw fail('signature-invalid', 'another root');
      },
    });
    await until('the gate to be closed', () =>
      router.reasons().some(({ code }) => code === 'policy-missing'),
    );
    expect(await europol.ask({ type: 'cosign', size: 3, line: LINE })).toEqual({ type: 'cosign' });
    expect((await europol.ask({ type: 'cosign', size: 4, line: LINE }))['code']).toBe('signature-invalid');
    const passed = [3, 4].map((size) => ({ size, line: LINE }));
    expect(sent).toEqual(passed);
    for (const [size, line] of [
      [-1, LINE],
      ['3', LINE],
      [3, 'x'.repeat(1_025)],
      [3, undefined],
    ])
      expect((await europol.ask({ type: 'cosign', size, line }))['code']).toBe('schema-invalid');
    expect(sent).toEqual(passed);
    await router.stop();
  });

  test('reaches the auditor, which says why it refuses it; gets `not-ready` while the auditor is silent', async () => {
    const router = await hub.start();
    await hub.open(router);
    expect((await europol.ask({ type: 'cosign', size: 9, line: LINE }))['code']).toBe('not-found');
    await hub.auditor.stop();
    expect((await europol.ask({ type: 'cosign', size: 10, line: LINE }))['code']).toBe('not-ready');
    await router.stop();
  });
});
