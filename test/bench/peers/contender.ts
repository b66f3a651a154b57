import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { type Federation, startFederation } from '../../../services/cli/up/federation.js';
import { temporaryHome } from '../../../services/cli/up/prepare-home.js';
import { prepare, type Prepared, type SignedItems } from '../prepare.js';
import { runLoad } from '../route/run-load.js';
import { usageOf } from '../usage.js';
import { type Counting, exchange, type PeerSample } from './exchange.js';
import type { Peer } from './peer.js';

/** A broker or the federation, which processes the same notices in every round. */
export interface Contender {
  readonly name: string;
  readonly confirms: string;
  readonly measure: (round: number) => Promise<PeerSample>;
  readonly stop: () => Promise<void>;
}

/** Starts a peer; each round sends the same messages through it. */
export async function startPeer(
  { name, confirms, start }: Peer,
  { env, messages }: { readonly env: NodeJS.ProcessEnv; readonly messages: readonly Uint8Array[] },
): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-peer-'));
  const ends: End[] = [(): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })];
  return started(ends, async () => {
    const running = await start(folder, env);
    ends.unshift(running.stop);
    const client = await running.connect();
    ends.unshift(client.close);
    const arrived: Counting = { messages: 0, bytes: 0 };
    await client.consume(({ length }) => {
      arrived.messages += 1;
      arrived.bytes += length;
    });
    return { name, confirms, measure: () => exchange(client, { messages, arrived, pid: running.pid }) };
  });
}

type End = () => void | Promise<void>;

/**
 * Starts a contender; runs the clean-up functions in `ends` when the start fails, and when `stop` is called.
 */
async function started<T extends object>(
  ends: readonly End[],
  start: () => Promise<T>,
): Promise<T & Pick<Contender, 'stop'>> {
  const stop = async (): Promise<void> => {
    for (const end of ends) await end();
  };
  try {
    return { ...(await start()), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Own {
  readonly env: NodeJS.ProcessEnv;
  readonly stopping: AbortSignal;
  readonly say: (words: string) => void;
  /** The number of notices per round, over all organisations. */
  readonly notices: number;
  readonly rounds: number;
}

/** Starts the federation's own hub, and signs the notices of all rounds beforehand; each is sent once. */
export async function startOwn(own: Own): Promise<Contender & { readonly prepared: readonly Prepared[] }> {
  const { home, remove } = temporaryHome();
  const ends: End[] = [remove];
  return started(ends, async () => {
    const federation = await startFederation(home, {
      ...own,
      fresh: false,
      afterLoss: false,
      onEvent: () => {},
      without: ['gateways', 'console'],
    });
    ends.unshift(federation.stop);
    const directory = await readDirectory(home);
    const each = Math.ceil(own.notices / federation.orgs.length);
    const prepared = await prepare(home, directory, { count: each * own.rounds });
    const slice = (round: number): readonly SignedItems[] =>
      prepared.map((one) => ({ ...one, items: one.items.slice(each * round, each * (round + 1)) }));
    const { nats } = federation.run;
    const from = { home, nats, federation: directory.federation, chains: new Map(), say: own.say };
    const load = { ...from, window: 512, largest: 64 };
    return {
      name: 'Liaison, whole',
      confirms: 'signed receipts of every recipient',
      prepared,
      measure: (round: number) => measureOwn(federation, () => runLoad({ ...load, prepared: slice(round) })),
    };
  });
}

async function measureOwn({ pid }: Federation, load: () => ReturnType<typeof runLoad>): Promise<PeerSample> {
  const spent = (): number =>
    ['nats', 'router', 'auditor'].reduce((sum, name) => sum + usageOf(pid(name)).cpu, 0);
  const [before, own] = [spent(), process.cpuUsage()];
  const { notices, perSecond, copies } = await load();
  const { user, system } = process.cpuUsage(own);
  return {
    perSecond,
    copies,
    broker: ((spent() - before) * 1e6) / notices,
    client: (user + system) / notices,
  };
}
