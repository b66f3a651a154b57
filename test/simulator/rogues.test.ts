import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStatusPublisher } from '../../services/shared/bus/status.js';
import { consume } from '../../services/shared/bus/consume.js';
import { sources } from '../../services/shared/bus/streams.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { GATEWAY_MIGRATIONS } from '../../services/shared/store/gateway/gateway-schema.js';
import { openDatabase } from '../../services/shared/store/sqlite.js';
import { frameId } from '../../services/shared/trust/digest.js';
import { subjects } from '../../services/shared/wire/subjects.js';
import type { RogueFrame } from '../../services/simulator/rogue-frames.js';
import { openRogues, type Rogues } from '../../services/simulator/rogues.js';
import { type Broker, startBroker } from '../support/broker.js';
import { until } from '../support/until.js';

const org = parseOrgId('europol');
const patience = (): AbortSignal => AbortSignal.timeout(120_000);
let broker: Broker;
let rogues: Rogues;
let say: (event: string, frame: string) => void;
let database: string;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['afripol', 'europol'] });
  database = broker.home.org(org, 'gateway.db');
  openDatabase(database, GATEWAY_MIGRATIONS).close();
  rogues = await openRogues({
    servers: broker.url,
    tailSeed: readSecret(broker.home.tailSeed),
    members: [{ org, seed: broker.seedOf('gateway', org), database }],
  });
  const watch = await broker.connect('router', 'WATCH');
  const publish = createStatusPublisher(watch, { source: 'test', clock: () => new Date() });
  say = (event, frame) =>
    publish(subjects.status(event, { originator: org, recipient: '_', kind: '_' }), { event, frame });
});
afterAll(async () => {
  await rogues.close();
  await broker.close();
});

function rogueOf(text: string): RogueFrame {
  const bytes = Buffer.from(text);
  return { rogue: 'unreadable', org, bytes, frame: frameId('submission', org, bytes), entries: [] };
}

describe('a rogue frame', () => {
  test('counts as refused when the hub says so, whether before or after the broker took it', async () => {
    const [early, late] = [rogueOf('early'), rogueOf('late')];
    const publishing = rogues.publish(early);
    say('refused', early.frame);
    expect(rogues.refused()).toBeGreaterThanOrEqual(0);
    expect(await publishing).toBe(true);
    expect(await rogues.publish(late)).toBe(true);
    say('refused', early.frame);
    say('quarantined', late.frame);
    await until('both events', () => rogues.refused() === 2);
    expect(rogues.published()).toBe(2);
    await rogues.untilAnswered(patience());
    expect(rogues.unanswered()).toEqual([]);
  });

  test('that was reported is waited for no longer, but a report alone is no refusal', async () => {
    const through = rogueOf('through');
    await rogues.publish(through);
    say('delivered', through.frame);
    const waiting = rogues.untilAnswered(patience()).then(() => 'over');
    expect(await Promise.race([waiting, delay(500, 'waiting')])).toBe('waiting');
    const db = openDatabase(database, GATEWAY_MIGRATIONS);
    db.prepare<[string]>(
      "INSERT INTO rejected_frame (frame, class, code, at) VALUES (?, 'report', 'record-foreign', 9999999999999)",
    ).run(through.frame);
    db.close();
    expect(await waiting).toBe('over');
    expect([rogues.published(), rogues.refused()]).toEqual([3, 2]);
    expect(rogues.unanswered()).toEqual([{ org, rogue: 'unreadable', frame: through.frame, reported: true }]);
  });

  test('of the same bytes while the first is under way is no second one, and no count falls', async () => {
    const twin = rogueOf('twin');
    expect(await Promise.all([rogues.publish(twin), rogues.publish(twin)])).toEqual([true, false]);
    expect([rogues.published(), rogues.refused()]).toEqual([4, 2]);
    say('refused', twin.frame);
    await until('its event', () => rogues.refused() === 3);
    // Taken already by the broker, which counts as not published.
    expect(await rogues.publish(twin)).toBe(false);
    expect([rogues.published(), rogues.refused()]).toEqual([4, 3]);
  });

  test('whose event was lost is sent again, and counts once when it is heard', async () => {
    const unheard = rogueOf('unheard');
    const [router, times] = [await broker.connect('router', org), { seen: 0 }];
    const consumption = await consume(router, sources.out, {
      handle: async ({ subject, settle }) => {
        await settle();
        if (subject !== subjects.out('submission', unheard.frame)) return;
        times.seen += 1;
        if (times.seen > 1) say('quarantined', unheard.frame);
      },
      onError: () => undefined,
    });
    const before = rogues.refused();
    await rogues.publish(unheard);
    await rogues.untilAnswered(patience());
    await consumption.stop();
    expect([times.seen, rogues.refused() - before]).toEqual([2, 1]);
  });
});
