import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPolicyArchiveClient } from '../../../services/router/policies/policy-archive-http.js';
import { createBundle } from '../../../services/shared/policy/adopted/bundle.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import type { ShownOverheld } from '../../../services/shared/wire/shown-overheld.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';

const EMPTY: ShownOverheld = { bundle: 'a', pairs: [], next: null };

describe('router: the question who holds too much', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  /** Puts the policies of the hub into the auditor's archive, as a router that adopts them does. */
  async function adopt(): Promise<string> {
    const names = [
      'federation/rules',
      ...hub.broker.orgs.flatMap((org) => [`${org}/export`, `${org}/import`]),
    ];
    const paths = ['schema.cedarschema', ...names.map((name) => `${name}.cedar`)];
    const texts = paths.map((path): [string, string] => [
      path,
      readFileSync(join(hub.policiesFolder, path), 'utf8'),
    ]);
    const bundle = createBundle(new Map(texts), digest);
    const token = readSecret(hub.broker.home.hub('router', 'auditor.token'));
    await createPolicyArchiveClient(hub.auditor.url(), token).put(bundle);
    return bundle.digest;
  }

  test('is answered from the auditor, and with `not-ready` while the auditor has no policies', async () => {
    const router = await hub.start();
    await hub.open(router);
    expect(await europol.ask({ type: 'overheld' })).toEqual({ type: 'error', code: 'not-ready' });
    const bundle = await adopt();
    expect(await europol.ask({ type: 'overheld' })).toEqual({
      type: 'overheld',
      bundle,
      pairs: [],
      next: null,
    });
    await router.stop();
  });

  test('is about the asker’s own notices, whatever originator it names', async () => {
    const asked: object[] = [];
    const router = await hub.start({
      readOverheld: async (page) => {
        asked.push(page);
        return EMPTY;
      },
    });
    await hub.open(router);
    const after = 'europol/01900000-0000-7000-8000-000000000009/interpol';
    await europol.ask({ type: 'overheld', originator: 'interpol', viewer: 'interpol', after });
    expect(asked).toEqual([{ originator: 'europol', after, limit: 180 }]);
    for (const wrong of [after.replace('europol', 'interpol'), `${after}/x`, 'europol', '', 7])
      expect((await europol.ask({ type: 'overheld', after: wrong }))['code'], String(wrong)).toMatch(
        /-invalid$/,
      );
    expect(asked).toHaveLength(1);
  });
});
