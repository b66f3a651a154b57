import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inboxPrefixOf, type Role } from '../../services/shared/bus/accounts.js';
import type { Bus } from '../../services/shared/bus/connect.js';
import { publicNkey } from '../../services/shared/bus/nkeys.js';
import { publishOnce } from '../../services/shared/bus/publish.js';
import { parkedStream } from '../../services/shared/bus/streams.js';
import { type Broker, startBroker } from '../support/broker.js';
import {
  type Attempt,
  deputyAttempts,
  messageIdAttempts,
  snoopingSubjects,
  directAttempts,
} from './attempts.js';
import { readConfiguration } from './configuration.js';
import { createWorld, differences, secretOf, settled, type World } from './world.js';

const ORGS = ['interpol', 'europol', 'afripol', 'ameripol', 'aseanapol', 'gccpol', 'ecopol'];

interface Attacker {
  readonly role: Role;
  readonly account: string;
  /** The account, as `broker.connect` takes it. */
  readonly where: string;
  readonly victims: readonly string[];
}

/** Streams of the hub's accounts. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  CORE: ['LEDGER', ...ORGS.map(parkedStream), 'QUARANTINE', 'CHECKPOINT'],
  WATCH: [],
  COMMAND: ['COMMAND'],
};

const besides = (org: string): readonly string[] => ORGS.filter((other) => other !== org);

const MEMBERS: readonly Attacker[] = ORGS.flatMap((org) => [
  { role: 'gateway', account: org, where: org, victims: besides(org) } as const,
  { role: 'tail', account: 'WATCH', where: org, victims: besides(org) } as const,
]);

const HUB: readonly Attacker[] = [
  ...(['CORE', 'WATCH', 'COMMAND', ...ORGS] as const).map(
    (account): Attacker => ({ role: 'router', account, where: account, victims: ORGS }),
  ),
  ...(['CORE', 'COMMAND', ...ORGS] as const).map(
    (account): Attacker => ({ role: 'provision', account, where: account, victims: ORGS }),
  ),
  { role: 'auditor', account: 'CORE', where: 'CORE', victims: ORGS },
  { role: 'console', account: 'WATCH', where: 'WATCH', victims: ORGS },
  { role: 'console', account: 'COMMAND', where: 'COMMAND', victims: ORGS },
  { role: 'operator', account: 'COMMAND', where: 'COMMAND', victims: ORGS },
  { role: 'tail', account: 'WATCH', where: 'WATCH', victims: ORGS },
];

let broker: Broker;
let world: World;
const made = new Map<string, number>();

beforeAll(async () => {
  broker = await startBroker();
  world = await createWorld(broker);
  for (let round = 0; round < 3; round++) await world.talk();
});
afterAll(async () => {
  const total = [...made.values()].reduce((sum, count) => sum + count, 0);
  const pairs = [...made].filter(([pair]) => pair.startsWith('gateway at ')).map(([, count]) => count);
  process.stderr.write(
    `isolation: ${total} checks by ${MEMBERS.length + HUB.length} attackers; ${pairs.length} pairs of organisations, ` +
      `at least ${Math.min(...pairs)} checks each\n`,
  );
  await broker.close();
});

/** Subjects that the generated configuration lets the attacker's key publish. */
function permitted({ role, where, account }: Attacker): readonly string[] {
  const { users } = readConfiguration(broker.home.nats('nats.conf'));
  const user = users.find(({ nkey }) => nkey === publicNkey(broker.seedOf(role, where)));
  expect(user?.account).toBe(account);
  return user?.publish.allow ?? [];
}

function perform(bus: Bus, { subject, reply, payload, headers: given }: Attempt): void {
  const options = reply === undefined ? {} : { reply };
  if (given === undefined) return bus.nc.publish(subject, payload, options);
  const lines = headers();
  for (const [name, value] of Object.entries(given)) lines.set(name, value);
  return bus.nc.publish(subject, payload, { ...options, headers: lines });
}

interface Effects {
  readonly checks: ReadonlyMap<string, number>;
  readonly changed: readonly string[];
  readonly changedInOwnAccount: readonly string[];
  readonly heardByOthers: readonly string[];
  readonly leakedSecrets: readonly string[];
  readonly heard: readonly string[];
}

/** Runs every attempt of this attacker against every victim, then compares the state and what each account received. */
async function attack(attacker: Attacker): Promise<Effects> {
  const bus = await broker.connect(attacker.role, attacker.where);
  const allowed = permitted(attacker);
  const received: string[] = [];
  const listen = (subject: string): void => {
    bus.nc.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) received.push(`${message.subject} ${message.string()}`);
      },
    });
  };
  const before = await settled(broker);
  const heardBefore = world.heard.length;
  const deliveries = await ownDeliveries({ bus, attacker, allowed });
  const checks = new Map<string, number>();
  for (const victim of attacker.victims) {
    const listening = snoopingSubjects(victim);
    listening.forEach(listen);
    const means = {
      permitted: allowed,
      deliveries: deliveries.splice(0, 3),
      own: OWN[attacker.account] ?? ['IN', 'OUT'],
    };
    const attempts = [
      ...directAttempts(victim),
      ...deputyAttempts(
        allowed.length === 0 ? { ...means, permitted: ['status.>', 'out.submission.>'] } : means,
        victim,
      ),
      ...messageIdAttempts(allowed, victim),
    ];
    for (const attempt of attempts) perform(bus, attempt);
    await bus.nc.flush();
    checks.set(victim, attempts.length + listening.length);
  }
  const after = await settled(broker);
  const others = world.heard.slice(heardBefore).filter(({ account }) => account !== attacker.account);
  // In its own account it may delete what it created, and has.
  if (attacker.role === 'provision') await broker.provision({ afterLoss: true });
  await world.talk();
  await bus.nc.flush();
  await bus.close();
  const foreign = ['CORE', 'WATCH', 'COMMAND', ...ORGS].filter((account) => account !== attacker.account);
  return {
    checks,
    changed: differences(before, after, attacker.account),
    changedInOwnAccount: differences(before, after).filter((line) => line.startsWith(`${attacker.account}/`)),
    heardByOthers: others.map(({ account, subject }) => `${account}: ${subject}`),
    leakedSecrets: received.filter((text) => foreign.some((account) => text.includes(secretOf(account)))),
    heard: received,
  };
}

