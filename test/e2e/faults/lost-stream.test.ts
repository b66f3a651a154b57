import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectAs } from '../../../services/shared/bus/connect.js';
import type { Role } from '../../../services/shared/bus/accounts.js';
import { pull } from '../../../services/shared/bus/pull.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { deleteStream } from '../../support/streams/delete-stream.js';
import { startFederation, type TestFederation } from '../../support/federation.js';
import { checkPromises, exampleDraft, type LocalSystem, localSystems } from '../../support/notices.js';
import { untilArchived } from '../../support/observe/until-archived.js';
import { untilWell } from '../../support/observe/until-well.js';
import { until } from '../../support/until.js';

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation({ separate: true });
});
afterAll(() => federation?.close());

type Sent = { readonly org: string; readonly id: string };
const KINDS = ['red', 'yellow', 'blue', 'green', 'orange', 'purple', 'silver'];

async function submitAll(systems: readonly LocalSystem[]): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  for (const { org, submit } of systems)
    for (const kind of KINDS) sent.push({ org, id: await submit(exampleDraft(kind)) });
  return sent;
}

/** Connects with a key from the home, like an intruder in a member or a process of the hub. */
function connectWith({ run, home }: TestFederation, role: Role, ...file: readonly string[]) {
  const [folder = '', ...rest] = file;
  const path = [home.root, folder, ...rest].join('/');
  return connectAs({ servers: run().nats, seed: readFileSync(path, 'utf8').trim(), role, name: 'intruder' });
}

/** Resolves when the broker lists the stream again. */
async function isBack({ run }: TestFederation, name: string): Promise<void> {
  await until(`${name} to be back`, async () => (await monitoringAt(run().monitor).names()).includes(name));
}

const alarmsOf = async (federation: TestFederation): Promise<readonly string[]> => {
  const { records } = await federation.cli('status', '--json');
  const alarms = records.at(-1)?.['alarms'] as readonly {
    readonly alarm: string;
    readonly place: string | null;
  }[];
  return alarms.map(({ alarm, place }) => `${alarm} ${place}`);
};

/** Resolves when these alarms are in force: a router compares epochs every few seconds. */
async function alarmed(federation: TestFederation, ...alarms: readonly string[]): Promise<void> {
  await until(alarms.join(' and '), async () => {
    const inForce = await alarmsOf(federation);
    return alarms.every((alarm) => inForce.includes(alarm));
  });
}

describe('a stream that a key deletes by the empty status reply, while others of its account exist', () => {
  test('IN, by the key of its gateway: the exchange continues without help, and everything arrives once', async () => {
    const systems = localSystems(federation);
    const first = await submitAll(systems);
    for (const { org, id } of first) await systems.find((one) => one.org === org)?.settled(id);
    await federation.freeze('gateway-interpol');
    const sent = await submitAll(systems.filter(({ org }) => org !== 'interpol'));
    await until('a delivery of each other member in IN', async () => {
      const streams = await monitoringAt(federation.run().monitor).streams();
      const inbox = streams.find(({ account, stream }) => account === 'interpol' && stream === 'IN');
      return (inbox?.messages ?? 0) >= 6;
    });
    // A delivery that came after the pulls below would answer the request that is to get the empty status.
    for (const { org, id } of sent)
      await until(`the report on ${id}`, async () => {
        const { state } = await systems.find((one) => one.org === org)!.show(id);
        return state !== 'queued';
      });
    const intruder = await connectWith(federation, 'gateway', 'orgs', 'interpol', 'gateway.nk');
    // Fetches the waiting messages, so that the next request is answered with the empty status.
    while ((await pull(intruder, sources.in, { max: 1_000 })).length > 0);
    await deleteStream(intruder, 'IN.gw', 'IN');
    await intruder.close();
    federation.kill('gateway-interpol', 'SIGCONT');
    await isBack(federation, 'interpol/IN/gw');
    for (const { org, id } of sent) await systems.find((one) => one.org === org)?.settled(id);
    const { promised, missing, duplicates } = await checkPromises(systems, [...first, ...sent]);
    expect(promised).toBeGreaterThan(first.length);
    expect({ missing, duplicates }).toEqual({ missing: [], duplicates: [] });
    await alarmed(federation, 'stream-made-anew IN');
    await untilWell(federation, '--no-ping');
  }, 600_000);

  test('LEDGER, PARKED of a member and QUARANTINE, by three messages with the key of the auditor: the exchange continues too', async () => {
    const systems = localSystems(federation);
    const first = await submitAll(systems);
    for (const { org, id } of first) await systems.find((one) => one.org === org)?.settled(id);
    await untilArchived(federation);
    const intruder = await connectWith(federation, 'auditor', 'hub', 'auditor', 'core.nk');
    for (const stream of ['PARKED_interpol', 'QUARANTINE', 'LEDGER'])
      await deleteStream(intruder, 'LEDGER.auditor', stream);
    await intruder.close();
    const sent = await submitAll(systems);
    for (const name of ['PARKED_interpol/router', 'QUARANTINE', 'LEDGER/auditor', 'LEDGER/router-1'])
      await isBack(federation, `CORE/${name}`);
    for (const { org, id } of sent) await systems.find((one) => one.org === org)?.settled(id);
    const { promised, missing, duplicates } = await checkPromises(systems, [...first, ...sent]);
    expect(promised).toBeGreaterThan(first.length);
    expect({ missing, duplicates }).toEqual({ missing: [], duplicates: [] });
    await alarmed(federation, 'stream-made-anew PARKED', 'ledger-made-anew null');
    await untilWell(federation, '--no-ping');
  }, 600_000);
});
