import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect } from 'vitest';
import { ACTION_REASONS } from '../../services/shared/notice/action-verbs.js';
import { startFederation, type TestFederation } from '../support/federation.js';
import { exampleDraft } from '../support/notices.js';
import { type LifeSystem, lifeSystems, type ShownLife, type ShownOutcome } from '../support/own-life.js';
import { until } from '../support/until.js';

/** One step of a notice's life; numbers choose among what is possible then. */
interface Step {
  readonly verb: 'amend' | 'suspend' | 'resume' | 'restrict' | 'extend' | 'unseal' | 'withdraw';
  readonly holder: number;
  readonly section: number;
}

/** A notice and what is done to it. */
interface Sequence {
  readonly kind: string;
  readonly originator: number;
  readonly steps: readonly Step[];
}

const KINDS = ['red', 'yellow', 'blue', 'green', 'purple', 'un-special'];
const DAY_MS = 86_400_000;
const AT_ONCE = 24;
const SETTLE_MS = 300_000;
const POLL_MS = 500;

const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('amend', 'restrict', 'unseal') },
    { weight: 2, arbitrary: fc.constantFrom('suspend', 'resume', 'extend') },
    { weight: 1, arbitrary: fc.constant('withdraw') },
  ) as fc.Arbitrary<Step['verb']>,
  holder: fc.nat(100),
  section: fc.nat(100),
});

const sequence: fc.Arbitrary<Sequence> = fc.record({
  kind: fc.constantFrom(...KINDS),
  originator: fc.nat(100),
  steps: fc.array(step, { maxLength: 5 }),
});

/** What a holder must show of a notice after all steps: its newest revision, with these sections. */
interface Expected {
  readonly number: number;
  readonly sections: readonly string[];
}

/**
 * Lets each notice live through a random sequence of actions while routers, gateways and the broker are killed and the broker
 * loses its disk once, then compares every holder with what the last actions and the reports allow.
 */
export async function liveThroughSequences(count: number): Promise<void> {
  await using federation = await startFederation({ words: ['--no-traffic', '--fresh', '--routers', '2'] });
  const systems = lifeSystems(federation);
  const sequences = fc.sample(sequence, count);
  const chaos = new AbortController();
  const disturbing = disturb(federation, chaos.signal);
  const lives: Life[] = [];
  await inParallel(sequences, async (one) => void lives.push(await live(one, systems)));
  chaos.abort();
  await disturbing;
  const wrong: string[] = [];
  await inParallel(lives, async (life) => {
    wrong.push(...(await untilSettled(life)), ...(await compare(life, systems)));
  });
  const actions = lives.flatMap(({ done }) => done).length;
  process.stderr.write(`lived through ${lives.length} sequences, ${actions} actions\n`);
  expect(wrong).toEqual([]);
  // If the gateways refused nearly every step, the comparison would prove nothing.
  expect(actions).toBeGreaterThan(count / 2);
}

interface Done {
  readonly verb: Step['verb'];
  readonly action?: number;
  readonly holder?: string;
  readonly section?: string;
}

interface Life {
  readonly id: string;
  readonly system: LifeSystem;
  readonly done: readonly Done[];
}

async function live(
  { kind, originator, steps }: Sequence,
  systems: ReadonlyMap<string, LifeSystem>,
): Promise<Life> {
  const all = [...systems.values()];
  const system = all[originator % all.length]!;
  const draft = exampleDraft(kind);
  const accepted = await system.post('/v1/notices', draft);
  expect(accepted.refused, `${kind} of ${system.org}`).toBeUndefined();
  const id = String(accepted['id']);
  const done: Done[] = [];
  for (const one of steps) {
    const did = await act(one, { id, system, draft, all });
    if (did !== undefined) done.push(did);
    if (did?.verb === 'withdraw') break;
  }
  return { id, system, done };
}

interface Acting {
  readonly id: string;
  readonly system: LifeSystem;
  readonly draft: unknown;
  readonly all: readonly LifeSystem[];
}

/**
 * Takes one step; undefined for an unseal without a withheld section, and for a step that the gateway
 * refuses.
 */
async function act(
  { verb, holder: h, section: s }: Step,
  { id, system, draft, all }: Acting,
): Promise<Done | undefined> {
  const { org: holder } = all.filter((one) => one !== system)[h % (all.length - 1)]!;
  const shown = (await system.get(`/v1/notices/${id}`)) as { readonly recipients?: readonly ShownOutcome[] };
  const outcome = shown.recipients?.find(({ org }) => org === holder);
  const pick = (names: readonly string[] = []): string | undefined => names[s % Math.max(names.length, 1)];
  const section = pick(verb === 'unseal' ? outcome?.withheld : outcome?.sections);
  const inSixHours = new Date(Date.now() + DAY_MS / 4).toISOString();
  const bodies = {
    amend: draft,
    suspend: { reason: ACTION_REASONS.suspend[0], until: inSixHours },
    resume: {},
    restrict: {
      reason: 'by-originator',
      holders: [{ org: holder, ...(s % 3 === 0 || section === undefined ? {} : { sections: [section] }) }],
    },
    extend: {
      reason: ACTION_REASONS.extend[0],
      expiresAt: new Date(Date.now() + 3 * 365 * DAY_MS).toISOString(),
    },
    unseal: { to: holder, section },
    withdraw: { reason: ACTION_REASONS.withdraw[0] },
  };
  if (verb === 'unseal' && section === undefined) return undefined;
  const path = verb === 'amend' ? 'revisions' : verb;
  const answer = await system.post(`/v1/notices/${id}/${path}`, bodies[verb]);
  if (answer.refused !== undefined) return undefined;
  const whole = verb === 'restrict' && !('sections' in (bodies.restrict.holders[0] ?? {}));
  return {
    verb,
    ...(verb === 'amend' ? {} : { action: Number(answer['action']) }),
    ...(verb === 'restrict' || verb === 'unseal' ? { holder } : {}),
    ...(whole || section === undefined ? {} : { section }),
  };
}

