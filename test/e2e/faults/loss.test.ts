import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { startFederation, type TestFederation } from '../../support/federation.js';
import { untilWell } from '../../support/observe/until-well.js';
import { until } from '../../support/until.js';
import { checkPromises, exampleDraft, type LocalSystem, localSystems } from '../../support/notices.js';

type Sent = { readonly org: string; readonly id: string };
const KINDS = ['red', 'yellow', 'blue', 'green', 'orange', 'purple', 'silver'];

/** Submits notices while the router is frozen: they stay unsettled, in the broker and in the outboxes. */
async function submitUnsettled(federation: TestFederation): Promise<readonly Sent[]> {
  await federation.freeze('router');
  const sent: Sent[] = [];
  for (const { org, submit } of localSystems(federation)) {
    for (const kind of KINDS) sent.push({ org, id: await submit(exampleDraft(kind)) });
  }
  await until('frames of every organisation in the broker', async () => {
    const streams = await monitoringAt(federation.run().monitor).streams();
    const full = streams.filter(({ stream, messages }) => stream === 'OUT' && messages > 0);
    return full.length === federation.orgs.length;
  });
  return sent;
}

/** Deletes the broker's disk while everything else runs. */
async function loseBroker(federation: TestFederation): Promise<void> {
  await federation.freeze('nats');
  const data = federation.home.nats('data');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  const pid = federation.kill('nats', 'SIGKILL');
  await federation.pidOf('nats', pid);
  federation.kill('router', 'SIGCONT');
}

const states = (systems: readonly LocalSystem[], sent: readonly Sent[]): Promise<readonly string[]> =>
  Promise.all(
    sent.map(async ({ org, id }) => (await systems.find((one) => one.org === org)?.show(id))?.state ?? ''),
  );

describe('a broker that loses its disk', () => {
  test('while notices are unsettled: all are delivered once after re-provisioning with `--after-loss`, and settled ones are not sent again', async () => {
    await using federation = await startFederation();
    const systems = localSystems(federation);
    const europol = systems.find(({ org }) => org === 'europol')!;
    const before = { org: 'europol', id: await europol.submit(exampleDraft('red')) };
    await europol.settled(before.id);
    const sent = await submitUnsettled(federation);
    await loseBroker(federation);
    const doctor = await until('doctor to report the loss', async () => {
      const { records } = await federation.cli('doctor', '--no-ping', '--json');
      const streams = records.find(({ check }) => check === 'streams');
      return streams?.['state'] === 'bad' ? streams : undefined;
    });
    expect(doctor['mend']).toContain('liaison provision --after-loss');
    expect((await federation.cli('provision')).code).toBe(1);
    expect(await federation.cli('provision', '--after-loss')).toMatchObject({ code: 0 });
    for (const { org, id } of sent) await systems.find((one) => one.org === org)?.settled(id);
    const { promised, missing, duplicates } = await checkPromises(systems, [before, ...sent]);
    expect(promised).toBeGreaterThan(sent.length);
    expect({ missing, duplicates }).toEqual({ missing: [], duplicates: [] });
  }, 600_000);

  test('negative control: without resending, the notices in the broker stay unsettled', async () => {
    await using federation = await startFederation({ env: { LIAISON_RESEND_SECONDS: '3600' } });
    const systems = localSystems(federation);
    const sent = await submitUnsettled(federation);
    await loseBroker(federation);
    await until(
      'the streams to be created again',
      async () => (await federation.cli('provision', '--after-loss')).code === 0,
    );
    await untilWell(federation);
    expect(await states(systems, sent)).toContain('queued');
  }, 600_000);
});
