import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digest } from '../../../services/shared/trust/digest.js';
import { OPEN, rule, startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('router: a decision carries the digests of the policy sets and the ids of the deciding rules', () => {
  let hub: TestHub;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    await hub.open(await hub.start());
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
  });
  afterAll(() => hub.close());

  const digestOf = (file: string): string => digest(readFileSync(join(hub.policiesFolder, file), 'utf8'));
  /** Digests of the sets that decide what Europol sends, from the folder as it is now. */
  const sets = (): Readonly<Record<string, string>> => ({
    schema: digestOf('schema.cedarschema'),
    federation: digestOf('federation/rules.cedar'),
    'europol/export': digestOf('europol/export.cedar'),
    ...Object.fromEntries(
      ['interpol', 'afripol'].map((org) => [`${org}/import`, digestOf(`${org}/import.cedar`)]),
    ),
  });
  const reported = async () => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    return europol.reportOn(sent);
  };

  test('in the report, for every recipient and layer', async () => {
    const { policies, decisions } = await reported();
    expect(policies).toEqual(sets());
    expect(decisions.find(({ to }) => to === 'interpol')?.rules).toEqual([
      { layer: 'federation', id: 'federation-rules-open' },
      { layer: 'export', id: 'europol-export-open' },
      { layer: 'import', id: 'interpol-import-open' },
    ]);
  });

  test('and not in a delivery, whose parts of the report name no policy set', async () => {
    await until('the delivery', () => interpol.held.length > 0);
    const [record] = interpol.held[0]?.delivery.records ?? [];
    const [, payload = ''] = (record?.statement ?? '').split('.');
    const shown = [
      payload,
      ...(record?.own ?? []).map(({ part }) => Buffer.from(part).toString('base64url')),
    ];
    const words = shown.map((text) => Buffer.from(text, 'base64url').toString()).join();
    expect(words).toContain('"members"');
    for (const digest of Object.values(sets())) expect(words).not.toContain(digest);
  });

  test('after an edit, the digest of the edited set; for a deny, the rule that denied', async () => {
    const before = sets();
    const closing = rule('int-import-closed', 'forbid (principal, action, resource);');
    await hub.policy('interpol/import.cedar', OPEN('interpol-import') + closing);
    const { policies, decisions } = await reported();
    expect(policies).toEqual(sets());
    expect(policies['interpol/import']).not.toBe(before['interpol/import']);
    expect(policies['afripol/import']).toBe(before['afripol/import']);
    expect(decisions.find(({ to }) => to === 'interpol')).toMatchObject({
      outcome: 'denied',
      rules: [{ layer: 'import', id: 'int-import-closed' }],
    });
  });
});
