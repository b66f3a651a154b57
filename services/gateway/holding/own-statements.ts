import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { verifyJws } from '../../shared/trust/jws.js';
import type { ShownStanding } from '../../shared/wire/shown-standing.js';
import { federationOf, type OwnIdentity } from '../identity.js';
import { provedOrUndefined } from './proved-or-undefined.js';

/** The two chains of numbered statements that a gateway signs, and the facts that hold the newest of each. */
const CHAINS = [
  { of: 'submission', typ: 'submission+jws', use: 'notice', number: 'frame', digest: 'statement' },
  {
    of: 'receipts',
    typ: 'receipts+jws',
    use: 'receipt',
    number: 'receipt-frame',
    digest: 'receipt-statement',
  },
] as const;

type Chain = (typeof CHAINS)[number];

/** The number of an own statement, proved by the own signature. */
interface ProvedStatement {
  readonly chain: Chain;
  readonly number: number;
  readonly digest: string;
}

/**
 * Returns the newest own statements that the hub shows and that a key of this organisation signed; any other one proves
 * nothing.
 */
export async function provedStatements(
  identity: OwnIdentity,
  shown: Pick<ShownStanding, 'submission' | 'receipts'>,
): Promise<readonly ProvedStatement[]> {
  const proved = await Promise.all(
    CHAINS.map((chain) => prove(identity, chain, shown[chain.of]?.signed ?? undefined)),
  );
  return proved.filter((one) => one !== undefined);
}

async function prove(
  identity: OwnIdentity,
  chain: Chain,
  token: string | undefined,
): Promise<ProvedStatement | undefined> {
  if (token === undefined) return undefined;
  const { directory, clock, org } = identity;
  const { typ, use } = chain;
  // `recorded` also accepts a key that was revoked since: else a revocation would hide that the database was restored.
  const signed = { typ, use, key: directory.current().key, now: clock(), recorded: new Date(0) };
  return provedOrUndefined(async () => {
    const audience = federationOf(identity);
    const { payload } = await verifyJws(token, { ...signed, issuer: org, audience });
    const number = Number(payload['number']);
    return Number.isSafeInteger(number) ? { chain, number, digest: digest(token) } : undefined;
  });
}

/** True if the database lacks any of these statements: its newest one has a lower number, or the same and another digest. */
export function lacksAny(store: Pick<GatewayStore, 'facts'>, proved: readonly ProvedStatement[]): boolean {
  return proved.some((one) => isLacking(store, one));
}

function isLacking(
  { facts }: Pick<GatewayStore, 'facts'>,
  { chain, number, digest: named }: ProvedStatement,
) {
  const own = facts.number(chain.number);
  return number > own || (number === own && named !== facts.text(chain.digest));
}

/** True if the hub names a higher number of a chain than the own newest one. */
export function claimsNewer(
  { facts }: Pick<GatewayStore, 'facts'>,
  shown: Pick<ShownStanding, 'submission' | 'receipts'>,
): boolean {
  return CHAINS.some(({ of, number }) => (shown[of]?.number ?? 0) > facts.number(number));
}

/** Makes the next own statements name the newest ones as their predecessors. Within a transaction. */
export function continueAfter(store: Pick<GatewayStore, 'facts'>, proved: readonly ProvedStatement[]): void {
  for (const { chain, number, digest: named } of proved.filter((one) => isLacking(store, one))) {
    store.facts.set(chain.number, number);
    store.facts.set(chain.digest, named);
  }
}
