import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStatusPublisher } from '../../services/shared/bus/status.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { GATEWAY_MIGRATIONS } from '../../services/shared/store/gateway-schema.js';
import { openDatabase } from '../../services/shared/store/sqlite.js';
import { frameId } from '../../services/shared/trust/digest.js';
import { subjects } from '../../services/shared/wire/subjects.js';
import type { RogueFrame } from '../../services/simulator/rogue-frames.js';
import { openRogues, type Rogues } from '../../services/simulator/rogues.js';
import { type Broker, startBroker } from '../support/broker.js';
import { until } from '../support/until.js';

const org = parseOrgId('europol');
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
  return { rogue: 'unreadable', org, bytes, frame: frameId('notice', org, bytes) };
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
    expect([rogues.published(), rogues.waiting()]).toEqual([2, 0]);
  });

  test('that was reported is waited for no longer, but a report alone is no refusal', async () => {
    const through = rogueOf('through');
    await rogues.publish(through);
    say('delivered', through.frame);
    expect(rogues.waiting()).toBe(1);
    const db = openDatabase(database, GATEWAY_MIGRATIONS);
    db.prepare<[string]>(
      "INSERT INTO rejected_frame (frame, class, code, at) VALUES (?, 'report', 'record-foreign', 0)",
    ).run(through.frame);
    db.close();
    await until('the end of waiting', () => rogues.waiting() === 0);
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
});