interface Pulling {
  readonly bus: Bus;
  readonly attacker: Attacker;
  readonly allowed: readonly string[];
}

/** Real deliveries of the attacker's own queue: the server answers an acknowledgement to a subject that the attacker chooses. */
async function ownDeliveries({ bus, attacker, allowed }: Pulling): Promise<string[]> {
  const next = allowed.find((subject) => subject.includes('.MSG.NEXT.') && !subject.includes('*'));
  const inbox = inboxPrefixOf(attacker.role);
  if (next === undefined) return [];
  const replies: string[] = [];
  const subscription = bus.nc.subscribe(`${inbox}.own.>`, {
    callback: (error, message) => {
      if (error === null && message.reply?.startsWith('$JS.ACK.')) replies.push(message.reply);
    },
  });
  bus.nc.publish(next, JSON.stringify({ batch: 24, expires: 30_000_000 }), { reply: `${inbox}.own.x` });
  await bus.nc.flush();
  await new Promise((resolve) => setTimeout(resolve, 50));
  subscription.unsubscribe();
  return replies;
}

const nameOf = ({ role, where }: Attacker): string => `${role} at ${where}`;

function count(attacker: Attacker, { checks }: Effects): void {
  for (const [victim, number] of checks) made.set(`${nameOf(attacker)} → ${victim}`, number);
}

const NOTHING = { changed: [], heardByOthers: [], leakedSecrets: [] };

describe('isolation: an organisation has no effect on another, whatever it publishes, requests, names as a reply or subscribes to', () => {
  test.each(MEMBERS.map((attacker) => ({ name: nameOf(attacker), attacker })))(
    '$name',
    async ({ attacker }) => {
      const effects = await attack(attacker);
      count(attacker, effects);
      expect(effects).toMatchObject(NOTHING);
    },
  );

  test('each of the 42 ordered pairs of organisations was tried in at least 60 ways, 10 of them through the server as a deputy', () => {
    const pairs = [...made].filter(([pair]) => pair.startsWith('gateway at '));
    expect(pairs).toHaveLength(42);
    for (const [pair, number] of pairs) expect(number, pair).toBeGreaterThanOrEqual(60);
    expect(
      deputyAttempts({ permitted: ['out.submission.>'], deliveries: [], own: [] }, 'europol').length,
    ).toBeGreaterThanOrEqual(10);
  });

  test('the comparison can fail: the same attempts within one account leave traces', async () => {
    const attacker: Attacker = { role: 'gateway', account: 'gccpol', where: 'gccpol', victims: ['europol'] };
    const effects = await attack(attacker);
    expect(effects.changedInOwnAccount.join('\n')).toContain('gccpol/OUT');
    expect(effects.changedInOwnAccount.join('\n')).toContain('gccpol/IN');
    expect(effects.heard.length).toBeGreaterThan(0);
    expect(world.heard.filter(({ account }) => account === 'gccpol').length).toBeGreaterThan(0);
  });

  test('a message id taken by one organisation does not block another’s message with that id', async () => {
    for (const org of ORGS) {
      const gateway = await broker.connect('gateway', org);
      for (const n of [1, 2, 3]) {
        const ack = await gateway.js.publish(`out.submission.${'e'.repeat(63)}${n}`, 'honest', {
          msgID: `fresh-${org}-${n}`,
        });
        expect(ack.duplicate).toBe(false);
        const poisoned = await gateway.js.publish(`out.submission.${'f'.repeat(63)}${n}`, 'honest', {
          msgID: `${org}-${n}`,
        });
        expect(poisoned.duplicate, `${org}-${n}`).toBe(false);
      }
      await gateway.close();
    }
  });
});

describe('isolation: a role of the hub has no effect outside its account', () => {
  test.each(HUB.map((attacker) => ({ name: nameOf(attacker), attacker })))('$name', async ({ attacker }) => {
    const effects = await attack(attacker);
    count(attacker, effects);
    expect(effects).toMatchObject(NOTHING);
  });
});

describe('isolation: after all attempts', () => {
  test('every organisation can still send and receive', async () => {
    for (const org of ORGS) {
      const [gateway, router] = await Promise.all([
        broker.connect('gateway', org),
        broker.connect('router', org),
      ]);
      const bytes = Buffer.from('x');
      expect(await publishOnce(gateway, { subject: `out.submission.${'9'.repeat(64)}`, bytes })).toBe(
        'stored',
      );
      expect(await publishOnce(router, { subject: `in.report.${'9'.repeat(64)}`, bytes })).toBe('stored');
      await Promise.all([gateway.close(), router.close()]);
    }
  });
});
