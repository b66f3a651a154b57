import type { Figure, Measurement } from '../measurement.js';
import type { BrokerRounds } from './broker-rounds.js';
import type { PolicyRounds } from './policy-rounds.js';

/** The measurements of `bench peers`. */
export interface PeersResult {
  readonly rounds: number;
  readonly brokers: BrokerRounds;
  readonly policies: PolicyRounds;
}

/** `bench peers --json`. */
export type BenchPeersResult = PeersResult & Measurement;

/** Converts the measurements of `bench peers` to figures. */
export function peerFigures({ brokers, policies }: PeersResult): readonly Figure[] {
  const [ours] = policies.engines;
  return [
    ...brokers.contenders.flatMap(({ name, perSecond, broker, client }): readonly Figure[] => [
      { name, unit: 'messages/s', value: perSecond, headline: true },
      { name: `${name}: its processes, a message`, unit: 'CPU µs', value: broker },
      { name: `${name}: the client, a message`, unit: 'CPU µs', value: client },
    ]),
    ...policies.engines.map(
      ({ name, micros, ratio }): Figure => ({
        name: `${name}: one decision`,
        unit: 'CPU µs',
        value: micros,
        ...(ours === undefined || name === ours.name ? {} : { ratio: { to: ours.name, ...ratio } }),
        headline: true,
      }),
    ),
  ];
}
