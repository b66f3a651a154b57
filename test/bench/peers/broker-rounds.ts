import { type Figures, figuresOf } from '../figures.js';
import { unlessStopped } from '../unless-stopped.js';
import { type Contender, startOwn, startPeer } from './contender.js';
import type { PeerSample } from './exchange.js';
import { type LeftOut, partPeers } from './left-out.js';
import { mosquittoPeer } from './mosquitto-peer.js';
import { natsPeer } from './nats-peer.js';
import type { Peer } from './peer.js';
import { rabbitmqPeer } from './rabbitmq-peer.js';

/** The figures of one contender over all rounds. */
export interface Ranked {
  readonly name: string;
  readonly confirms: string;
  readonly perSecond: Figures;
  /** CPU microseconds per message or notice, of the broker's processes and of its client in this process. */
  readonly broker: Figures;
  readonly client: Figures;
  /** Recipients of a message. */
  readonly copies: number;
}

export interface BrokerRounds {
  readonly messages: number;
  /** Mean length of a message. */
  readonly bytes: number;
  readonly contenders: readonly Ranked[];
  readonly leftOut: readonly LeftOut[];
}

interface Rounds {
  readonly env: NodeJS.ProcessEnv;
  readonly stopping: AbortSignal;
  readonly say: (words: string) => void;
  readonly messages: number;
  readonly rounds: number;
}

const PEERS: readonly Peer[] = [natsPeer('default'), natsPeer('always'), mosquittoPeer, rabbitmqPeer];

/** Runs all contenders, but sends messages to one at a time; the first in a round is the last in the next. */
export async function measureBrokers(options: Rounds): Promise<BrokerRounds> {
  const { env, say, rounds, stopping } = options;
  const { there, leftOut } = partPeers(PEERS, env);
  const started: Contender[] = [];
  try {
    say('starting the federation’s own hub, and signing notices beforehand');
    const own = await startOwn({ ...options, notices: options.messages, rounds: rounds + 1 });
    started.push(own);
    const messages = own.prepared
      .flatMap(({ notices }) => notices.slice(0, notices.length / (rounds + 1)))
      .map((notice) => Buffer.from(notice));
    for (const peer of there) {
      say(`starting ${peer.name}`);
      started.splice(-1, 0, await startPeer(peer, { env, messages }));
    }
    const contenders = await unlessStopped(rank(started, options), stopping);
    const bytes = messages.reduce((sum, { length }) => sum + length, 0) / messages.length;
    return { messages: messages.length, bytes, contenders, leftOut };
  } finally {
    await Promise.all(started.map((contender) => contender.stop()));
  }
}

/** Measures the contenders in rounds; the first round is a warm-up and is not counted. */
async function rank(contenders: readonly Contender[], { rounds, say }: Rounds): Promise<readonly Ranked[]> {
  const samples = new Map(contenders.map((contender) => [contender, [] as PeerSample[]]));
  for (let round = 0; round <= rounds; round += 1) {
    say(round === 0 ? 'a round to warm up' : `round ${round} of ${rounds}`);
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const sample = await contender.measure(round);
      if (round > 0) samples.get(contender)?.push(sample);
    }
  }
  return [...samples].map(([{ name, confirms }, all]) => {
    const of = (pick: (sample: PeerSample) => number): Figures => figuresOf(all.map(pick));
    return {
      name,
      confirms,
      perSecond: of(({ perSecond }) => perSecond),
      broker: of(({ broker }) => broker),
      client: of(({ client }) => client),
      copies: of(({ copies = 1 }) => copies).median,
    };
  });
}
