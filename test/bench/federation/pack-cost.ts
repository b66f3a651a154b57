import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { gatewayClient } from '../../../services/cli/http-client.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { parseStrictJson } from '../../../services/shared/kernel/strict-json.js';
import { memberPolicy } from '../../../services/shared/tlog/member-witnesses.js';
import { parsePublicJwk } from '../../../services/shared/trust/jwk.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import type { Pack } from '../../../services/shared/verify/pack.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import type { EvidenceContext } from '../../../services/shared/verify/verify-pack.js';
import { figuresOf } from '../figures.js';
import { cpu, inRounds } from '../rounds.js';

/** The cost of verifying the evidence pack of a withdrawn notice, as `liaison verify` does it with its files in memory. */
export interface PackCost {
  readonly packBytes: number;
  /** What the pack proves: lines that hold. */
  readonly packClaims: number;
  /** CPU microseconds of one verification, the median of some rounds. */
  readonly packMicros: number;
}

type Sampled = Pick<Federation, 'home' | 'run'>;

const ROUNDS = { rounds: 5, slice: 100 };
const PROOF_TIMEOUT_MS = 60_000;
const POLL_MS = 200;

/**
 * Verifies the pack of an own notice about all of its recipients, once the hub has proved every record of it. Throws
 * `timed-out` without these proofs, and `internal` if a claim does not hold.
 */
export async function measurePack(
  { home, run }: Sampled,
  { org, id }: { readonly org: string; readonly id: string },
): Promise<PackCost> {
  const pack = await provedPack(() => gatewayClient(home, run, org).get(`/v1/notices/${id}/evidence`));
  const bytes = Buffer.from(JSON.stringify(pack));
  const now = new Date();
  const context: EvidenceContext = {
    root: parsePublicJwk(parseStrictJson(readFileSync(home.anchor))),
    now,
    requireLog: true,
    witnesses: memberPolicy(await readDirectory(home), now),
  };
  const { holds, lines } = await verifyEvidence(bytes, context);
  if (!holds) throw fail('internal', 'the pack of a notice does not hold');
  const part = { name: 'pack', operations: 1, prepare: () => () => verifyEvidence(bytes, context) };
  const spent = await inRounds([part], ROUNDS, cpu);
  const packMicros = figuresOf(spent.get(part.name) ?? []).median;
  return { packBytes: bytes.length, packClaims: lines.filter(({ ok }) => ok === true).length, packMicros };
}

async function provedPack(read: () => Promise<unknown>): Promise<Pack> {
  for (const end = performance.now() + PROOF_TIMEOUT_MS; performance.now() < end; await delay(POLL_MS)) {
    const pack = (await read()) as Pack;
    if (pack.records.every(({ proof }) => proof !== null)) return pack;
  }
  throw fail('timed-out', 'the hub did not prove every record of a notice to be on the log');
}