const OPEN = ['queued', 'routed', 'held'];

/**
 * Waits until nothing of a notice is under way; returns a message if something still is after `SETTLE_MS`.
 */
async function untilSettled({ id, system, done }: Life): Promise<readonly string[]> {
  const open = async (): Promise<readonly { readonly state: string }[]> => {
    const { revisions, actions } = await system.life(id);
    return [...revisions, ...actions].filter(({ state }) => OPEN.includes(state));
  };
  for (const end = Date.now() + SETTLE_MS; Date.now() < end; await delay(POLL_MS)) {
    if ((await open()).length === 0) return [];
  }
  const { recipients } = (await system.get(`/v1/notices/${id}`)) ?? {};
  const left = { open: await open(), recipients, done };
  return [`${id} of ${system.org} does not settle: ${JSON.stringify(left)}`];
}

/** Returns a message for each holder that shows something other than the expected. */
async function compare(
  { id, system, done }: Life,
  systems: ReadonlyMap<string, LifeSystem>,
): Promise<readonly string[]> {
  const life = await system.life(id);
  const wrong: string[] = [];
  for (const holder of systems.values()) {
    if (holder === system) continue;
    const expected = await expectedAt(holder.org, { id, system, done }, life);
    const found = await shownBy(holder, system.org, id);
    const [is, should] = [JSON.stringify(found ?? null), JSON.stringify(expected ?? null)];
    if (is !== should)
      wrong.push(
        `${id} of ${system.org} at ${holder.org}: ${is}, not ${should} after ${JSON.stringify(done)}`,
      );
  }
  return wrong;
}

async function shownBy(holder: LifeSystem, originator: string, id: string): Promise<Expected | undefined> {
  const held = await holder.get(`/v1/inbox/${originator}/${id}`);
  if (held === undefined) return undefined;
  return { number: Number(held['number']), sections: Object.keys(held['sections'] as object).toSorted() };
}

/**
 * Returns what one holder must show after the newest revision and the later actions; undefined for nothing.
 */
async function expectedAt(
  org: string,
  { id, system, done }: Life,
  { ended, suspendedUntil, revisions, actions }: ShownLife,
): Promise<Expected | undefined> {
  if (ended !== undefined || suspendedUntil !== undefined) return undefined;
  const shown = await system.get(`/v1/notices/${id}`);
  const recipients = (shown?.['recipients'] ?? []) as readonly ShownOutcome[];
  const outcome = recipients.find((one) => one.org === org);
  if (outcome === undefined || !['delivered', 'redacted'].includes(outcome.outcome)) return undefined;
  const since = done.slice(done.findLastIndex(({ verb }) => verb === 'amend') + 1);
  const accepted = (did: Done): boolean =>
    actions.find(({ action }) => action === did.action)?.state !== 'refused';
  const sections = new Set(outcome.sections);
  let isBarred = false;
  for (const did of since.filter((one) => one.holder === org && accepted(one))) {
    if (did.verb === 'unseal' && !isBarred && did.section !== undefined) sections.add(did.section);
    if (did.verb !== 'restrict') continue;
    if (did.section === undefined) isBarred = true;
    else sections.delete(did.section);
  }
  const number = Math.max(...revisions.map((one) => one.number));
  return isBarred ? undefined : { number, sections: [...sections].toSorted() };
}

/** Kills a process every second or two, and takes the broker's disk once. */
async function disturb(federation: TestFederation, signal: AbortSignal): Promise<void> {
  const names = ['router', 'router-2', 'nats', ...federation.orgs.map((org) => `gateway-${org}`)];
  const isOn = (): boolean => !signal.aborted;
  for (let round = 0; isOn(); round += 1) {
    await delay(1_000 + Math.random() * 1_500, undefined, { signal }).catch(() => undefined);
    if (!isOn()) return;
    if (round === 6) {
      await loseDisk(federation);
      continue;
    }
    const victim = names[Math.floor(Math.random() * names.length)]!;
    await federation.pidOf(victim);
    federation.kill(victim);
  }
}

async function loseDisk(federation: TestFederation): Promise<void> {
  await federation.pidOf('nats');
  federation.kill('nats', 'SIGSTOP');
  const data = federation.home.nats('data');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  const pid = federation.kill('nats', 'SIGKILL');
  await federation.pidOf('nats', pid);
  await until(
    'the streams to be created again',
    async () => (await federation.cli('provision', '--after-loss')).code === 0,
    60_000,
  );
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
