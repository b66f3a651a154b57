import { gatewayClient, type GatewayClient } from '../../../services/cli/http-client.js';
import { LiaisonError } from '../../../services/shared/kernel/errors.js';
import type { Json, TestFederation } from '../federation.js';

/** The answer of one holder to an action, as the gateway shows it. */
interface ShownAnswer {
  readonly org: string;
  readonly type: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly verified: boolean;
}

/** An action on an own notice as the gateway shows it. */
export interface ShownAction {
  readonly action: number;
  readonly verb: string;
  readonly state: string;
  readonly code?: string;
  readonly answers: readonly ShownAnswer[];
  readonly owed: readonly { readonly org: string }[];
}

/** The life of an own notice as the gateway shows it. */
export interface ShownLife {
  readonly revisions: readonly { readonly number: number; readonly state: string }[];
  readonly suspendedUntil?: string;
  readonly ended?: { readonly ending: string; readonly reason?: string };
  readonly actions: readonly ShownAction[];
}

/** A decision about an own notice as the gateway shows it. */
export interface ShownOutcome {
  readonly org: string;
  readonly outcome: string;
  readonly sections: readonly string[];
  readonly withheld: readonly string[];
}

/** A local system of an originator or a holder, which acts on notices after their submission. */
export interface LifeSystem {
  readonly org: string;
  /** Posts; resolves to the answer, or to the code of a refusal. */
  readonly post: (path: string, body: unknown) => Promise<Json & { readonly refused?: string }>;
  /** Gets; resolves to undefined for `not-found`, and rejects for any other refusal. */
  readonly get: (path: string) => Promise<Json | undefined>;
  readonly life: (id: string) => Promise<ShownLife>;
}

/** Creates a local system for each gateway; it repeats calls while a gateway starts or is overloaded. */
export function lifeSystems({ home, run }: TestFederation): ReadonlyMap<string, LifeSystem> {
  return new Map(
    Object.keys(run().gateways).map((org) => [org, lifeSystem(() => gatewayClient(home, run(), org), org)]),
  );
}

const RETRIED = ['unreachable', 'timed-out', 'not-ready', 'busy', 'internal', 'signing-clock-ahead', 'full'];

function lifeSystem(client: () => GatewayClient, org: string): LifeSystem {
  const post: LifeSystem['post'] = async (path, body) => {
    // The same key for every try: what was accepted before the answer was lost is not done twice.
    const headers = { 'idempotency-key': crypto.randomUUID() };
    return retried(async () => (await client().post(path, body, headers)) as Json);
  };
  const get: LifeSystem['get'] = async (path) => {
    const answer = await retried(async () => (await client().get(path)) as Json);
    if (!('refused' in answer)) return answer;
    if (answer.refused === 'not-found') return undefined;
    throw new Error(`${path} of ${org} is refused as ${answer.refused}`);
  };
  return {
    org,
    post,
    get,
    life: async (id) => (await get(`/v1/notices/${id}`))?.['life'] as ShownLife,
  };
}

async function retried(call: () => Promise<Json>): Promise<Json & { readonly refused?: string }> {
  for (const end = Date.now() + 120_000; ; ) {
    try {
      return await call();
    } catch (thrown) {
      if (!(thrown instanceof LiaisonError)) throw thrown;
      if (!RETRIED.includes(thrown.code)) return { refused: thrown.code };
      if (Date.now() > end) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
