import { fail } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import { applyItem } from '../../shared/notice/registers.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { HoldingPlace } from '../../shared/store/gateway/gateway-holdings.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ShownHeldStanding } from '../../shared/wire/shown-standing.js';
import type { Identity } from '../identity.js';
import type { LoopStep } from '../loop.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import { isUnanswered } from '../outbound/query-client.js';
import { askStandings } from './ask-standings.js';
import { judgeStanding } from './judge-standing.js';
import { claimsNewer, continueAfter, lacksAny, provedStatements } from './own-statements.js';
import { restoreOwn } from './restored-own.js';
import { readHolding, storedForm } from './stored-holding.js';

interface RestoredDeps {
  readonly identity: Pick<Identity, 'clock' | 'directory' | 'org'>;
  readonly store: GatewayStore;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  readonly questions: Pick<HubQuestions, 'standing'>;
  /** Local systems have something new to read, and content was erased. */
  readonly onApplied: () => void;
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 300_000;
/**
 * The latest time that a `Date` can hold: a copy hidden until then stays hidden until a person or an action
 * decides.
 */
const FOREVER = 8_640_000_000_000_000;

/**
 * True from the answer of the hub that proves that the database was restored until the hub was asked about
 * every held notice.
 */
export function isRestored({ facts }: Pick<GatewayStore, 'facts'>): boolean {
  return facts.number('restored') === 1;
}

/** Throws `not-ready` while notices of others are not served, because they may have ended since the backup. */
export function requireNotRestored(store: Pick<GatewayStore, 'facts'>): void {
  if (!isRestored(store)) return;
  throw fail('not-ready', 'the database was restored: notices of others are checked with the hub first');
}

/**
 * Creates the step that asks the hub, after each start, for the newest numbers that the ledger has of this
 * gateway. A higher number than its own, in a statement that this organisation signed, means that its database was
 * restored from a backup. Then the gateway shows no notice of others until it has asked what became of each one that
 * it holds and stored which own ones it lost, and its next statements follow the lost ones. A higher number without
 * such a statement only raises an alarm, and the hub is asked again: another router may have the statement. Once the
 * hub names no higher number, the step only waits.
 */
export function createRestoredCheck(deps: RestoredDeps): LoopStep {
  let isDone = false;
  let rest = FIRST_RETRY_MS;
  return async (signal) => {
    if (!isDone) {
      try {
        isDone = await check({ ...deps, questions: retrying(deps.questions, signal) });
      } catch {
        // Asked again after minutes: for example, the hub does not serve the question yet.
        rest = MAX_RETRY_MS;
      }
    }
    await pause(isDone ? MAX_RETRY_MS : rest, signal);
    rest = Math.min(rest * 2, MAX_RETRY_MS);
  };
}

/** Returns the same questions, each asked until the hub answers it, so that a list of many pages is not begun again. */
function retrying({ standing }: RestoredDeps['questions'], signal: AbortSignal): RestoredDeps['questions'] {
  return {
    standing: async (about) => {
      for (let rest = FIRST_RETRY_MS; ; rest = Math.min(rest * 2, MAX_RETRY_MS)) {
        try {
          return await standing(about);
        } catch (thrown) {
          if (!isUnanswered(thrown)) throw thrown;
        }
        await pause(rest, signal);
        signal.throwIfAborted();
      }
    },
  };
}

/** Returns false while the hub names a higher number than it proves. */
async function check(deps: RestoredDeps): Promise<boolean> {
  const { identity, store, alarms, questions } = deps;
  const shown = await questions.standing();
  const proved = await provedStatements(identity, shown);
  if (lacksAny(store, proved)) await store.commit(() => store.facts.set('restored', 1));
  if (isRestored(store)) await restore(deps, () => continueAfter(store, proved));
  if (claimsNewer(store, shown)) {
    alarms.raise('restored-unproved', {}, { place: 'gateway.db' });
    return false;
  }
  alarms.end('restored-unproved');
  return true;
}

/** Compares held and own notices with the ledger; `commit` runs in the transaction that ends the state `restored`. */
async function restore(deps: RestoredDeps, commit: () => void): Promise<void> {
  const { store, alarms, questions } = deps;
  alarms.raise('restored', {}, { place: 'gateway.db' });
  await askStandings({
    store,
    questions,
    pageAfter: store.holdings.page,
    judge: (_, standing) => standing,
    apply: (place, standing) => apply(deps, place, standing),
  });
  await restoreOwn(deps);
  await store.commit(() => {
    commit();
    store.facts.set('restored', 0);
  });
  alarms.end('restored');
  deps.onApplied();
}

function apply(
  { identity, store }: Pick<RestoredDeps, 'identity' | 'store'>,
  place: HoldingPlace,
  standing: ShownHeldStanding,
): void {
  const stored = store.holdings.read(place.originator, place.id);
  const holding = readHolding(stored);
  const { copy } = holding;
  if (stored.copy === undefined || copy === null) return;
  const verdict = judgeStanding(holding, standing);
  if (verdict === 'show') return;
  const at = identity.clock().getTime();
  const isErased = verdict === 'erase' && holding.keep === null;
  // Ended without the number of an action: the action itself may still be handed over and answered.
  const registers = standing.end
    ? applyItem(holding.registers, { type: 'expired' }).state
    : holding.registers;
  const hidden = { ...copy, hiddenUntil: FOREVER, isKept: copy.isKept || verdict === 'erase' };
  const next = { ...holding, registers, copy: isErased ? null : hidden };
  const reason = JSON.stringify({ reason: 'restored' });
  const changes = [{ name: verdict === 'erase' ? 'ended' : 'suspended', detail: reason } as const];
  const form = storedForm(next, { at, reviewAt: stored.copy.reviewAt });
  store.holdings.write({ ...place, version: stored.version, ...form, changes });
}
