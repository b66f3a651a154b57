import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createBuckets } from '../../../services/router/token-buckets.js';
import { createKeepBytes } from '../../../services/router/quarantine/keep-bytes.js';
import { quarantineWith } from '../../../services/router/quarantine/quarantine.js';
import { nextOn } from '../../../services/shared/bus/direct-get.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { parseStrictJson } from '../../../services/shared/kernel/strict-json.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { generateKey, importSigner, readSigner } from '../../../services/shared/trust/keys.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticeSteps } from '../../../services/router/frames/recipe.js';
import { startBroker } from '../../support/broker.js';
import { startHub } from '../../support/hub.js';
import { quarantined } from '../../support/hub-reads.js';
import { until } from '../../support/until.js';

test('router: a subject outside the grammar is signed in printable form, and the statement can be parsed', async () => {
  await using broker = await startBroker({ orgs: ['europol', 'interpol'] });
  const core = await broker.connect('router', 'CORE');
  const keep = createKeepBytes({
    core,
    signer: await readSigner(broker.home.hub('router', 'hub.jwk')),
    clock: () => new Date(),
    signal: new AbortController().signal,
  });
  const subject = `out.submission.\u0000\uD83D%00${'é'.repeat(300)}`;
  const org = parseOrgId('europol');
  await keep({ org, reason: 'subject-invalid', subject, bytes: new Uint8Array(1) });
  const stored = await nextOn(core, { stream: 'QUARANTINE', subject: 'quarantine.*', from: 1 });
  const { statement } = frames.quarantined.decode(stored?.bytes ?? new Uint8Array());
  const said = parseStrictJson(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString());
  const signed = (said as { readonly subject: string }).subject;
  expect(signed).toMatch(/^out\.submission\.%00%ef%bf%bd%2500%c3%a9[!-~]+$/);
  expect(signed).toHaveLength(256);
});

describe('router: a quarantine record', () => {
  test('of one notice precedes the report on its frame, which is still decided only once', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'] });
    let opened = 0;
    const open: typeof noticeSteps.open = (of, frame) => {
      opened += 1;
      return noticeSteps.open(of, frame);
    };
    const router = await hub.start({ steps: { ...noticeSteps, open } });
    await hub.open(router);
    const europol = await hub.gateway('europol');
    await europol.listen();
    const [good, bad] = [await europol.issue(), await europol.issue()];
    const sent = await europol.frame([good, bad.slice(0, bad.indexOf('~') + 1)]);
    await europol.send(sent);
    expect(await europol.reportOn(sent)).toMatchObject({ notices: [{}], refusals: [{}] });
    await until('both records', async () => (await hub.auditor.records()).length === 2);
    expect((await hub.auditor.records()).map(({ type, frame }) => [type, frame])).toEqual([
      ['quarantine', sent.id],
      ['report', sent.id],
    ]);
    expect(opened).toBe(1);
  });

  test('costs quota: an organisation that floods with unreadable messages slows down only itself', async () => {
    await using hub = await startHub({ orgs: ['europol', 'interpol'] });
    const router = await hub.start();
    await hub.open(router);
    const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
    // The clock is frozen, so that no new tokens arrive.
    hub.clock.freeze(true);
    const flood = Array.from({ length: 205 }, (_, n) => Buffer.from(`unreadable ${n}`));
    await Promise.all(flood.map((bytes) => europol.publish('submission', bytes)));
    const count = async (): Promise<number> => (await quarantined(router.core)).length;
    await until('the first 200', async () => (await count()) === 200);
    const sent = await interpol.frame([await interpol.issue()]);
    await interpol.send(sent);
    expect((await interpol.reportOn(sent)).notices).toHaveLength(1);
    expect(await count()).toBe(200);
    hub.clock.freeze(false);
    await until('the rest', async () => (await count()) === 205);
  });
});

describe('router: QUARANTINE', () => {
  const [EUROPOL, INTERPOL] = [parseOrgId('europol'), parseOrgId('interpol')];
  const MiB = 1024 * 1024;

  /** A quarantine over a list of bytes and a ledger that the test controls. */
  async function ringed(write: (turn: number) => void) {
    const folder = mkdtempSync(join(tmpdir(), 'liaison-ring-'));
    const store = openRouterStore(join(folder, 'router.db'));
    const kept: { readonly org: string; readonly size: number }[] = [];
    const ending = new AbortController();
    let [now, turn] = [Date.now(), 0];
    const clock = (): Date => new Date(now);
    const quarantine = quarantineWith({
      keep: async ({ org, bytes }) => void kept.push({ org, size: bytes.length }),
      ledger: {
        write: async ({ bytes, apply }) => {
          turn += 1;
          write(turn);
          await store.commit(() => {
            apply({ place: { epoch: 'x', seq: turn }, isHere: true, bytes, kept: false });
          });
          return turn;
        },
        confirm: async () => undefined,
        applied: () => ({ epoch: 'e', sequence: 1 }),
        settled: async () => undefined,
      },
      store,
      signer: await importSigner(await generateKey('router:hub:1')),
      directory: () => ({ federation: 'demo', hub: { contract: 1 } }) as Directory,
      clock,
      buckets: createBuckets(clock),
      signal: ending.signal,
    });
    return {
      kept,
      move: (ms: number) => {
        now += ms;
      },
      put: (org: OrgId, bytes: Uint8Array) => {
        const items = [{ what: 'message', reason: 'frame-unreadable', bytes } as const];
        return quarantine({ org, subject: 'out.submission.x', items });
      },
      [Symbol.asyncDispose]: async () => {
        ending.abort();
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }

  test('stores the same bytes once while their entry is open, and when their record is written again', async () => {
    await using ring = await ringed((turn) => {
      if (turn === 1) throw fail('busy', 'another router recorded');
      if (turn === 3) throw fail('full', 'no room');
    });
    await ring.put(EUROPOL, Buffer.from('unreadable'));
    await ring.put(EUROPOL, Buffer.from('unreadable'));
    expect(ring.kept).toHaveLength(1);
    const again = (): Promise<number> => ring.put(EUROPOL, Buffer.from('another'));
    await expect(again()).rejects.toMatchObject({ code: 'full' });
    await again();
    expect(ring.kept).toHaveLength(2);
  });

  test('takes 16 MiB of an organisation at once, then 64 KiB a second, without delaying others', async () => {
    await using ring = await ringed(() => undefined);
    const bytes = (n: number): Uint8Array => new Uint8Array(MiB).fill(n);
    for (let n = 0; n < 16; n += 1) await ring.put(EUROPOL, bytes(n));
    const late = ring.put(EUROPOL, bytes(16));
    await ring.put(INTERPOL, bytes(16));
    ring.move(15_000);
    await ring.put(INTERPOL, bytes(17));
    expect(ring.kept.filter(({ org }) => org === EUROPOL)).toHaveLength(16);
    ring.move(1_000);
    await late;
    expect(ring.kept.filter(({ org }) => org === EUROPOL)).toHaveLength(17);
  });
});
