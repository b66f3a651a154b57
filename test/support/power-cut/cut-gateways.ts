import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { freePorts } from '../../../services/cli/init/free-ports.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { queryDatabase } from '../../../services/shared/store/sqlite.js';
import { openDirectory } from '../../../services/shared/trust/directory.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { playHub } from '../../gateway/play-hub.js';
import { example, type Json } from '../../gateway/start-gateway.js';
import { type Broker, startBroker } from '../broker.js';
import { type ServiceProcess, startService } from '../processes/service-process.js';
import { until } from '../until.js';
import { createCutMachine } from './machine.js';

const [SENDER, RECIPIENT] = ['europol', 'afripol'] as const;
const SUBMITTERS = 6;
const [MIN_LOAD_MS, MAX_LOAD_MS] = [500, 2_000];
/** The notices accepted before each cut: a cut after only a few loses nothing, with or without the flush. */
const MIN_ACCEPTED = 30;
/** How long notices may take to settle on a busy machine. */
const SETTLED_MS = 150_000;
/** So long that nothing is offered again: an offer would hide what a recipient lost. */
const SETTINGS = { LIAISON_RESEND_SECONDS: '3600', LIAISON_LOG_LEVEL: 'silent' };

/**
 * Cuts the power of two gateways under load, every second time of a host that serves both: what was answered with 202 or
 * receipted must be on the disks that are left, and with what was acknowledged each notice must settle and be held once. Returns
 * how many answers and receipts the same cuts would have lost without the flush of the write-ahead log.
 */
export async function cutGateways(cuts: number): Promise<number> {
  const broker = await startBroker({ orgs: [SENDER, RECIPIENT] });
  const { home } = broker;
  const anchor = JSON.parse(readFileSync(home.anchor, 'utf8'));
  const hub = await playHub(broker, await openDirectory(readFileSync(home.directory), anchor));
  await hub.serve(SENDER, RECIPIENT);
  const gateways = await createGateways(broker);
  let isHosted = false;
  const machine = createCutMachine({
    root: join(home.root, 'orgs'),
    launch: (env) => gateways.launch(env, isHosted),
  });
  const receiptFrames = (): number => new Set(hub.receipts.map(({ frame }) => frame)).size;
  const accepted = new Set<string>();
  let lost = 0;
  try {
    for (let cut = 0; cut < cuts; cut += 1) {
      isHosted = cut % 2 === 1;
      await machine.start();
      const enough = accepted.size + MIN_ACCEPTED;
      const load = gateways.submit(accepted);
      await until('answers', () => accepted.size >= enough);
      await delay(MIN_LOAD_MS + Math.random() * (MAX_LOAD_MS - MIN_LOAD_MS));
      await machine.cut();
      await load.stop();
      const shown = { ids: [...accepted], receiptFrames: receiptFrames() };
      const seed = Math.floor(Math.random() * 2 ** 32);
      const left = machine.replay(seed, false);
      expect(lostOf(left, shown), `cut ${cut}, seed ${seed}`).toEqual({ ids: [], receiptFrames: 0 });
      const without = lostOf(machine.replay(seed, true), shown);
      lost += without.ids.length + without.receiptFrames;
      machine.adopt(left);
      await expectSettled({ broker, gateways, machine }, shown.ids);
    }
    return lost;
  } finally {
    await machine.close();
    await hub.stop();
    await broker.close();
  }
}

interface Shown {
  /** The notices that were answered with 202. */
  readonly ids: readonly string[];
  /** How many frames of receipts the hub took. */
  readonly receiptFrames: number;
}

/** Returns what is not on the disks in `orgs`, a folder of organisations. */
function lostOf(orgs: string, { ids, receiptFrames }: Shown): Shown {
  const own = new Set(rowsOf<{ id: string }>(join(orgs, SENDER), 'SELECT id FROM own').map(({ id }) => id));
  const [made] = rowsOf<{ value: unknown }>(
    join(orgs, RECIPIENT),
    "SELECT value FROM fact WHERE name = 'receipt-frame'",
  );
  return {
    ids: ids.filter((id) => !own.has(id)),
    receiptFrames: Math.max(0, receiptFrames - Number(made?.value ?? 0)),
  };
}

function rowsOf<Row>(folder: string, sql: string): readonly Row[] {
  return queryDatabase<Row>(join(folder, 'gateway.db'), sql);
}

interface SettledParams {
  readonly broker: Broker;
  readonly gateways: Awaited<ReturnType<typeof createGateways>>;
  readonly machine: ReturnType<typeof createCutMachine>;
}

/** Starts the gateways on what is left, and requires that each notice settles and is held once. */
async function expectSettled(
  { broker, gateways, machine }: SettledParams,
  ids: readonly string[],
): Promise<void> {
  await machine.start();
  let open = ids;
  const settle = async (): Promise<boolean> => {
    const states = await Promise.all(open.slice(0, 32).map(gateways.stateOf));
    open = open.filter((_, at) => states[at] !== 'settled');
    return open.length === 0;
  };
  await until('every notice to be settled', settle, SETTLED_MS);
  await machine.stop();
  const held = rowsOf<{ id: string }>(broker.home.org(parseOrgId(RECIPIENT)), 'SELECT id FROM inbox').map(
    ({ id }) => id,
  );
  expect([new Set(held).size, ids.filter((id) => !held.includes(id))]).toEqual([held.length, []]);
}

/** The gateways of both organisations, at fixed addresses. */
async function createGateways(broker: Broker) {
  const [senderPort = 0, recipientPort = 0] = await freePorts(2);
  const token = readSecret(broker.home.org(parseOrgId(SENDER), 'token'));
  const startWith = (env: Readonly<Record<string, string>>): Promise<ServiceProcess> =>
    startService('gateway', broker, { env: { ...SETTINGS, ...env }, heapMiB: 256 });
  const call = async (path: string, init: RequestInit = {}): Promise<{ status: number; body: Json }> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${senderPort}${path}`, { ...init, headers });
    return { status: response.status, body: (await response.json()) as Json };
  };
  return {
    launch: (env: Readonly<Record<string, string>>, isHosted: boolean): Promise<readonly ServiceProcess[]> =>
      Promise.all(
        isHosted
          ? [startWith({ ...env, LIAISON_HOSTED: `${SENDER}=${senderPort},${RECIPIENT}=${recipientPort}` })]
          : [
              startWith({ ...env, LIAISON_ORG: SENDER, LIAISON_PORT: `${senderPort}` }),
              startWith({ ...env, LIAISON_ORG: RECIPIENT, LIAISON_PORT: `${recipientPort}` }),
            ],
      ),
    stateOf: async (id: string): Promise<unknown> => (await call(`/v1/notices/${id}`)).body['state'],
    /** Submits notices, several at a time, and notes those that are answered with 202. */
    submit: (accepted: Set<string>): { readonly stop: () => Promise<void> } => {
      const over = new AbortController();
      const body = JSON.stringify(example('yellow'));
      const submitOn = async (): Promise<void> => {
        while (!over.signal.aborted) {
          const answer = await call('/v1/notices', { method: 'POST', body }).catch(() => undefined);
          if (answer?.status === 202) accepted.add(String(answer.body['id']));
          else await delay(20);
        }
      };
      const submitting = Promise.all(Array.from({ length: SUBMITTERS }, submitOn));
      return {
        stop: async () => {
          over.abort();
          await submitting;
        },
      };
    },
  };
}
