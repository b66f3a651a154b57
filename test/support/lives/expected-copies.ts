import type { LifeSystem, ShownLife, ShownOutcome } from './own-life.js';
import type { LivedLife, TakenStep } from './live.js';

/** What a holder shows of a notice: one revision, with these sections in alphabetical order. */
export interface ShownCopy {
  readonly number: number;
  readonly sections: readonly string[];
}

/** The state of a notice at its originator. */
export interface OriginatorView {
  readonly life: ShownLife;
  readonly recipients: readonly ShownOutcome[];
}

const OPEN = ['queued', 'routed', 'held'];

/** Reads a notice at its originator; rejects if the originator does not know it. */
export async function viewAtOriginator({ id, seed, system }: LivedLife): Promise<OriginatorView> {
  const shown = await system.get(`/v1/notices/${id}`);
  if (shown === undefined) throw new Error(`seed ${seed}: ${system.org} does not know its own notice ${id}`);
  return {
    life: shown['life'] as ShownLife,
    recipients: (shown['recipients'] ?? []) as readonly ShownOutcome[],
  };
}

/** True when every revision and action has been answered by all holders. */
export function isSettled({ life: { revisions, actions } }: OriginatorView): boolean {
  return [...revisions, ...actions].every(({ state }) => !OPEN.includes(state));
}

/**
 * Returns what one holder must show by the report on the newest revision and the steps in the order in which they were taken;
 * undefined for nothing. A step counts unless the hub refused it by a rule.
 */
export function expectedCopy(
  { taken }: LivedLife,
  org: string,
  { life: { revisions, actions }, recipients }: OriginatorView,
): ShownCopy | undefined {
  const counted = taken.filter(({ action }) => {
    const shown = actions.find((one) => one.action === action);
    return shown?.state !== 'refused' || shown.code === 'superseded' || shown.code === 'not-own-notice';
  });
  const pause = counted.findLast(({ verb }) => verb === 'suspend' || verb === 'resume');
  if (pause?.verb === 'suspend' || counted.some(({ verb }) => verb === 'withdraw')) return undefined;
  const outcome = recipients.find((one) => one.org === org);
  if (outcome === undefined || !['delivered', 'redacted'].includes(outcome.outcome)) return undefined;
  const { isBarred, bars, gains } = accessAfter(counted, org);
  if (isBarred) return undefined;
  const sections = [...new Set([...outcome.sections, ...gains])].filter((name) => !bars.has(name)).toSorted();
  return { number: Math.max(...revisions.map(({ number }) => number)), sections };
}

interface Access {
  /** The whole notice is barred since the newest revision. */
  readonly isBarred: boolean;
  readonly bars: ReadonlySet<string>;
  readonly gains: ReadonlySet<string>;
}

/**
 * Returns what restrictions and unseals mean for a holder after all steps. An amendment ends unseals and carries bars of sections
 * over; a bar of the whole notice becomes a part of its routing, and with it the report says what the holder gets.
 */
function accessAfter(steps: readonly TakenStep[], org: string): Access {
  let isBarred = false;
  const [bars, gains] = [new Set<string>(), new Set<string>()];
  for (const { verb, holder, section } of steps) {
    if (verb === 'amend') {
      if (isBarred) bars.clear();
      gains.clear();
      isBarred = false;
    } else if (holder !== org) continue;
    else if (section === undefined) isBarred = true;
    else if (verb === 'unseal') {
      gains.add(section);
      bars.delete(section);
    } else {
      bars.add(section);
      gains.delete(section);
    }
  }
  return { isBarred, bars, gains };
}

/** Returns the copy that a holder shows of one notice; undefined for none. */
export async function shownCopy(
  holder: LifeSystem,
  { id, system: { org } }: LivedLife,
): Promise<ShownCopy | undefined> {
  const held = await holder.get(`/v1/inbox/${org}/${id}`);
  return held === undefined ? undefined : copyOf(held);
}

const PAGE = 100;

/** Returns all copies that a holder shows, by originator and id as `<org> <id>`. */
export async function shownCopies(holder: LifeSystem): Promise<ReadonlyMap<string, ShownCopy>> {
  const copies = new Map<string, ShownCopy>();
  for (let before: unknown = undefined; before !== null; ) {
    const more = before === undefined ? '' : `&before=${String(before)}`;
    const page = await holder.get(`/v1/inbox?limit=${PAGE}${more}`);
    for (const held of (page?.['items'] ?? []) as readonly Readonly<Record<string, unknown>>[])
      copies.set(`${String(held['originator'])} ${String(held['id'])}`, copyOf(held));
    before = page?.['next'] ?? null;
  }
  return copies;
}

function copyOf(held: Readonly<Record<string, unknown>>): ShownCopy {
  return { number: Number(held['number']), sections: Object.keys(held['sections'] as object).toSorted() };
}

/** Returns a message if the copy of a holder is not the expected one. */
export function differenceOf(
  life: LivedLife,
  org: string,
  { found, expected }: { readonly found: ShownCopy | undefined; readonly expected: ShownCopy | undefined },
): readonly string[] {
  const [is, should] = [JSON.stringify(found ?? null), JSON.stringify(expected ?? null)];
  if (is === should) return [];
  const { id, seed, system, taken } = life;
  return [
    `seed ${seed}: ${id} of ${system.org} at ${org}: ${is}, not ${should} after ${JSON.stringify(taken)}`,
  ];
}
