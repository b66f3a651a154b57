import { errorFrom } from '../../shared/kernel/errors.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { formatTlogProof } from '../../shared/tlog/tlog-proof.js';
import { digest } from '../../shared/trust/digest.js';
import type { Pack } from '../../shared/verify/pack.js';
import type { Inclusion } from '../inclusion/inclusion.js';
import { MAX_ASKED } from '../inclusion/prove-records.js';
import type { BrokerLink } from '../link.js';

/** What the proofs of a pack are taken from. */
export interface PackProofsDeps {
  readonly store: Pick<GatewayStore, 'logProofs'>;
  readonly inclusion: Pick<Inclusion, 'question'>;
  readonly link: Pick<BrokerLink, 'isUp'>;
}

/** How long a pack waits for the hub to prove records that are not proved yet. */
const ASK_TIMEOUT_MS = 3_000;

/**
 * Resolves to the pack with the proofs that its records are on the log. Asks the hub once about at most 64 records without a
 * stored proof, unless the connection is down or a question must wait. A record that the hub does not prove has no proof.
 */
export async function withProofs(deps: PackProofsDeps, pack: Pack): Promise<Pack> {
  const { logProofs } = deps.store;
  const named = pack.records.map((record) => ({ record, name: digest(record.statement) }));
  const stored = new Map(
    named.flatMap(({ name }) => {
      const proof = logProofs.proofOf(name);
      return proof === undefined ? [] : [[name, formatTlogProof(proof)] as const];
    }),
  );
  const lacking = named.map(({ name }) => name).filter((name) => !stored.has(name));
  const asked = await proveNow(deps, [...new Set(lacking)].slice(0, MAX_ASKED));
  const proofOf = (name: string): string | null => stored.get(name) ?? asked.get(name) ?? null;
  return { ...pack, records: named.map(({ record, name }) => ({ ...record, proof: proofOf(name) })) };
}

async function proveNow(
  { inclusion: { question }, link }: PackProofsDeps,
  records: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (records.length === 0 || !link.isUp() || question.isResting()) return new Map();
  try {
    const { note, proved } = await question.ask(records, { timeoutMs: ASK_TIMEOUT_MS });
    return new Map([...proved].map(([name, place]) => [name, formatTlogProof({ ...place, note })]));
  } catch (thrown) {
    // The pack is sound without them, and `verify` says which records have no proof.
    if (errorFrom(thrown).code === 'internal') throw thrown;
    return new Map();
  }
}
