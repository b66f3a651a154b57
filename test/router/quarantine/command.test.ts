import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entryId } from '../../../services/router/quarantine/quarantine.js';
import { noticeSteps } from '../../../services/router/frames/recipe.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { quarantined } from '../../support/hub-reads.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { type PlayedOperator, playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';
import { type LateFrame, lateFrame } from '../receipts/late-key.js';

let hub: TestHub;
let router: TestRouter;
let europol: PlayedGateway;
let interpol: PlayedGateway;
let operator: PlayedOperator;
let late: LateFrame;
beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol'] });
  router = await hub.start();
  await hub.open(router);
  [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
  await Promise.all([europol.listen(), interpol.listen({ receipts: true })]);
  operator = await playOperator(hub);
  late = await lateFrame(hub, europol, 2);
  await europol.send(late);
  await until('the quarantine', async () => (await quarantined(router.core)).length === 1);
});
afterAll(() => hub.close());

const countRecords = async (): Promise<number> => (await hub.auditor.records()).length;
/** Entries that the ledger has opened and no command has closed. */
const openEntries = async () =>
  (await hub.auditor.records())
    .flatMap((record) => (record.type === 'quarantine' ? record.entries : []))
    .map(({ entry }) => entry)
    .filter((entry) => router.store.quarantine.find({ org: 'europol', entry }) !== undefined);
const isHeld = (): boolean => interpol.held.some(({ frame }) => frame === late.id);

describe('router: a quarantined message', () => {
  test('is on the ledger with reason, organisation, size, digest and time, in a record that a router signed', async () => {
    await until('the record', async () => (await countRecords()) === 1);
    const [record] = await hub.auditor.records();
    expect(record).toMatchObject({
      type: 'quarantine',
      org: 'europol',
      entries: [
        {
          what: 'message',
          reason: 'key-unknown',
          entry: late.entry,
          subject: `out.submission.${late.id}`,
        },
      ],
    });
    expect(record?.issuedAt.getTime()).toBeGreaterThan(Date.now() - 3_600_000);
  });

  test('is recorded and stored once, however often the same bytes arrive for the same reason', async () => {
    await europol.sendAgain(late);
    const other = await lateFrame(hub, europol, 9);
    await europol.send(other);
    await until('the next record', async () => (await countRecords()) === 2);
    const entries = (await hub.auditor.records()).flatMap((record) =>
      record.type === 'quarantine' ? record.entries.map(({ entry }) => entry) : [],
    );
    expect(entries).toEqual([late.entry, other.entry]);
    expect(await quarantined(router.core)).toHaveLength(2);
  });
});

