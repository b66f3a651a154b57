import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../../services/shared/kernel/clock.js';
import { frameId } from '../../../services/shared/trust/digest.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticeItems } from '../../../services/shared/wire/items.js';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('router: a message that cannot be trusted', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen({ receipts: true })]);
  });
  afterAll(() => hub.close());

  /** Publishes a message; gives the entries that were quarantined because of it. */
  const reasonsAfter = async (send: () => Promise<unknown>, count = 1): Promise<readonly string[]> => {
    const before = (await quarantined(router.core)).length;
    await send();
    await until('the quarantine', async () => (await quarantined(router.core)).length >= before + count);
    return (await quarantined(router.core)).slice(before).map(({ org, reason }) => `${org} ${reason}`);
  };
  const security = (code: string): boolean =>
    hub.events.some((event) => event.event === 'security' && event['code'] === code);

  test('a frame id reused with other bytes is quarantined with a security event, and the first use is not affected', async () => {
    const first = await europol.frame([await europol.issue()]);
    await europol.send(first);
    await europol.reportOn(first);
    const second = await europol.frame([await europol.issue()]);
    const bytes = frames.submissionFrame.encode({ submission: second.submission });
    expect(await reasonsAfter(() => europol.publish('submission', bytes, first.id))).toEqual([
      'europol frame-id-mismatch',
    ]);
    await until('the event', () => security('frame-id-mismatch'));
    await europol.send(second);
    expect((await europol.reportOn(second)).notices).toHaveLength(1);
  });

  test('frames of two organisations never suppress each other: the same bytes have another id', async () => {
    const sent = await europol.frame([await europol.issue()]);
    const bytes = frames.submissionFrame.encode({ submission: sent.submission });
    expect(frameId('submission', 'interpol', sent.submission)).not.toBe(sent.id);
    // In the wrong account, under its own id and under the id that it has there.
    expect(await reasonsAfter(() => interpol.publish('submission', bytes, sent.id))).toEqual([
      'interpol frame-id-mismatch',
    ]);
    const own = frameId('submission', 'interpol', sent.submission);
    expect(await reasonsAfter(() => interpol.publish('submission', bytes, own))).toEqual([
      'interpol issuer-mismatch',
    ]);
    await europol.send(sent);
    expect((await europol.reportOn(sent)).notices).toHaveLength(1);
  });

  test('a subject outside the grammar and a frame in another form go to quarantine unopened', async () => {
    const subject = 'out.submission.>';
    expect(await reasonsAfter(() => europol.bus.js.publish(subject, new Uint8Array(3)))).toEqual([
      'europol subject-invalid',
    ]);
    expect(await reasonsAfter(() => europol.publish('submission', Buffer.from('not protobuf')))).toEqual([
      'europol frame-unreadable',
    ]);
    expect(await reasonsAfter(() => europol.publish('receipt', Buffer.from('no protobuf either')))).toEqual([
      'europol frame-unreadable',
    ]);
    expect(await reasonsAfter(() => europol.publish('query', Buffer.from('nor is this')))).toEqual([
      'europol frame-unreadable',
    ]);
  });

  test('a statement signed with a key of another use, or over other notices, opens nothing', async () => {
    const notice = await europol.issue();
    const claims = { iss: 'europol', iat: seconds(hub.clock()), aud: 'demo', number: 90, previous: null };
    const other = { ...claims, items: ['x'.repeat(43)] };
    const statements = [
      [await signJws('submission+jws', { ...claims, items: [] }, europol.receipt), 'key-invalid'],
      [await signJws('submission+jws', other, europol.notice), 'digest-mismatch'],
    ] as const;
    for (const [statement, code] of statements) {
      const submission = frames.submission.encode({ statement, items: noticeItems([notice]) });
      const bytes = frames.submissionFrame.encode({ submission });
      const id = frameId('submission', 'europol', submission);
      expect(await reasonsAfter(() => europol.publish('submission', bytes, id))).toEqual([`europol ${code}`]);
    }
  });

  test('one bad notice is refused by code in the report and its bytes go to quarantine; the others are routed', async () => {
    const [good, bad] = [await europol.issue(), await europol.issue()];
    const damaged = bad.replace(/\.[^.~]{20}/, `.${'A'.repeat(20)}`);
    const stripped = `${bad.slice(0, bad.indexOf('~'))}~`;
    const sent = await europol.frame([damaged, good, stripped, await interpol.issue()]);
    const reasons = await reasonsAfter(() => europol.send(sent), 3);
    const report = await europol.reportOn(sent);
    expect(report.refusals.map(({ index, code }) => `${index} ${code}`)).toEqual([
      '0 signature-invalid',
      '2 routing-missing',
      '3 issuer-mismatch',
    ]);
    expect(reasons).toEqual([
      'europol signature-invalid',
      'europol routing-missing',
      'europol issuer-mismatch',
    ]);
    expect(report.notices).toHaveLength(1);
    await until('the delivery', () => interpol.held.some(({ frame }) => frame === sent.id));
    expect(interpol.held.find(({ frame }) => frame === sent.id)?.notices).toHaveLength(1);
  });

  test('the same jti with another digest is refused as a conflict, with a security event', async () => {
    const id = '01900000-0000-7000-8000-000000000001';
    const first = await europol.frame([await europol.issue({ id, number: 1 })]);
    await europol.send(first);
    await europol.reportOn(first);
    const second = await europol.frame([await europol.issue({ id, number: 1 })]);
    await europol.send(second);
    const report = await europol.reportOn(second);
    expect(report.refusals).toMatchObject([{ code: 'number-conflict', jti: `${id}.1` }]);
    await until('the event', () => security('number-conflict'));
  });

  test('an older number never replaces a newer one', async () => {
    const id = '01900000-0000-7000-8000-000000000002';
    const newer = await europol.frame([await europol.issue({ id, number: 1_000 })]);
    await europol.send(newer);
    await europol.reportOn(newer);
    const late = await europol.frame([
      await europol.issue({ id, number: 999 }),
      await europol.issue({ id, number: 1_000 }),
      await europol.issue({ id, number: 1_001 }),
    ]);
    await europol.send(late);
    const report = await europol.reportOn(late);
    expect(report.refusals.map(({ index, code }) => `${index} ${code}`)).toEqual([
      '0 superseded',
      '1 number-conflict',
    ]);
    expect(report.notices.map(({ number }) => number)).toEqual([1_001]);
  });

  test('a notice with very many revisions is judged by the newest, without delay', {
    tags: ['long'],
  }, async () => {
    const id = '01900000-0000-7000-8000-000000000003';
    const place = { epoch: 'x', seq: 1 };
    const known = { originator: 'europol', exp: 4_000_000_000, kind: 'red', state: 'active', at: 1 } as const;
    const text = { frame: 'x', part: '{}', decisions: '[]' };
    await router.store.commit(() => {
      for (let number = 2_001; number <= 152_000; number += 1) {
        const jti = `${id}.${number}`;
        router.store.notices.put({ ...known, ...text, jti, digest: jti, number }, place);
      }
    });
    const sent = await europol.frame([
      await europol.issue({ id, number: 152_000 }),
      await europol.issue({ id, number: 152_001 }),
      await europol.issue({ id, number: 1_999 }),
    ]);
    await europol.send(sent);
    const { notices, refusals } = await europol.reportOn(sent);
    expect(notices.map(({ number }) => number)).toEqual([152_001]);
    expect(refusals.map(({ index, code }) => `${index} ${code}`)).toEqual([
      '0 number-conflict',
      '2 superseded',
    ]);
  });

  test('a gap in the submission numbers raises an alarm and is recorded; two statements with one number are a security event', async () => {
    const late = await europol.frame([await europol.issue()], { number: 500 });
    await europol.send(late);
    expect((await europol.reportOn(late)).submission?.number).toBe(500);
    await until('the alarm', () => hub.events.some((event) => event['what'] === 'submission-gap'));
    const twice = await europol.frame([await europol.issue()], { number: 500 });
    await europol.send(twice);
    expect((await europol.reportOn(twice)).notices).toHaveLength(1);
    await until('the event', () => security('statement-conflict'));
  });

  test('a submission whose notices are all refused raises no alarm about its number; one with a valid notice does', async () => {
    const late = (): number => hub.events.filter((event) => event['what'] === 'submission-late').length;
    const before = late();
    const refused = await europol.frame(['not.a.notice~'], { number: 1 });
    await europol.send(refused);
    expect((await europol.reportOn(refused)).refusals).toHaveLength(1);
    expect(late()).toBe(before);
    const routed = await europol.frame([await europol.issue()], { number: 1 });
    await europol.send(routed);
    expect((await europol.reportOn(routed)).notices).toHaveLength(1);
    await until('the alarm', () => late() > before);
  });

  test('a frame with too many notices, or none, is quarantined unopened', async () => {
    const notice = await europol.issue();
    const many = await europol.frame(Array.from({ length: 65 }, () => notice));
    expect(await reasonsAfter(() => europol.send(many))).toEqual(['europol oversize']);
    const none = await europol.frame([]);
    expect(await reasonsAfter(() => europol.send(none))).toEqual(['europol frame-unreadable']);
  });

  test('the same notice twice in one frame counts once', async () => {
    const notice = await europol.issue();
    const sent = await europol.frame([notice, notice]);
    await europol.send(sent);
    const report = await europol.reportOn(sent);
    expect(report.notices).toHaveLength(1);
    expect(report.refusals).toMatchObject([{ index: 1, code: 'superseded' }]);
  });
});
