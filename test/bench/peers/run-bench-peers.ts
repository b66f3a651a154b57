import type { CommonOptions } from '../bench-options.js';
import { type Bench, runOf } from '../bench-run.js';
import { thisMachine } from '../figures.js';
import { measureBrokers } from './broker-rounds.js';
import { type BenchPeersResult, peerFigures } from './peer-figures.js';
import { measurePolicies } from './policy-rounds.js';
import { showBenchPeers } from './show-bench-peers.js';

export interface BenchPeersOptions extends CommonOptions {
  readonly messages: number;
  readonly rounds: number;
  readonly policies: string;
}

const bench: Bench<BenchPeersOptions, BenchPeersResult> = {
  name: 'peers',
  measure: async ({ env, options, stopping }, say) => {
    const asked = { ...options, env, stopping, say };
    const brokers = await measureBrokers(asked);
    const policies = await measurePolicies(asked);
    const result = { rounds: options.rounds, brokers, policies };
    return { machine: thisMachine(), ...result, figures: peerFigures(result), series: [] };
  },
  show: showBenchPeers,
};

export const runBenchPeers = runOf(bench);
