import type { RenewalParams } from '../../../services/cli/up/renew-hourly.js';

/** Lets a renewal look once, at this time; returns what it said. */
export async function renewalRound(
  renew: (params: RenewalParams) => Promise<void>,
  now: Date,
): Promise<readonly string[]> {
  const said: string[] = [];
  const ending = new AbortController();
  const clock = (): Date => {
    // The round that asks for the time is the last one.
    ending.abort();
    return now;
  };
  await renew({ say: (words) => void said.push(words), stopping: ending.signal, clock });
  return said;
}
