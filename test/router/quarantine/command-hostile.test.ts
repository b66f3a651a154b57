import { rmSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandSteps, type CommandSteps } from '../../../services/router/quarantine/commands.js';
import type { Order } from '../../../services/router/quarantine/open-command.js';
import { entryId } from '../../../services/router/quarantine/quarantine.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { seconds } from '../../../services/shared/kernel/clock.js';
import { parseCommandId, parseEntryId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { verifyCommand } from '../../../services/shared/ledger/command.js';
import { signCommandRecord } from '../../../services/shared/ledger/command-record.js';
import { parsePrivateJwk } from '../../../services/shared/trust/jwk.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { parseKid } from '../../../services/shared/trust/kid.js';
import { generateKey, importSigner, readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { frames } from '../../../services/shared/wire/frames.js';
import type { CommandVerb } from '../../../services/shared/wire/subjects.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { quarantined } from '../../support/hub-reads.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { type PlayedOperator, playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';
import { type LateFrame, lateFrame } from '../receipts/late-key.js';

const EUROPOL = parseOrgId('europol');

let hub: TestHub;
let router: TestRouter;
let europol: PlayedGateway;
let interpol: PlayedGateway;
let operator: PlayedOperator;
/** A quarantined frame that a replay would route. */
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
  await late.list();
  const { part } = await operator.command({ verb: 'dry-run', entry: late.entry });
  expect(part.outcome).toBe('would-route');
});
afterAll(() => hub.close());

/** Signs a command with any key and any claims. */
function craft(signer: Signer, more: object = {}): Promise<string> {
  const iat = seconds(hub.clock());
  const claims = { iss: 'hub', iat, exp: iat + 60, aud: 'demo', jti: uuidv7(), verb: 'replay' };
  return signJws('command+jws', { ...claims, org: 'europol', entry: late.entry, ...more }, signer);
}

/** Checks that nothing was delivered or recorded, and that the entry is still open. */
async function expectNothing(records: number): Promise<void> {
  const next = await operator.command({ verb: 'dry-run', entry: late.entry });
  expect(next.part.outcome).toBe('would-route');
  expect(await hub.auditor.records()).toHaveLength(records + 1);
  expect(interpol.held).toEqual([]);
  expect(await quarantined(router.core)).toHaveLength(1);
}

/** Restarts the router without its database, which it derives from the ledger again. */
function forgetProjection(): void {
  for (const file of ['router.db', 'router.db-wal', 'router.db-shm']) {
    rmSync(hub.broker.home.hub('router', file), { force: true });
  }
}

const past = (s: number): number => seconds(hub.clock()) - s;

describe('router: nothing is done or recorded, and a security event names the code, for a command', () => {
  const cases: readonly (readonly [string, string, () => Promise<string>])[] = [
    ['that expired', 'expired', () => craft(operator.key, { iat: past(90), exp: past(1) })],
    ['without an expiry', 'token-malformed', () => craft(operator.key, { exp: undefined })],
    ['that lives too long', 'token-malformed', () => craft(operator.key, { exp: past(-121) })],
    [
      'signed in the future',
      'issued-in-future',
      () => craft(operator.key, { iat: past(-200), exp: past(-260) }),
    ],
    ['for another federation', 'audience-mismatch', () => craft(operator.key, { aud: 'elsewhere' })],
    ['for an unknown organisation', 'organisation-unknown', () => craft(operator.key, { org: 'nobody' })],
    ['with an unknown verb', 'token-malformed', () => craft(operator.key, { verb: 'purge' })],
    ['on the subject of another verb', 'subject-invalid', () => craft(operator.key, { verb: 'dry-run' })],
    ['with an unknown claim', 'token-malformed', () => craft(operator.key, { force: true })],
    ['with a note where none belongs', 'token-malformed', () => craft(operator.key, { note: 'x' })],
    ['without a proper id', 'id-invalid', () => craft(operator.key, { jti: 'again' })],
    [
      'by an unknown key',
      'key-unknown',
      async () => craft(await importSigner(await generateKey('hub:operator:9'))),
    ],
    [
      'by a key that only bears an operator’s name',
      'signature-invalid',
      async () => craft(await importSigner(parsePrivateJwk(await generateKey('hub:operator:1')))),
    ],
    [
      'by the hub’s own key',
      'key-invalid',
      async () => craft(await readSigner(hub.broker.home.hub('router', 'hub.jwk'))),
    ],
    [
      'by the auditor’s key',
      'key-invalid',
      async () => craft(await readSigner(hub.broker.home.hub('auditor', 'audit.jwk'))),
    ],
    ['by an organisation', 'key-invalid', () => craft(europol.notice, { iss: 'europol' })],
    ['that is none', 'token-malformed', async () => 'replay everything'],
    ['that is larger than one may be', 'oversize', async () => 'x'.repeat(9_000)],
  ];
  test.each(cases)('%s: %s', async (_name, code, make) => {
    const [records, before] = [(await hub.auditor.records()).length, securityEvents(code)];
    await operator.publish(await make());
    await operator.turnedAway(code, before + 1);
    await expectNothing(records);
  });

  test('that was used before, unchanged or with its id on another command', async () => {
    const { id, token } = await operator.sign({ verb: 'dry-run', entry: late.entry });
    await operator.publish(token, 'dry-run');
    await operator.ended(id);
    const records = (await hub.auditor.records()).length;
    await operator.publish(token, 'dry-run');
    await operator.turnedAway('command-used');
    await operator.publish((await operator.sign({ verb: 'replay', entry: late.entry, id })).token);
    await operator.turnedAway('command-used', 2);
    await expectNothing(records);
  });

  test('that was used before the router lost its database', async () => {
    const [first] = await operator.records();
    const records = (await hub.auditor.records()).length;
    await router.stop();
    forgetProjection();
    router = await hub.start();
    await hub.open(router);
    await operator.publish(first?.token ?? '', 'dry-run');
    await operator.turnedAway('command-used', 3);
    await expectNothing(records);
  });

  test('that a tail user publishes, which the broker refuses', async () => {
    const records = (await hub.auditor.records()).length;
    const denied: string[] = [];
    const tail = await hub.broker.connect('tail', undefined, ({ type }) => denied.push(type));
    tail.nc.publish('command.replay', Buffer.from(await craft(operator.key)));
    await tail.nc.flush();
    await until('the refusal', () => denied.includes('denied'));
    await expectNothing(records);
  });
});

function securityEvents(code: string): number {
  return hub.events.filter(
    (event) => event.event === 'security' && event['what'] === 'command' && event['code'] === code,
  ).length;
}

describe('router: a valid command that cannot be carried out is recorded with its code', () => {
  test('for an unknown entry', async () => {
    const entry = parseEntryId('0'.repeat(64));
    for (const wanted of [{ verb: 'replay' }, { verb: 'dry-run' }, { verb: 'discard', note: 'x' }] as const) {
      const { part } = await operator.command({ ...wanted, entry });
      expect(part).toMatchObject({ outcome: 'refused', code: 'not-found' });
    }
  });

  test('for the entry of another organisation', async () => {
    const { part } = await operator.command({ verb: 'replay', org: 'interpol', entry: late.entry });
    expect(part).toMatchObject({ outcome: 'refused', code: 'not-found' });
    expect(interpol.held).toEqual([]);
  });

  test('for an entry whose statement the auditor’s account forged, with a security event', async () => {
    const sent = await europol.frame([await europol.issue()]);
    const bytes = frames.submissionFrame.encode({ submission: sent.submission });
    const about = { org: 'europol', reason: 'expired', subject: `out.submission.${sent.id}` };
    const iat = seconds(hub.clock());
    const claims = { iss: 'hub', iat, ...about, digest: digest(bytes), size: bytes.length };
    const audit = await readSigner(hub.broker.home.hub('auditor', 'audit.jwk'));
    for (const iss of ['hub', 'auditor']) {
      const statement = await signJws('quarantine+jws', { ...claims, iss }, audit);
      const kept = frames.quarantined.encode({ statement, bytes });
      await publishLatest(router.core, { subject: 'quarantine.europol', bytes: kept });
    }
    const { part } = await operator.command({ verb: 'replay', entry: entryId(bytes) });
    expect(part).toMatchObject({ outcome: 'refused', code: 'key-invalid' });
    const isTold = ({ event, ...about }: (typeof hub.events)[number]): boolean =>
      event === 'security' && about['what'] === 'quarantine-entry' && about['code'] === 'key-invalid';
    await until('the security event', () => hub.events.some(isTold));
    expect(europol.reports.some(({ id }) => id === sent.id)).toBe(false);
    expect(interpol.held).toEqual([]);
  });

  test('for an entry that a router signed and the ledger does not have', async () => {
    const sent = await europol.frame([await europol.issue()]);
    const bytes = frames.submissionFrame.encode({ submission: sent.submission });
    const about = { org: 'europol', reason: 'expired', subject: `out.submission.${sent.id}` };
    const iat = seconds(hub.clock());
    const claims = { iss: 'hub', iat, ...about, digest: digest(bytes), size: bytes.length };
    const signer = await readSigner(hub.broker.home.hub('router', 'hub.jwk'));
    const statement = await signJws('quarantine+jws', claims, signer);
    const kept = frames.quarantined.encode({ statement, bytes });
    await publishLatest(router.core, { subject: 'quarantine.europol', bytes: kept });
    const { part } = await operator.command({ verb: 'replay', entry: entryId(bytes) });
    expect(part).toMatchObject({ outcome: 'refused', code: 'not-found' });
    expect(interpol.held).toEqual([]);
  });
});

describe('several routers that share COMMAND', () => {
  interface Meanwhile {
    readonly token: string;
    readonly verb: CommandVerb;
    readonly outcome: 'refused' | 'discarded';
  }

  /** Records as another router would, between this router's check and its first record. */
  const overtaken = (other: (order: Order) => Promise<Meanwhile>): CommandSteps => {
    let isFirst = true;
    return {
      ...commandSteps,
      record: async (of, order, said) => {
        if (!isFirst) return commandSteps.record(of, order, said);
        isFirst = false;
        const { token, verb, outcome } = await other(order);
        const { id } = await verifyCommand(token, { directory: order.directory, now: of.clock() });
        const { person, entry } = order.command;
        const about = { command: id, verb, person, entry, seq: order.seq + 1_000, accepted: order.accepted };
        const part = { type: 'command', ...about, token: digest(token), outcome, code: null } as const;
        const content = { org: EUROPOL, frame: order.frame, token, part, results: [] };
        const by = { signer: of.signer, federation: 'demo', now: of.clock() };
        const { bytes } = await signCommandRecord(content, by);
        await publishLatest(of.core, { subject: 'ledger.europol', bytes });
        return commandSteps.record(of, order, said);
      },
    };
  };
  const restart = async (steps: CommandSteps): Promise<void> => {
    await router.stop();
    router = await hub.start({ commandSteps: steps });
    await hub.open(router);
  };

  test('a router does not carry out a command that another took from another message', async () => {
    await restart(overtaken(async ({ command: { token, verb } }) => ({ token, verb, outcome: 'refused' })));
    const before = securityEvents('command-used');
    const { token } = await operator.sign({ verb: 'replay', entry: late.entry });
    await operator.publish(token);
    await operator.turnedAway('command-used', before + 1);
    expect(interpol.held).toEqual([]);
    const records = async () => (await operator.records()).filter((record) => record.token === token);
    await until('the one record to be kept', async () => (await records()).length > 0);
    expect(await records()).toHaveLength(1);
  });

  test('a router does not replay an entry that another has closed', async () => {
    await restart(
      overtaken(async () => {
        const wanted = { verb: 'discard', entry: late.entry, note: 'closed meanwhile' } as const;
        return { token: (await operator.sign(wanted)).token, verb: 'discard', outcome: 'discarded' };
      }),
    );
    const { part } = await operator.command({ verb: 'replay', entry: late.entry });
    expect(part).toMatchObject({ outcome: 'refused', code: 'not-found' });
    expect(europol.reports.some(({ id }) => id === late.id)).toBe(false);
    expect(interpol.held).toEqual([]);
  });
});

describe('router: a revoked operator', () => {
  test('can command nothing more, and earlier commands stay on the ledger', async () => {
    const before = await operator.records();
    const revokedAt = new Date(hub.clock().getTime() - 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
    await hub.amend(({ hub: operators, ...source }) => ({
      ...source,
      hub: {
        ...operators,
        keys: operators.keys.map((key) =>
          parseKid(key.kid).use === 'operator' ? { ...key, revokedAt } : key,
        ),
      },
    }));
    const id = parseCommandId(uuidv7());
    const { token } = await operator.sign({ verb: 'replay', entry: late.entry, id });
    await operator.publish(token);
    await operator.turnedAway('key-revoked');
    expect(interpol.held).toEqual([]);
    await router.stop();
    forgetProjection();
    const again = await hub.start();
    await hub.open(again);
    expect(again.store.quarantine.command(before[0]?.part.command ?? '')).toBeDefined();
    expect(await operator.records()).toHaveLength(before.length);
  });
});