describe('router: a command', () => {
  test('to try an entry gives the code by which it would be refused', async () => {
    const { part, results } = await operator.command({ verb: 'dry-run', entry: late.entry });
    expect(part).toMatchObject({ outcome: 'would-refuse', code: 'key-unknown', verb: 'dry-run' });
    expect(results).toEqual([]);
  });

  test('to replay a message that would still be refused leaves its entry open', async () => {
    const { part } = await operator.command({ verb: 'replay', entry: late.entry });
    expect(part).toMatchObject({ outcome: 'refused', code: 'key-unknown' });
    expect(router.store.quarantine.find({ org: 'europol', entry: late.entry })).toBeDefined();
    expect(isHeld()).toBe(false);
  });

  test('to try an entry that would be routed gives the outcome for each recipient, and records nothing else', async () => {
    await late.list();
    const [before, ring] = [await countRecords(), (await quarantined(router.core)).length];
    const { part, results } = await operator.command({ verb: 'dry-run', entry: late.entry });
    expect(part).toMatchObject({ outcome: 'would-route', code: null });
    expect(results).toMatchObject([{ delivered: ['interpol'], redacted: [], denied: [], code: null }]);
    expect(await countRecords()).toBe(before + 1);
    expect(await quarantined(router.core)).toHaveLength(ring);
    expect(europol.reports.some(({ id }) => id === late.id)).toBe(false);
    expect(isHeld()).toBe(false);
  });

  test('to replay runs the whole recipe: record, delivery, report, receipt; the bytes are erased', async () => {
    const { part, results } = await operator.command({ verb: 'replay', entry: late.entry });
    expect(part).toMatchObject({
      outcome: 'routed',
      verb: 'replay',
      person: 'demonstration operator',
      entry: late.entry,
    });
    expect(results).toMatchObject([{ delivered: ['interpol'] }]);
    expect((await europol.reportOn(late)).decisions).toMatchObject([
      { to: 'interpol', outcome: 'delivered' },
    ]);
    await until('the receipt', () => europol.receipts.some(({ delivery }) => delivery === late.id));
    const records = await hub.auditor.records();
    const kinds = records.filter(({ type }) => type === 'command' || type === 'report');
    const outcomes = kinds.map((record) =>
      record.type === 'command' ? `${record.part.verb} ${record.part.outcome}` : record.type,
    );
    expect(outcomes.slice(-3)).toEqual(['replay accepted', 'report', 'replay routed']);
    await until('the erasure', async () => (await quarantined(router.core)).length === 1);
  });

  test('to replay or discard a closed entry is refused as `not-found`', async () => {
    for (const wanted of [{ verb: 'replay' }, { verb: 'discard', note: 'again' }] as const) {
      const { part } = await operator.command({ ...wanted, entry: late.entry });
      expect(part).toMatchObject({ outcome: 'refused', code: 'not-found' });
    }
    expect(interpol.held.filter(({ frame }) => frame === late.id)).toHaveLength(1);
  });

  test('to discard closes an entry with the person’s note and erases its bytes', async () => {
    const other = await lateFrame(hub, europol, 7);
    await europol.send(other);
    await until('the quarantine', async () => (await quarantined(router.core)).length === 2);
    const wanted = { verb: 'discard', entry: other.entry, note: 'an unknown key' } as const;
    const { part, token } = await operator.command(wanted);
    expect(part).toMatchObject({ outcome: 'discarded', person: 'demonstration operator' });
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).toContain(wanted.note);
    await until('the erasure', async () => (await quarantined(router.core)).length === 1);
  });

  test('for an organisation that keeps sending completes', async () => {
    const [entry] = await openEntries();
    if (entry === undefined) throw new Error('nothing is open');
    const ending = new AbortController();
    // Few frames wait at a time: those left at the end must not take the quota of the next test.
    const send = async (): Promise<void> => {
      while (!ending.signal.aborted) {
        const frames = [];
        for (let n = 0; n < 10; n += 1) frames.push(await europol.frame([await europol.issue()]));
        for (const frame of frames) await europol.send(frame);
        for (const frame of frames) await europol.reportOn(frame);
      }
    };
    const sending = send();
    expect((await operator.command({ verb: 'dry-run', entry })).part.outcome).toBe('would-refuse');
    ending.abort();
    await sending;
  });

  test('to replay one notice of a frame is refused, because a signed report refused it', async () => {
    const notice = await europol.issue({ at: new Date(Date.now() - 6 * 366 * 86_400_000) });
    const sent = await europol.frame([notice]);
    await europol.send(sent);
    const [refusal] = (await europol.reportOn(sent)).refusals;
    const entry = entryId(Buffer.from(notice));
    const known = router.store.quarantine.find({ org: 'europol', entry });
    expect(known).toEqual({ what: 'notice', reason: refusal?.code });
    expect((await operator.command({ verb: 'replay', entry })).part).toMatchObject({
      code: 'not-replayable',
    });
    const records = await hub.auditor.records();
    expect(records.flatMap((record) => (record.type === 'quarantine' ? record.entries : []))).toContainEqual(
      expect.objectContaining({ entry, size: notice.length, what: 'notice' }),
    );
  });
});

describe('router: a replay skips no check', () => {
  test('the frame of a suspended organisation stays in quarantine', async () => {
    const other = await lateFrame(hub, europol, 5);
    await europol.send(other);
    await until('the entry', () => {
      return router.store.quarantine.find({ org: 'europol', entry: other.entry }) !== undefined;
    });
    await other.list();
    const suspendedAt = (date: string | undefined) =>
      hub.amend(({ organisations, ...source }) => {
        const { suspendedAt: _before, ...europol } = organisations['europol'] as NonNullable<
          (typeof organisations)[string]
        >;
        const now = date === undefined ? europol : { ...europol, suspendedAt: date };
        return { ...source, organisations: { ...organisations, europol: now } };
      });
    await suspendedAt('2026-01-01T00:00:00Z');
    const { part } = await operator.command({ verb: 'replay', entry: other.entry });
    expect(part).toMatchObject({ outcome: 'refused', code: 'organisation-suspended' });
    await suspendedAt(undefined);
    expect((await operator.command({ verb: 'dry-run', entry: other.entry })).part.outcome).toBe(
      'would-route',
    );
  });

  test('a frame that kills the process that opens it is opened by a child process, never by the router', async () => {
    await router.stop();
    const other = await lateFrame(hub, europol, 6);
    await other.list();
    let opened = 0;
    const careful = await hub.start({
      openAlone: async (alone) => (alone === undefined ? 'opened' : 'exception'),
      steps: {
        ...noticeSteps,
        open: async (of, frame) => {
          if (frame.id === other.id) opened += 1;
          if (frame.id === other.id) throw new Error('dies');
          return noticeSteps.open(of, frame);
        },
      },
    });
    await hub.open(careful);
    await europol.send(other);
    await until('the entry', () => {
      return careful.store.quarantine.find({ org: 'europol', entry: other.entry }) !== undefined;
    });
    const before = opened;
    const { part } = await operator.command({ verb: 'replay', entry: other.entry });
    expect(part).toMatchObject({ outcome: 'refused', code: 'poison-frame' });
    expect(opened).toBe(before);
    await careful.stop();
  });
});
