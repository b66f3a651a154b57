import { isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import { groupBy } from '../../shared/kernel/group-by.js';
import { isJsonObject } from '../../shared/kernel/json-object.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ShownOverheld, ShownOverheldPair } from '../../shared/wire/shown-overheld.js';
import type { ClockWatch } from '../clock-watch.js';
import { type Identity, memberIds } from '../identity.js';
import type { LoopStep } from '../loop.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import type { Actions } from './actions.js';
import { derivedHolders } from './derived-holders.js';
import { createRefusedRestriction } from './refused-restriction.js';
import { excessLeft } from './excess-left.js';
import { followHeldBack } from './held-back.js';
import { readLife } from './own-life.js';

interface RestrictByPolicyDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly actions: Actions;
  readonly alarms: Alarms;
  readonly questions: Pick<HubQuestions, 'overheld'>;
  readonly clockWatch: Pick<ClockWatch, 'isSteady'>;
  /** How long the adopted policies must have stood, in milliseconds. */
  readonly afterMs: number;
}

interface RestrictDeps extends RestrictByPolicyDeps {
  readonly onRefused: ReturnType<typeof createRefusedRestriction>;
}

/** For how long the gateway has seen the same adopted policies; times in milliseconds. */
export interface PolicyStanding {
  /** Digest of the adopted policies. */
  readonly bundle: string;
  /** When they were first seen, since 1970. */
  readonly since: number;
  /** When they were last seen, since 1970. */
  readonly seen: number;
  /** How long they stood while the gateway looked. */
  readonly stood: number;
}

/** How many times the hub is asked within `afterMs`. */
const LOOKS = 12;

/**
 * Creates the step that takes back from holders what the adopted policies would no longer give them, once the policies
 * have stood for `afterMs`. That time is stored on the disk. Each look at the policies adds at most the length of two
 * rounds, so that a stop of the gateway or a jump of its clock hardly counts. The next round continues one that was
 * interrupted or held back by `maxEndsPerHour`: sections that an own action already takes back are not ordered again. The
 * bound applies because only the hub says what is overheld, and it must not be able to end every copy at once.
 */
export function createRestrictByPolicy(given: RestrictByPolicyDeps): LoopStep {
  const deps = { ...given, onRefused: createRefusedRestriction(given.alarms) };
  const { identity, store, questions, clockWatch, afterMs } = deps;
  const everyMs = Math.ceil(afterMs / LOOKS);
  const reportHeldBack = followHeldBack(deps.alarms, 'by-policy');
  return async (signal) => {
    await pause(everyMs, signal);
    if (signal.aborted || !clockWatch.isSteady()) return;
    const first = await questions.overheld(undefined, signal);
    const now = identity.clock().getTime();
    const seen = { bundle: first.bundle, now, maxStepMs: 2 * everyMs };
    const standing = standingAfter(readStanding(store), seen);
    await store.commit(() => store.facts.set('adopted-policies', JSON.stringify(standing)));
    const isDue = standing.stood >= afterMs;
    reportHeldBack(isDue ? await restrictAll(deps, { first, standing, signal }) : undefined);
  };
}

/** Returns the standing after the policies were seen once more; other policies begin anew. */
export function standingAfter(
  before: PolicyStanding | undefined,
  { bundle, now, maxStepMs }: { readonly bundle: string; readonly now: number; readonly maxStepMs: number },
): PolicyStanding {
  if (before?.bundle !== bundle) return { bundle, since: now, seen: now, stood: 0 };
  const step = Math.min(Math.max(0, now - before.seen), maxStepMs);
  return { ...before, seen: now, stood: before.stood + step };
}

function readStanding({ facts }: Pick<GatewayStore, 'facts'>): PolicyStanding | undefined {
  const value: unknown = JSON.parse(facts.text('adopted-policies') ?? 'null');
  return isJsonObject(value) ? (value as unknown as PolicyStanding) : undefined;
}

interface RunParams {
  readonly first: ShownOverheld;
  readonly standing: PolicyStanding;
  readonly signal: AbortSignal;
}

/**
 * Orders the restrictions page by page; stops when other policies are adopted meanwhile. Resolves to the error of the
 * first restriction that `maxEndsPerHour` holds back.
 */
async function restrictAll(
  deps: RestrictDeps,
  { first, standing, signal }: RunParams,
): Promise<LiaisonError | undefined> {
  for (let page = first; page.bundle === standing.bundle; ) {
    const own = page.pairs.filter(({ originator }) => originator === deps.identity.org);
    for (const [id, pairs] of groupBy(own, (pair) => pair.id)) {
      if (signal.aborted) return undefined;
      const heldBack = await restrict(deps, { id, pairs, since: standing.since });
      if (heldBack) return heldBack;
    }
    const { next } = page;
    if (next === null) return undefined;
    page = await deps.questions.overheld(next, signal);
    // A list that does not advance would never end.
    if (page.next !== null && page.next <= next) return undefined;
  }
  return undefined;
}

interface RestrictParams {
  readonly id: string;
  readonly pairs: readonly ShownOverheldPair[];
  readonly since: number;
}

/** Orders the restriction of one notice; resolves to the error when it is held back. */
async function restrict(
  { identity, store, actions, onRefused }: RestrictDeps,
  { id, pairs, since }: RestrictParams,
): Promise<LiaisonError | undefined> {
  const life = readLife(store, id);
  if (life === undefined || life.end !== undefined) return undefined;
  const left = pairs.flatMap((pair) => excessLeft(life, pair, since) ?? []);
  const holders = derivedHolders(left, { life, members: memberIds(identity) });
  if (holders.length === 0) return undefined;
  try {
    await actions.order(id, { verb: 'restrict', reason: 'by-policy', holders }, { derived: true });
  } catch (thrown) {
    if (isCode(thrown, 'rate-limited')) return thrown;
    // A refused restriction of one notice stops no other; after an operational failure the next round continues.
    onRefused(id, thrown);
  }
  return undefined;
}
