import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { RefusalPart } from '../../../services/shared/ledger/record-parts.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { startHub, type TestHub } from '../../support/hub.js';
import { until } from '../../support/until.js';
import { noDisclosures } from '../../support/no-disclosures.js';

const KiB = 1024;

/** Shrinks LEDGER to some dozens of records, with the operator's key for streams. */
async function shrinkLedger({ broker }: TestHub, bytes: number): Promise<void> {
  const core = await broker.connect('provision');
  await core.jsm.streams.update('LEDGER', { max_bytes: bytes });
}

describe('router: a LEDGER stream that is full', () => {
  test('drops what the auditor has, and routing continues', async () => {
    await using hub = await startHub();
    await shrinkLedger(hub, 128 * KiB);
    const router = await hub.start();
    await hub.open(router);
    const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
    for (let sent = 0; sent < 60; sent += 1) await europol.send(await europol.frame([await europol.issue()]));
    await until('all reports', () => europol.reports.length === 60);
    await until('all deliveries', () => interpol.held.length === 60);
    await until('every record at the auditor', async () => (await hub.auditor.records()).length === 60);
    expect(await hub.broker.count('CORE', 'LEDGER')).toBeLessThan(60);
    expect(router.reasons()).toEqual([]);
  });

  test('is read from the auditor by a router that was stopped while records were dropped', async () => {
    await using hub = await startHub();
    const first = await hub.start();
    await hub.open(first);
    await first.stop();
    await shrinkLedger(hub, 32 * KiB);
    const core = await hub.broker.connect('router', 'CORE');
    const signer = await readSigner(hub.broker.home.hub('router', 'hub.jwk'));
    const org = parseOrgId('europol');
    for (let count = 1; count <= 40; count += 1) {
      const frame = parseFrameId(String(count).padStart(64, '0'));
      const content = {
        reason: 'routing',
        org,
        frame,
        directory: 1,
        members: [org],
        policies: {},
        submission: null,
        disclosedOf: noDisclosures,
      } as const;
      const { bytes } = await signReport(
        { ...content, parts: refusals(count) },
        { signer, federation: hub.directory().federation, now: hub.clock() },
      );
      await publishLatest(core, { subject: subjects.ledger(org), bytes });
      // At the pace of a real router, so that the auditor keeps up.
      await until('it at the auditor', async () => (await hub.auditor.records()).length === count);
    }
    expect(await hub.broker.count('CORE', 'LEDGER')).toBeLessThan(40);
    const again = await hub.start();
    await hub.open(again);
    expect(again.store.ledger.reportOn(org, String(1).padStart(64, '0'))).toBeDefined();
    const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
    await europol.send(await europol.frame([await europol.issue()]));
    await until('it arrives', () => interpol.held.length === 1);
  });
});

test('router ledger: records that no heartbeat confirms are counted in bytes, within one epoch', async () => {
  await using hub = await startHub({ auditor: false });
  const store = openRouterStore(join(hub.broker.home.root, 'counted.db'));
  const record = { org: 'europol', frame: 'f', type: 'routing', at: 0, exp: 1, kept: false } as const;
  await store.commit(() => {
    for (const [seq, size] of [10, 200, 3_000].entries()) {
      const place = { epoch: 'now', seq: seq + 1 };
      store.ledger.add({ ...record, ...place, digest: `${size}`, bytes: new Uint8Array(size) });
    }
    store.ledger.add({ ...record, epoch: 'before', seq: 9, digest: 'older', bytes: new Uint8Array(50_000) });
  });
  const after = (seq: number) => store.ledger.bytesAfter({ epoch: 'now', seq });
  expect([after(0), after(1), after(3)]).toEqual([3_210, 3_200, 0]);
  await store.close();
});

function refusals(count: number): readonly RefusalPart[] {
  return Array.from({ length: 20 }, (_, index) => {
    return { type: 'refusal', index, jti: null, digest: digest(`${count} ${index}`), code: 'expired' };
  });
}
