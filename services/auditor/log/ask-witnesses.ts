import { join } from 'node:path';
import type { Clock } from '../../shared/kernel/clock.js';
import type { Code, LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import { askWitness, type HttpWitness } from './ask-witness.js';
import { keepRefusedTree } from './keep-refused-tree.js';
import type { Sealer } from './sealer.js';

/** The witnesses that are asked over HTTP (C2SP tlog-witness), each in a loop of its own, so that a slow one delays nothing else. */
export interface HttpWitnesses {
  /** To be called with each published checkpoint. */
  published(): void;
  stop(): Promise<void>;
}

interface AskWitnessesDeps {
  readonly sealer: Pick<Sealer, 'shown' | 'consistency' | 'cosigned'>;
  /** Gateways are asked by messages; without a pinned policy no other witness counts. */
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
    const onForked = reportOnce(() => alarms.raise('log-forked', {}, { witness: name }));
    const asking = askWitness(witness, {
      sealer,
      onTried: (fault) => report(name, fault),
      onOtherTree: async (refused) => {
        onForked();
        await keepRefusedTree(folder, { witness, refused, at: clock() });
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

function reportOnce(report: () => void): () => void {
  let isReported = false;
  return () => {
    if (!isReported) report();
    isReported = true;
  };
}

/** Codes of faults that often end by themselves. */
const TEMPORARY: readonly Code[] = ['unreachable', 'timed-out', 'not-ready'];

/** Raises the alarm when a witness refuses, or is unreachable for a minute, and ends it when it cosigns again. */
function createNotCosigningAlarm(alarms: Alarms): (name: string, fault: LiaisonError | undefined) => void {
  const failing = new Map<string, { readonly since: number; readonly raised: Code | undefined }>();
  return (name, fault) => {
    const before = failing.get(name);
    if (before === undefined && fault === undefined) return;
    const since = before?.since ?? performance.now();
    const isDue = fault && (!TEMPORARY.includes(fault.code) || performance.now() - since >= UNREACHABLE_MS);
    if (fault !== undefined && isDue && fault.code !== before?.raised)
      alarms.raise('witness-not-cosigning', fault, { witness: name });
    if (fault === undefined) failing.delete(name);
    else failing.set(name, { since, raised: isDue ? fault.code : before?.raised });
    const raised = [...failing.values()].flatMap((one) => one.raised ?? []);
    alarms.end('witness-not-cosigning', raised);
  };
}
