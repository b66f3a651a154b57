import { setTimeout as delay } from 'node:timers/promises';
import type { LifeSystem, ShownOutcome } from './own-life.js';

/** Reads what the hub decided on the newest revisions of one organisation's notices. */
export interface ReportWatch {
  /** Resolves with the recipients in the newest report; with an empty list while there is none. */
  now(id: string): Promise<readonly ShownOutcome[]>;
  /** Resolves with the recipients once there is a report; rejects after five minutes without one. */
  next(id: string): Promise<readonly ShownOutcome[]>;
}

interface Waiting {
  readonly until: number;
  readonly resolve: (outcomes: readonly ShownOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

const LOOK_MS = 200;
const REPORT_MS = 300_000;
/** The most ids in one question. */
const ASKED = 50;

/** Creates the watch of one gateway. It asks about many notices at once, so that waiting costs a busy gateway little. */
export function createReportWatch(system: LifeSystem): ReportWatch {
  const waiting = new Map<string, Waiting>();
  const ask = async (ids: readonly string[]) => {
    const answer = await system.get(`/v1/reports?ids=${ids.join(',')}`);
    return (answer?.['items'] ?? []) as readonly {
      readonly id: string;
      readonly state: string;
      readonly recipients: readonly ShownOutcome[];
    }[];
  };
  const look = async (): Promise<void> => {
    while (waiting.size > 0) {
      await delay(LOOK_MS);
      const ids = [...waiting.keys()].slice(0, ASKED);
      const found = new Map((await ask(ids)).map((one) => [one.id, one]));
      for (const id of ids) {
        const [one, shown] = [waiting.get(id)!, found.get(id)];
        waiting.delete(id);
        if (shown !== undefined && shown.state !== 'queued') one.resolve(shown.recipients);
        else if (Date.now() > one.until) one.reject(new Error(`no report on ${id} of ${system.org}`));
        // Moves the id to the end, so that every id is asked about in turn.
        else waiting.set(id, one);
      }
    }
  };
  const run = (): void => {
    look().catch((thrown: unknown) => {
      for (const { reject } of waiting.values()) reject(thrown);
      waiting.clear();
    });
  };
  return {
    now: async (id) => (await ask([id]))[0]?.recipients ?? [],
    next: (id) =>
      new Promise((resolve, reject) => {
        waiting.set(id, { until: Date.now() + REPORT_MS, resolve, reject });
        if (waiting.size === 1) run();
      }),
  };
}
