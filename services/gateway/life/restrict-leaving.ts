import { setImmediate as nextTurn } from 'node:timers/promises';
import { isCode, type LiaisonError } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ClockWatch } from '../clock-watch.js';
import { type Identity, memberIds } from '../identity.js';
import type { LoopStep } from '../loop.js';
import type { Actions } from './actions.js';
import { derivedHolders } from './derived-holders.js';
import { excessLeft } from './excess-left.js';
import { followHeldBack } from './held-back.js';
import { readLife } from './own-life.js';
import { createRefusedRestriction } from './refused-restriction.js';

interface RestrictLeavingDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly actions: Actions;
  readonly alarms: Alarms;
  readonly clockWatch: Pick<ClockWatch, 'isSteady'>;
}

interface RestrictDeps extends RestrictLeavingDeps {
  readonly onRefused: ReturnType<typeof createRefusedRestriction>;
}

/** Other members that are about to leave, with the time since when, in milliseconds since 1970. */
type Leaving = ReadonlyMap<string, number>;

/** How often the directory is looked at. */
const LOOK_EVERY_MS = 1_000;
/** The pause between two rounds over the own notices while a member is leaving. */
const ROUND_EVERY_MS = 60_000;
/** The pause is at least this many times as long as the round before, so that rounds over many notices cost little. */
const PAUSE_PER_ROUND = 20;
/** Notices that are read before the event loop gets a turn. */
const PAGE = 64;

/**
 * Creates the step that takes back from members that are about to leave what they hold of own notices. A round reads what is
 * stored, so that a stop loses no restriction. It begins when the directory names other leaving members, and is repeated while it
 * names any, because a report may arrive late. `maxEndsPerHour` applies, because the hub alone signs which members are leaving,
 * and it must not be able to end every copy at once.
 */
export function createRestrictLeaving(given: RestrictLeavingDeps): LoopStep {
  const deps = { ...given, onRefused: createRefusedRestriction(given.alarms) };
  const reportHeldBack = followHeldBack(deps.alarms, 'leaving');
  let last = { names: '', due: 0 };
  return async (signal) => {
    await pause(LOOK_EVERY_MS, signal);
    if (signal.aborted || !deps.clockWatch.isSteady()) return;
    const leaving = leavingMembers(deps.identity);
    const names = [...leaving.keys()].join();
    const begun = performance.now();
    if (names === last.names && (names === '' || begun < last.due)) return;
    reportHeldBack(names === '' ? undefined : await restrictAll(deps, leaving, signal));
    const took = performance.now() - begun;
    last = { names, due: performance.now() + Math.max(ROUND_EVERY_MS, PAUSE_PER_ROUND * took) };
  };
}

function leavingMembers({ org, clock, directory }: Identity): Leaving {
  const now = clock();
  const leaving = [...directory.current().organisations.values()].flatMap(({ id, leavingAt, leftAt }) =>
    id !== org && leftAt === undefined && leavingAt !== undefined && leavingAt <= now
      ? [[id, leavingAt.getTime()] as const]
      : [],
  );
  return new Map(leaving);
}

/** Orders the restriction of each notice; resolves to the error of the first one that is held back. */
async function restrictAll(
  deps: RestrictDeps,
  leaving: Leaving,
  signal: AbortSignal,
): Promise<LiaisonError | undefined> {
  for (let after = ''; ; await nextTurn()) {
    const ids = deps.store.holders.shared(after, PAGE);
    for (const id of ids) {
      if (signal.aborted) return undefined;
      const heldBack = await restrict(deps, id, leaving);
      if (heldBack) return heldBack;
    }
    const last = ids.at(-1);
    if (last === undefined) return undefined;
    after = last;
  }
}

async function restrict(
  { identity, store, actions, onRefused }: RestrictDeps,
  id: string,
  leaving: Leaving,
): Promise<LiaisonError | undefined> {
  const holding = store.holders.of(id).filter(({ org }) => leaving.has(org));
  const life = holding.length === 0 ? undefined : readLife(store, id);
  if (life === undefined || life.end !== undefined) return undefined;
  const left = holding.flatMap(({ org, number }) => {
    const pair = { recipient: org, jti: `${id}.${number}`, whole: true, sections: [] };
    return excessLeft(life, pair, leaving.get(org) ?? 0) ?? [];
  });
  const holders = derivedHolders(left, { life, members: memberIds(identity) });
  if (holders.length === 0) return undefined;
  try {
    await actions.order(id, { verb: 'restrict', reason: 'no-longer-shared', holders }, { derived: true });
  } catch (thrown) {
    if (isCode(thrown, 'rate-limited')) return thrown;
    // A refused restriction of one notice stops no other; after an operational failure the next round continues.
    onRefused(id, thrown);
  }
  return undefined;
}
