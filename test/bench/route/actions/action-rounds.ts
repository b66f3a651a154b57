import { join } from 'node:path';
import type { Federation } from '../../../../services/cli/up/federation.js';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import { signAction } from '../../../../services/shared/ledger/action.js';
import { KINDS } from '../../../../services/shared/notice/kinds.js';
import { createEngines } from '../../../../services/shared/policy/compiled-engine.js';
import { createPolicy, type Policy } from '../../../../services/shared/policy/plan.js';
import { loadPolicies } from '../../../../services/shared/policy/policies.js';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import type { Directory } from '../../../../services/shared/trust/directory.js';
import { bytesOfItem } from '../../../../services/shared/wire/items.js';
import { shortestDraft } from '../../examples.js';
import { type Figures, figuresOf } from '../../figures.js';
import { type Prepared, prepare, type SignedItems } from '../../prepare.js';
import { ratioOf } from '../../rounds.js';
import { type RouteLoad, runLoad } from '../run-load.js';
import { partOf } from '../shared-work.js';
import type { RoutedPart } from '../sink.js';
import { type Routed, throughRouter } from '../through.js';
import { mixedActions, type MixedVerb, routedOwns } from './action-mix.js';

/** The cost of one kind of items in every round. */
export interface ItemCost {
  /** Mean bytes of a signed item. */
  readonly bytes: number;
  /** Copies handed over, for each item. */
  readonly copies: number;
  /** Items a second through router and broker, receipts included. */
  readonly perSecond: Figures;
  /** CPU microseconds of the router process, and of the broker, for each item. */
  readonly router: Figures;
  readonly nats: Figures;
}

/** The cost of actions compared with that of notices of about their size, in alternating rounds. */
export interface ActionsCost {
  readonly rounds: number;
  /** Items of each kind in a round, on average. */
  readonly items: number;
  readonly actions: ItemCost;
  readonly notices: ItemCost;
  /** The router's CPU time of an action, divided by that of a notice of the same round. */
  readonly ratio: Figures;
  /** Actions a second, divided by notices a second of the same round. */
  readonly throughput: Figures;
  /** How many actions of each verb were sent, with the round of the warm-up. */
  readonly verbs: Readonly<Partial<Record<MixedVerb, number>>>;
  /** Items that the router refused: 0. */
  readonly refused: number;
}

interface ActionRounds {
  readonly federation: Federation;
  readonly directory: Directory;
  readonly from: Omit<RouteLoad, 'prepared' | 'window' | 'largest'>;
  readonly window: number;
}

/** Measured rounds; one more runs before them as a warm-up. */
const ROUNDS = 5;
/** Items of an organisation in a round, at least: processor time is counted in hundredths of a second. */
const MIN_EACH = 8;
const LARGEST_FRAME = 64;

/**
 * Sends about `count` notices, which are then acted on, and measures rounds of frames of actions on them and of
 * frames of the shortest notices.
 */
export async function measureActions(rounds: ActionRounds, count: number): Promise<ActionsCost> {
  const { federation, from } = rounds;
  const each = Math.max(MIN_EACH, Math.ceil(count / federation.orgs.length / (ROUNDS + 1)));
  from.say(`${each * federation.orgs.length * (ROUNDS + 1)} notices to act on`);
  const actions = await prepareActions(rounds, each * (ROUNDS + 1));
  const notices = await prepareNotices(rounds, actions);
  const sent: Record<'actions' | 'notices', Routed[]> = { actions: [], notices: [] };
  from.say('rounds of actions and of the shortest notices');
  for (let round = 0; round <= ROUNDS; round += 1) {
    const order = [['actions', actions] as const, ['notices', notices] as const];
    for (const [name, all] of round % 2 === 0 ? order : order.toReversed()) {
      const prepared = partOf(all, round / (ROUNDS + 1), (round + 1) / (ROUNDS + 1));
      const load = { ...from, prepared, window: rounds.window, largest: LARGEST_FRAME };
      sent[name].push(await throughRouter(federation, load));
    }
  }
  return costOf({ sent, actions, notices });
}

