import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noticeSteps, type RecipeSteps } from '../../../services/router/frames/recipe.js';
import { receiptSteps, type ReceiptSteps } from '../../../services/router/receipts/receipts.js';
import { disclosuresOf } from '../../../services/router/frames/disclosures-of.js';
import { reportParts } from '../../../services/router/frames/report-parts.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

type Step = keyof RecipeSteps;

/** Recipe steps that throw once, before or after one of them, as a crash would; what was stored stays stored. */
function dyingOnce(step: Step, when: 'before' | 'after', died: () => void): RecipeSteps {
  let alive = true;
  const wrapped = (...args: readonly unknown[]): unknown => {
    const run = noticeSteps[step] as (...args: readonly unknown[]) => unknown;
    const die = (): never => {
      alive = false;
      died();
      throw new Error('killed');
    };
    if (!alive) return run(...args);
    if (when === 'before') return die();
    return Promise.resolve(run(...args)).then(die);
  };
  return { ...noticeSteps, [step]: wrapped };
}

let hub: TestHub;
let europol: PlayedGateway;
let interpol: PlayedGateway;
let afripol: PlayedGateway;
beforeEach(async () => {
  hub = await startHub();
  [europol, interpol, afripol] = (await Promise.all(
    ['europol', 'interpol', 'afripol'].map((org) => hub.gateway(org)),
  )) as [PlayedGateway, PlayedGateway, PlayedGateway];
});
afterEach(() => hub.close());

const listen = () =>
  Promise.all([europol.listen(), interpol.listen({ receipts: true }), afripol.listen({ receipts: true })]);

