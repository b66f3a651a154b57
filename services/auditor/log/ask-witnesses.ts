import { join } from 'node:path';
import type { Clock } from '../../shared/kernel/clock.js';
import type { Code, LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import { askWitness, type HttpWitness } from './ask-witness.js';
import { keepRefusedTree } from './keep-refused-tree.js';
import type { Sealer } from './sealer.js';

/**
 * The witnesses that are asked over HTTP (C2SP tlog-witness), each in its own loop, so that a slow one does not delay the
 * others.
 */
export interface HttpWitnesses {
  /** To be called after each publication of a checkpoint. */
  published(): void;
  stop(): Promise<void>;
}

interface AskWitnessesDeps {
  readonly sealer: Pick<Sealer, 'shown' | 'consistency' | 'cosigned'>;
  /** The pinned policy: without one only gateways count, which are asked by messages. */
  readonly witnessPolicy?: WitnessPolicy | undefined;
  readonly logFolder: string;
  readonly clock: Clock;
  readonly alarms: Alarms;
}

/** How long a witness may be unreachable before an alarm, in milliseconds. */
const UNREACHABLE_MS = 60_000;

/** Begins to ask the witnesses of the policy that have an address. */
export function askWitnesses(deps: AskWitnessesDeps): HttpWitnesses {
  const { sealer, witnessPolicy, alarms, clock } = deps;
  const report = createNotCosigningAlarm(alarms);
  const folder = join(deps.logFolder, 'refused');
  const askings = [...(witnessPolicy?.witnesses ?? [])].flatMap(([name, { url, ...key }]) => {
    if (url === undefined) return [];
    const witness: HttpWitness = { ...key, url };
    let keptFrom: number | undefined;
    const asking = askWitness(witness, {
      sealer,
      onTried: (fault) => {
        if (fault === undefined) keptFrom = undefined;
        report(name, fault);
      },
      onOtherTree: async (refused) => {
        // Keeps the first of the checkpoints refused from one size: it alone may be of that size, and is not pushed out.
        if (refused.from === keptFrom) return;
        await keepRefusedTree(folder, { witness, refused, at: clock() });
        keptFrom = refused.from;
      },
    });
    return [asking];
  });
  return {
    published: () => {
      for (const asking of askings) asking.published();
    },
    stop: async () => {
      await Promise.all(askings.map((asking) => asking.stop()));
    },
  };
}

/** Codes of faults that often end by themselves. */
const TEMPORARY: readonly Code[] = ['unreachable', 'timed-out', 'not-ready'];

/**
 * Raises the alarm when a witness refuses, or is unreachable for a minute, and ends it when it cosigns again. Until then each code
 * is raised once, so that a witness whose answers alternate is one alarm for each of them.
 */
function createNotCosigningAlarm(alarms: Alarms): (name: string, fault: LiaisonError | undefined) => void {
  const failing = new Map<string, { readonly since: number; readonly raised: Set<Code> }>();
  return (name, fault) => {
    if (fault === undefined) {
      failing.delete(name);
      const remaining = [...failing.values()].flatMap(({ raised }) => [...raised]);
      return alarms.end('witness-not-cosigning', remaining);
    }
    const { since, raised } = failing.get(name) ?? { since: performance.now(), raised: new Set() };
    failing.set(name, { since, raised });
    const isDue = !TEMPORARY.includes(fault.code) || performance.now() - since >= UNREACHABLE_MS;
    if (!isDue || raised.has(fault.code)) return;
    raised.add(fault.code);
    alarms.raise('witness-not-cosigning', fault, { witness: name });
  };
}
