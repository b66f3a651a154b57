import type { Call } from '../../../../services/cli/verb.js';
import { type BrokerFixture, startBrokerFixture } from '../../broker-fixture.js';
import { unlessStopped } from '../../unless-stopped.js';

/** What a part of `bench growth --history` needs. */
export interface HistoryParams {
  readonly call: Pick<Call<unknown>, 'env' | 'output' | 'stopping'>;
  /** The share of the whole history, from 0 to 1. */
  readonly share: number;
  /** Records without parts that come before those of the auditor. */
  readonly entries: number;
  readonly say: (words: string) => void;
}

/** One figure of a process with a long history. */
export interface HistoryFigure {
  /** Unique within its part. */
  readonly name: string;
  readonly unit: 'ms' | 'MiB';
  readonly value: number;
  /** The goal: the maximum value with the whole history. */
  readonly goal?: number;
}

/** The measurements of one process. */
export interface HistoryRow {
  readonly part: string;
  /** The size of the history, such as `1,000,000 own notices`. */
  readonly history: string;
  readonly figures: readonly HistoryFigure[];
}

/** Fills the store of one process and measures it; removes what it wrote. */
export type MeasureHistory = (params: HistoryParams) => Promise<HistoryRow>;

/** Measures a process on a broker in a home of its own, which is removed afterwards. */
export async function measureOnBroker(
  { call, say }: HistoryParams,
  measure: (broker: BrokerFixture) => Promise<HistoryRow>,
): Promise<HistoryRow> {
  const fixture = await startBrokerFixture({ env: call.env, say }, async (broker) => ({
    row: await unlessStopped(measure(broker), call.stopping),
  }));
  await fixture.stop();
  return fixture.row;
}