/** Signs as many of the shortest notices of each organisation as it has actions. */
async function prepareNotices(
  { federation, directory }: ActionRounds,
  actions: readonly SignedItems[],
): Promise<readonly SignedItems[]> {
  const drafts = KINDS.map(shortestDraft);
  const count = Math.max(...actions.map(({ items }) => items.length));
  const prepared = await prepare(federation.home, directory, { count, draftsOf: () => drafts });
  return prepared.map((one, index) => ({ ...one, items: one.items.slice(0, actions[index]?.items.length) }));
}

/** Routes notices, and signs an action on each of them that a recipient got. */
async function prepareActions(
  { federation, directory, from, window }: ActionRounds,
  count: number,
): Promise<readonly MixedItems[]> {
  const parts = new Map<OrgId, RoutedPart[]>();
  const prepared = await prepare(federation.home, directory, { count });
  const onRouted = (org: OrgId, routed: readonly RoutedPart[]): void => {
    parts.set(org, [...(parts.get(org) ?? []), ...routed]);
  };
  await runLoad({ ...from, prepared, window, largest: LARGEST_FRAME, onRouted });
  const sets = loadPolicies(join(projectRoot, 'policies'), directory, digest);
  const policy = createPolicy({ engine: await createEngines()(sets), sets, directory });
  return Promise.all(
    prepared.map((own) => signMixed(own, { parts: parts.get(own.org) ?? [], policy, directory })),
  );
}

/** The actions of one organisation. */
interface MixedItems extends SignedItems {
  readonly verbs: readonly MixedVerb[];
}

interface MixedSigning {
  readonly parts: readonly RoutedPart[];
  readonly policy: Policy;
  readonly directory: Directory;
}

async function signMixed(
  { org, signer, notices }: Prepared,
  { parts, policy, directory }: MixedSigning,
): Promise<MixedItems> {
  const now = new Date();
  const signing = { signer, federation: directory.federation, now, members: directory.organisations.size };
  const contents = mixedActions(routedOwns(notices, parts), { policy, now });
  const actions = await Promise.all(contents.map((content) => signAction(content, signing)));
  return {
    org,
    signer,
    items: actions.map((action) => ({ action })),
    verbs: contents.map(({ verb }) => verb),
  };
}

interface Sent {
  readonly sent: Readonly<Record<'actions' | 'notices', readonly Routed[]>>;
  readonly actions: readonly MixedItems[];
  readonly notices: readonly SignedItems[];
}

function costOf({ sent, actions, notices }: Sent): ActionsCost {
  const measured = { actions: sent.actions.slice(1), notices: sent.notices.slice(1) };
  const rates = (routed: readonly Routed[]): readonly number[] =>
    routed.map(({ loaded }) => loaded.perSecond);
  const verbs: Partial<Record<MixedVerb, number>> = {};
  for (const verb of actions.flatMap((one) => one.verbs)) verbs[verb] = (verbs[verb] ?? 0) + 1;
  return {
    rounds: ROUNDS,
    items: meanOf(measured.actions.map(({ loaded }) => loaded.notices)),
    actions: itemCost(measured.actions, actions),
    notices: itemCost(measured.notices, notices),
    ratio: ratioOf(microsOf(measured.actions, 'router'), microsOf(measured.notices, 'router')),
    throughput: ratioOf(rates(measured.actions), rates(measured.notices)),
    verbs,
    refused: [...sent.actions, ...sent.notices].reduce((sum, { loaded }) => sum + loaded.refused, 0),
  };
}

function itemCost(routed: readonly Routed[], prepared: readonly SignedItems[]): ItemCost {
  const sizes = prepared.flatMap(({ items }) => items.map(bytesOfItem));
  return {
    bytes: meanOf(sizes),
    copies: meanOf(routed.map(({ loaded }) => loaded.copies)),
    perSecond: figuresOf(routed.map(({ loaded }) => loaded.perSecond)),
    router: figuresOf(microsOf(routed, 'router')),
    nats: figuresOf(microsOf(routed, 'nats')),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function microsOf(routed: readonly Routed[], process: 'router' | 'nats'): readonly number[] {
  return routed.map(({ loaded, [process]: { cpu } }) => (cpu * 1_000_000) / loaded.notices);
}