/** Checks that every recipient holds every notice of the frames once, and that the ledger records it once. */
async function expectOnce(sent: readonly Sent[]): Promise<void> {
  for (const one of sent) await europol.reportOn(one);
  await until('every receipt', () => {
    const frames = europol.receipts.map(({ delivery, recipient }) => `${delivery} ${recipient}`);
    return new Set(frames).size >= sent.length * 2;
  });
  for (const { held } of [interpol, afripol]) {
    expect(held.map(({ frame }) => frame).toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
  }
  await until('the auditor', async () => {
    const frames = (await hub.auditor.records())
      .filter(({ type }) => type === 'report')
      .map(({ frame }) => frame);
    return frames.length >= sent.length;
  });
  const reports = (await hub.auditor.records()).filter(({ type }) => type === 'report');
  expect(reports.map(({ frame }) => frame)).toEqual(sent.map(({ id }) => id));
}

describe('router: a crash between any two steps leads to the same result', () => {
  test.each([
    ['open', 'before'],
    ['open', 'after'],
    ['record', 'before'],
    ['record', 'after'],
    ['deliver', 'after'],
    ['report', 'after'],
  ] as const)('%s: %s', async (step, when) => {
    let died = false;
    const steps = dyingOnce(step, when, () => {
      died = true;
    });
    const first = await hub.start({ steps });
    await hub.open(first);
    // No gateway reads its IN yet, so that a second delivery of the same frame shows as a duplicate.
    const sent = [await europol.frame([await europol.issue()]), await europol.frame([await europol.issue()])];
    for (const one of sent) await europol.send(one);
    await until('the crash', () => died);
    await first.stop();
    const second = await hub.start();
    await hub.open(second);
    await until('both', async () => (await hub.broker.count('europol', 'OUT')) === 0);
    await listen();
    await expectOnce(sent);
  });

  test('a crash before a receipt is recorded or forwarded does not lose the receipt', async () => {
    for (const step of ['record', 'forward'] as const) {
      let died = false;
      const dying = (): never => {
        died = true;
        throw new Error('killed');
      };
      const steps: ReceiptSteps = { ...receiptSteps, [step]: dying };
      const first = await hub.start({ receiptSteps: steps });
      await hub.open(first);
      if (step === 'record') await listen();
      const sent = await europol.frame([await europol.issue()]);
      await europol.send(sent);
      await until('the crash', () => died);
      await first.stop();
      const second = await hub.start();
      await hub.open(second);
      await until(
        'two receipts',
        () => europol.receipts.filter(({ delivery }) => delivery === sent.id).length >= 2,
      );
      await second.stop();
    }
    const records = await hub.auditor.records();
    const receipts = records.flatMap((record) => (record.type === 'receipts' ? record.receipts : []));
    expect(new Set(receipts.map(({ digest }) => digest)).size).toBe(receipts.length);
  });
});

describe('router projection', () => {
  test('is rebuilt from the auditor and the stream, and the router decides as before', async () => {
    const first = await hub.start();
    await hub.open(first);
    await listen();
    const sent: Sent[] = [];
    for (let count = 0; count < 5; count += 1) sent.push(await europol.frame([await europol.issue()]));
    for (const one of sent) await europol.send(one);
    await expectOnce(sent);
    await first.stop();
    for (const file of ['router.db', 'router.db-wal', 'router.db-shm']) {
      rmSync(hub.broker.home.hub('router', file), { force: true });
    }
    const second = await hub.start();
    await hub.open(second);
    for (const { id } of sent) expect(second.store.ledger.reportOn('europol', id)).toBeDefined();
    const receipts = sent.flatMap(({ id }) => second.store.deliveries.receiptsOf('europol', id));
    expect(receipts).toHaveLength(10);
    const id = '01900000-0000-7000-8000-000000000003';
    const next = await europol.frame([await europol.issue({ id, number: 50 })]);
    await europol.send(next);
    expect((await europol.reportOn(next)).notices).toHaveLength(1);
  });

  test('after the broker lost its disk, records again, once, what no heartbeat had confirmed', async () => {
    const first = await hub.start();
    await hub.open(first);
    const sent = await europol.frame([await europol.issue()]);
    await europol.listen();
    await europol.send(sent);
    await europol.reportOn(sent);
    await until('the heartbeat', async () => (await hub.auditor.records()).length === 1);
    await hub.auditor.stop();
    const unkept = await europol.frame([await europol.issue()]);
    await europol.send(unkept);
    await europol.reportOn(unkept);
    await first.stop();
    await hub.broker.stop();
    hub.broker.eraseData();
    await hub.broker.start();
    await hub.broker.provision({ afterLoss: true });
    await hub.auditor.start();
    const second = await hub.start();
    await hub.open(second);
    await until('the auditor', async () => (await hub.auditor.records()).length === 2);
    expect((await hub.auditor.records()).map(({ frame }) => frame)).toEqual([sent.id, unkept.id]);
    // The outbox offers what was lost with the disk again, and the router answers with the same report.
    await interpol.listen();
    await europol.send(sent);
    await until('the delivery', () => interpol.held.some(({ frame }) => frame === sent.id));
    expect(await hub.auditor.records()).toHaveLength(2);
  });
});

describe('several routers without a lease', () => {
  /** Records as another router would, between this router's decision and its record. */
  const overtaken = (): RecipeSteps => {
    let isFirst = true;
    return {
      ...noticeSteps,
      record: async (of, decided) => {
        if (!isFirst) return noticeSteps.record(of, decided);
        isFirst = false;
        const { frame, snapshot, submission } = decided;
        const content = {
          reason: 'routing' as const,
          org: frame.org,
          frame: frame.id,
          directory: snapshot.directory.version,
          members: [...snapshot.directory.organisations.keys()],
          policies: {},
          submission: { number: submission.number, digest: submission.digest },
          parts: reportParts(decided),
          disclosedOf: disclosuresOf(decided.notices),
        };
        const by = { signer: of.signer, federation: 'demo', now: snapshot.now };
        const { bytes } = await signReport(content, by);
        await publishLatest(of.core, { subject: `ledger.${frame.org}`, bytes });
        return noticeSteps.record(of, decided);
      },
    };
  };

  test('a router uses the record that another router wrote for the same frame in the meantime', async () => {
    const router = await hub.start({ steps: overtaken() });
    await hub.open(router);
    await listen();
    const sent = [await europol.frame([await europol.issue()]), await europol.frame([await europol.issue()])];
    for (const one of sent) await europol.send(one);
    await expectOnce(sent);
    const [first] = (await hub.auditor.records()).filter(({ type }) => type === 'report');
    expect((await europol.reportOn(sent[0] as Sent)).digest).toBe(first?.digest);
  });

  test('a router writes a first record to a subject that the stream has emptied', async () => {
    const router = await hub.start();
    await hub.open(router);
    await router.store.commit(() => router.store.ledger.setLastSeq('europol', 999));
    await listen();
    const sent = [await europol.frame([await europol.issue()])];
    for (const one of sent) await europol.send(one);
    await expectOnce(sent);
  });
});
