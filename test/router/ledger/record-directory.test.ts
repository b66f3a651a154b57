import { describe, expect, test } from 'vitest';
import { digest } from '../../../services/shared/trust/digest.js';
import { formatWitnessPolicy } from '../../../services/shared/tlog/format-witness-policy.js';
import { witnessPolicyFrom } from '../../../services/shared/tlog/member-witnesses.js';
import { cosignPublished } from '../../support/log/cosign-published.js';
import { startHub } from '../../support/hub.js';
import { until } from '../../support/until.js';

describe('router: a version of the directory', () => {
  test('is put on the ledger once by two routers, with its digest and the witness policy that counts from it', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'], routers: 2 });
    const routers = [await hub.start(), await hub.start({ number: 2 })];
    for (const router of routers) await hub.open(router);
    const first = hub.directory();
    const recorded = (count: number) =>
      until(`${count} records`, async () => {
        const found = await hub.auditor.directoryRecords();
        return found.length >= count ? found : undefined;
      });
    // A version is recorded in the round after the gate opens, and one that is replaced before that never.
    await recorded(1);
    await hub.amend((source) => ({ ...source, version: 2, previous: first.digest }));
    const second = hub.directory();
    const records = await recorded(2);
    await until('both routers', () => routers.every(({ store }) => store.ledger.lastSeq('hub') === 2));
    expect(await hub.auditor.directoryRecords()).toHaveLength(2);
    const policy = digest(formatWitnessPolicy(witnessPolicyFrom(first)));
    expect(records.map(({ part }) => part)).toEqual([
      { type: 'directory', version: 1, digest: first.digest, policy },
      { type: 'directory', version: 2, digest: second.digest, policy: expect.any(String) },
    ]);
  });

  test('is answered with its record and the place of that on the log, and another version without', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'] });
    const router = await hub.start();
    await hub.open(router);
    const europol = await hub.gateway('europol');
    await europol.listen();
    const { digest: directory } = hub.directory();
    const answer = await until('the place', async () => {
      // The first checkpoint, of the empty tree, and one that has the record.
      await cosignPublished(hub.broker, hub.auditor.url(), ['europol', 'interpol']);
      const found = await europol.ask({ type: 'directory', directory });
      return Array.isArray(found['proofs']) && found['proofs'][0] !== null ? found : undefined;
    });
    expect(answer).toMatchObject({ record: expect.any(String), proofs: [{ index: 0, path: [] }] });
    const other = await europol.ask({ type: 'directory', directory: digest('another one') });
    expect(other).toEqual({ type: 'directory', record: null });
    expect(await europol.ask({ type: 'directory', directory: 'none' })).toMatchObject({
      type: 'error',
      code: 'schema-invalid',
    });
  });
});
