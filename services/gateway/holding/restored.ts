import { fail } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import { RECALL_REASON } from '../../shared/ledger/recall.js';
import { applyItem } from '../../shared/notice/registers.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { HoldingPlace } from '../../shared/store/gateway/gateway-holdings.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ShownHeldStanding, ShownStanding, ShownStatement } from '../../shared/wire/shown-standing.js';
import type { Identity } from '../identity.js';
import type { LoopStep } from '../loop.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import { isUnanswered } from '../outbound/query-client.js';
import { judgeStanding } from './judge-standing.js';
import { readHolding, storedForm } from './stored-holding.js';

interface RestoredDeps {
  readonly identity: Pick<Identity, 'clock' | 'org'>;
  readonly store: GatewayStore;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  readonly questions: Pick<HubQuestions, 'standing'>;
  /** Local systems have something new to read, and content was erased. */
  readonly onApplied: () => void;
}

/** Notices in one question. */
const MAX_HELD = 256;
const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 300_000;
/**
 * The latest time that a `Date` can hold: a copy hidden until then stays hidden until a person or an action
 * decides.
 */
const FOREVER = 8_640_000_000_000_000;

/**
 * True from the answer of the hub that shows that the database was restored until the hub was asked about
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
 * Creates the step that asks the hub, once after each start, for the newest numbers that the ledger has of
 * this gateway. Numbers above its own mean that its database was restored from a backup. Then the gateway
 * shows no notice of others until it has asked what became of each one that it holds, and its next statements
 * follow those that it lost. Afterwards the step only rests.
 */
export function createRestoredCheck(deps: RestoredDeps): LoopStep {
  let isDone = false;
  let rest = FIRST_RETRY_MS;
  return async (signal) => {
    if (!isDone) {
      try {
        await check(deps);
        isDone = true;
      } catch (thrown) {
        // Asked again: soon if the hub did not answer now, else, as when it does not serve the question,
        // after minutes.
        if (!isUnanswered(thrown)) rest = MAX_RETRY_MS;
      }
    }
    await pause(isDone ? MAX_RETRY_MS : rest, signal);
    rest = Math.min(rest * 2, MAX_RETRY_MS);
  };
}

async function check(deps: RestoredDeps): Promise<void> {
  const { store, alarms, questions } = deps;
  const { submission, receipts } = await questions.standing();
  const isBehind =
    (submission?.number ?? 0) > store.facts.number('frame') ||
    (receipts?.number ?? 0) > store.facts.number('receipt-frame');
  if (isBehind) await store.commit(() => store.facts.set('restored', 1));
  if (!isRestored(store)) return;
  alarms.raise('restored', {}, { place: 'gateway.db' });
  await applyAll(deps);
  await endRecalledOwn(deps);
  await store.commit(() => {
    continueAfter(store, { submission, receipts });
    store.facts.set('restored', 0);
  });
  alarms.end('restored');
  deps.onApplied();
}

/** Asks the hub about every held notice, and applies the answers. */
async function applyAll({ identity, store, questions }: RestoredDeps): Promise<void> {
  let after: HoldingPlace = { originator: '', id: '' };
  for (;;) {
    const held = store.holdings.page(after, MAX_HELD);
    const last = held.at(-1);
    if (last === undefined) return;
    const { held: standings } = await questions.standing({ held });
    const answered = held.slice(0, standings.length);
    if (answered.length === 0) throw fail('not-ready', 'the hub answered about none of the notices');
    await store.commit(() => {
      for (const [at, place] of answered.entries()) {
        const standing = standings[at];
        if (standing) apply({ identity, store }, place, standing);
      }
    });
    after = answered.at(-1) ?? last;
  }
}

/** Asks the hub about every own notice whose content is stored, and ends those that the federation recalled meanwhile. */
async function endRecalledOwn({ identity, store, questions }: RestoredDeps): Promise<void> {
  let after = '';
  for (;;) {
    const ids = store.own.livingAfter(after, MAX_HELD);
    if (ids.length === 0) return;
    const { held: standings } = await questions.standing({
      held: ids.map((id) => ({ originator: identity.org, id })),
    });
    const answered = ids.slice(0, standings.length);
    if (answered.length === 0) throw fail('not-ready', 'the hub answered about none of the own notices');
    const at = identity.clock().getTime();
    await store.commit(() => {
      for (const [place, id] of answered.entries()) {
        if (standings[place]?.end?.verb !== 'cancel') continue;
        store.ends.end(id, { ending: 'cancelled', reason: RECALL_REASON, at });
      }
    });
    after = answered.at(-1) ?? after;
  }
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

/** Makes the next own statements name the newest ones on the ledger as their predecessors. */
function continueAfter(
  { facts }: Pick<GatewayStore, 'facts'>,
  { submission, receipts }: Pick<ShownStanding, 'submission' | 'receipts'>,
): void {
  const chain = (
    newest: ShownStatement | null,
    number: 'frame' | 'receipt-frame',
    statement: 'statement' | 'receipt-statement',
  ) => {
    const [digest] = newest?.digests ?? [];
    if (newest === null || digest === undefined || newest.number <= facts.number(number)) return;
    facts.set(number, newest.number);
    facts.set(statement, digest);
  };
  chain(submission, 'frame', 'statement');
  chain(receipts, 'receipt-frame', 'receipt-statement');
}
