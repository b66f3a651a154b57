import { errorFrom } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { pause } from '../shared/kernel/pause.js';
import type { Chance } from '../shared/kernel/chance.js';
import { freshCanaries } from './fresh-canaries.js';
import type { Invented } from './invent.js';
import type { Member } from './members.js';
import { makeRogue, type RogueFrame, ROGUES, unrecordedRogue } from './rogue-frames.js';
import type { Accepted } from './settling.js';
import type { Draft } from '../shared/notice/draft.js';

/** What to send, and the callbacks for outcomes. */
export interface TrafficDeps {
  readonly members: readonly Member[];
  readonly chance: Chance;
  readonly invent: (originator: OrgId, peers: readonly OrgId[]) => Invented;
  readonly federation: string;
  /** Notices a second now. */
  readonly rate: () => number;
  /** Share of rogue frames in per cent. */
  readonly rogue: number;
  /** Notices to send; 0 sends without end. */
  readonly count: number;
  /** Called before a notice is sent. */
  readonly onInvented: (canaries: Invented['canaries']) => void;
  readonly onAccepted: (notice: Accepted, draft: Draft) => void;
  readonly onRefused: (org: OrgId, code: string) => void;
  /**
   * Returns whether a notice of this organisation has settled. Before that, a recorded rogue frame would take the number
   * of the organisation's first submission.
   */
  readonly hasSettled: (org: OrgId) => boolean;
  /** Called with the canaries of a rogue frame, which no recipient may have. */
  readonly onRogue: (frame: RogueFrame, canaries: Invented['canaries']) => Promise<unknown>;
}

const TICK_MS = 20;
/** Maximum requests under way to one gateway; a responding gateway never reaches it. */
const AT_ONCE = 16;

/**
 * Sends at the given rate until `ending` aborts or the count is reached. An unreachable gateway delays only its own share:
 * once it has the maximum of waiting requests, further requests go to the others. Requests under way may finish until `late`
 * aborts.
 */
export async function runTraffic(
  deps: TrafficDeps,
  { ending, late }: { readonly ending: AbortSignal; readonly late: AbortSignal },
): Promise<void> {
  const running = createRunning(deps.members);
  let [due, at] = [0, Date.now()];
  const faults: unknown[] = [];
  const stumble = (error: unknown): void => void faults.push(error);
  for (let sent = 0; faults.length === 0 && !ending.aborted && (deps.count === 0 || sent < deps.count); ) {
    const now = Date.now();
    due = Math.min(due + ((now - at) / 1000) * deps.rate(), deps.count || Infinity);
    at = now;
    for (let free = running.free(); sent < due && free.length > 0; free = running.free()) {
      const member = deps.chance.one(free);
      running.add(member, sendOne(deps, { member, index: sent }, late).catch(stumble));
      sent += 1;
    }
    await pause(TICK_MS, ending);
  }
  await running.ended();
  if (faults.length > 0) throw errorFrom(faults[0]);
}

/** The requests under way, by the member whose gateway they are for. */
function createRunning(members: readonly Member[]) {
  const running = new Map(members.map((member) => [member, new Set<Promise<void>>()]));
  return {
    /** The members that have room for another request. */
    free: (): readonly Member[] => members.filter((member) => (running.get(member)?.size ?? 0) < AT_ONCE),
    add: (member: Member, work: Promise<void>): void => {
      const own = running.get(member);
      own?.add(work);
      void work.finally(() => own?.delete(work));
    },
    /** Resolves when no request is under way. */
    ended: () => Promise.all([...running.values()].flatMap((own) => [...own])),
  };
}

interface Sending {
  readonly member: Member;
  readonly index: number;
}

async function sendOne(deps: TrafficDeps, { member, index }: Sending, late: AbortSignal): Promise<void> {
  const { members, chance, invent } = deps;
  const { draft, canaries } = freshCanaries(
    invent(
      member.org,
      members.map(({ org }) => org),
    ),
  );
  if (chance.next() * 100 < deps.rogue) return sendRogue(deps, member, { draft, canaries });
  deps.onInvented(canaries);
  const key = `simulated-${index}-${canaries.values().next().value ?? ''}`;
  const at = new Date();
  const answer = await member.gateway.submit(draft, key, late).catch(() => undefined);
  if (answer?.type === 'accepted') {
    deps.onAccepted({ originator: member.org, id: answer.id, at, canaries }, draft);
  }
  if (answer?.type === 'refused') deps.onRefused(member.org, answer.code);
}

async function sendRogue(deps: TrafficDeps, member: Member, { draft, canaries }: Invented): Promise<void> {
  const { chance, members } = deps;
  const other = chance.one(members.filter(({ org }) => org !== member.org));
  const rogue = chance.one(ROGUES);
  const frame = await makeRogue(deps.hasSettled(member.org) ? rogue : unrecordedRogue(rogue), {
    org: member.org,
    signer: member.signer,
    other: other.org,
    otherSigner: other.signer,
    federation: deps.federation,
    draft,
    now: new Date(),
    chance,
  });
  await deps.onRogue(frame, canaries);
}
