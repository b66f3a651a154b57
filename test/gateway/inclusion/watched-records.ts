import { onTestFinished } from 'vitest';
import type { Clock } from '../../../services/shared/kernel/clock.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, hearLog, type Json, startGateway, type Started } from '../start-gateway.js';
import { playEntries, type PlayedEntries } from './play-entries.js';

const ORGS = ['europol', 'afripol', 'interpol'];
export const OWED_MS = 1_500;
/** Longer than any test takes from a report to its proof: for tests in which a record is not missing. */
export const LONG_OWED_MS = 40_000;

/** An originator and a recipient that watch their records, and the hub's log that they ask about. */
export interface Watched {
  readonly broker: Broker;
  readonly hub: Hub;
  readonly log: PlayedEntries;
  readonly originator: Started;
  readonly recipient: Started;
  /** The log lines of the originator. */
  readonly lines: readonly Json[];
  /** Starts the originator again after `stop`. */
  startAgain(): Promise<Started>;
  /** Submits a notice; resolves once the recipient holds it. */
  reported(): Promise<{ readonly id: string; readonly record: string }>;
}

/** Starts both gateways and the hub, which shows the log; they are stopped after the test. */
export async function startWatched(clock: Clock, owedMs = OWED_MS): Promise<Watched> {
  const settings = { owedMs, unwitnessedMs: owedMs, previewMs: 500 };
  const broker = await startBroker({ orgs: ORGS });
  const { lines, log: heard } = hearLog();
  const start = (org: string, more = {}) => startGateway(broker, org, { settings, clock, ...more });
  const originator = await start('europol', { log: heard });
  const recipient = await start('afripol');
  const running = [originator, recipient];
  const hub = await playHub(broker, originator.identity.directory.current(), clock);
  const log = await playEntries({ broker, hub, orgs: ORGS, now: clock });
  onTestFinished(async () => {
    log.stop();
    await Promise.all([...running, hub].map((one) => one.stop()));
    await broker.close();
  });
  await hub.serve('europol', 'afripol');
  await log.append();
  await log.show();
  return {
    broker,
    hub,
    log,
    originator,
    recipient,
    lines,
    startAgain: async () => {
      const again = await start('europol');
      running[0] = again;
      return again;
    },
    reported: async () => {
      const { body } = await (running[0] ?? originator).call('POST', '/v1/notices', { body: example('red') });
      const id = String(body['id']);
      await until('it is routed', () => running[0]?.store.own.find(id)?.state === 'routed');
      await until('it is held', () => recipient.store.inbox.find('europol', id) !== undefined);
      return { id, record: [...hub.reports.values()].at(-1)!.digest };
    },
  };
}

export const isRaised = ({ alarms }: Started, name = 'record-missing'): boolean =>
  alarms.list().some(({ alarm }) => alarm === name);
export const proofAt = ({ store }: Started, record: string) => store.logProofs.proofOf(record);
