import { rmSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noticeSteps, type RecipeSteps } from '../../../services/router/frames/recipe.js';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { queryDatabase } from '../../../services/shared/store/sqlite.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { send as sendFrom } from './alfa.js';

type Step = keyof RecipeSteps;

/** Recipe steps that throw once at every frame, before or after one of them, as a crash would; what was stored stays stored. */
function dyingOnce(step: Step, when: 'before' | 'after'): RecipeSteps {
  const died = new Set<string>();
  const run = noticeSteps[step] as (...args: readonly unknown[]) => unknown;
  const wrapped = (...args: readonly unknown[]): unknown => {
    const about = args.map(frameIn).join();
    const die = (): never => {
      died.add(about);
      throw new Error('killed');
    };
    if (died.has(about)) return run(...args);
    return when === 'before' ? die() : Promise.resolve(run(...args)).then(die);
  };
  return { ...noticeSteps, [step]: wrapped };
}

/** The id of the frame that an argument of a step is or refers to. */
function frameIn(value: unknown): string {
  const { frame, id } = value as { readonly frame?: { readonly id: string }; readonly id?: string };
  return frame?.id ?? id ?? '';
}

const TABLES = ['action', 'act', 'act_answer', 'changed', 'ask', 'notice', 'delivery', 'receipt'];
/**
 * Columns that differ between routers: the state of a router's own deliveries, and where it read a record.
 */
const LOCAL = ['status', 'placed', 'epoch', 'seq'];

/** The value of a column for comparison: JSON parsed, bytes in hex, times in whole seconds as in records. */
function valueIn(name: string, value: unknown): unknown {
  if (name === 'at') return Math.floor(Number(value) / 1000);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'string' && /^[[{]/.test(value) ? (JSON.parse(value) as unknown) : value;
}

/** The projection of a router: its rows by table, without what is not on the ledger. */
function projectionIn(path: string): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(
    TABLES.map((table) => {
      const rows = queryDatabase<Readonly<Record<string, unknown>>>(path, `SELECT * FROM ${table}`);
      const known = rows.map((row) =>
        Object.fromEntries(
          Object.entries(row)
            .filter(([name]) => !LOCAL.includes(name))
            .map(([name, value]) => [name, valueIn(name, value)]),
        ),
      );
      return [table, known.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))];
    }),
  );
}

/** Sorts rows by what names them. */
function keyOf({
  digest = '',
  action = '',
  jti = '',
  frame = '',
  recipient = '',
  receipt = '',
}: Record<string, unknown>): string {
  return [digest, action, jti, frame, recipient, receipt].join();
}

let hub: TestHub;
let europol: PlayedGateway;
let interpol: PlayedGateway;
let afripol: PlayedGateway;
beforeEach(async () => {
  hub = await startHub({ routers: 2 });
  [europol, interpol, afripol] = (await Promise.all(
    ['europol', 'interpol', 'afripol'].map((org) => hub.gateway(org)),
  )) as [PlayedGateway, PlayedGateway, PlayedGateway];
  await Promise.all([
    europol.listen(),
    interpol.listen({ receipts: true }),
    afripol.listen({ receipts: true }),
  ]);
});
afterEach(() => hub.close());

const send = (items: Parameters<PlayedGateway['frame']>[0]): Promise<Sent> => sendFrom(europol, items);

/** Publishes and ends notices, and waits until every holder has answered. */
async function traffic(): Promise<readonly Sent[]> {
  const end = Math.floor(Date.now() / 1000) + 86_400;
  const ids = Array.from({ length: 3 }, () => parseNoticeId(uuidv7()));
  const [first, second, third] = ids as [(typeof ids)[0], (typeof ids)[0], (typeof ids)[0]];
  const issue = (id: typeof first, header = {}) => europol.issue({ id, number: Date.now(), header });
  const toOne = { addressees: [interpol.org] };
  const published = await send([await issue(first, toOne), await issue(second), await issue(third)]);
  await until('the receipts', () => europol.receipts.length >= 2);
  const sent = [
    await send([await europol.act({ id: first, verb: 'suspend', reason: 'under-review', until: end })]),
    // Its new recipient, afripol, is handed the suspension in force with the revision.
    await send([await issue(first)]),
    await send([
      await europol.act({ id: first, verb: 'withdraw', reason: 'basis-gone' }),
      await europol.act({
        id: second,
        verb: 'restrict',
        reason: 'by-policy',
        listed: [{ to: interpol.org }, { to: afripol.org, sections: ['judicial'] }],
      }),
    ]),
    await send([await issue(third)]),
  ];
  const all = [published, ...sent];
  await until('every answer', () => {
    const said = europol.receipts.map(({ delivery, recipient }) => `${delivery} ${recipient}`);
    // The suspension is the only frame with a single recipient.
    return new Set(said).size >= all.length * 2 - 1;
  });
  return all;
}

async function recordCount(sent: readonly Sent[]): Promise<number> {
  const frames = new Set(sent.map(({ id }) => id as string));
  return (await hub.auditor.records()).filter(({ type, frame }) => type === 'report' && frames.has(frame))
    .length;
}

describe('router: actions', () => {
  const steps = Object.keys(noticeSteps) as readonly Step[];
  test.each(steps.flatMap((step) => (['before', 'after'] as const).map((when) => [when, step] as const)))(
    'a crash %s `%s` of each frame: recorded once, handed to every holder with the suspension in force, answered by all',
    { tags: ['long'] },
    async (when, step) => {
      const router = await hub.start({ steps: dyingOnce(step, when) });
      await hub.open(router);
      const sent = await traffic();
      await until('the records', async () => (await recordCount(sent)) >= sent.length);
      expect(await recordCount(sent)).toBe(sent.length);
      for (const { org } of [interpol, afripol])
        expect(router.store.actions.owed(org, { after: 0, limit: 100 })).toEqual([]);
      const revised = afripol.held.filter(({ frame }) => frame === sent[2]?.id);
      expect(revised[0]?.actions).toMatchObject([{ verb: 'suspend' }]);
    },
  );

  test('have the same rows in the projections of two routers, and in one that is rebuilt', async () => {
    const routers: TestRouter[] = [await hub.start(), await hub.start({ number: 2 })];
    for (const router of routers) await hub.open(router);
    const sent = [...(await traffic()), ...(await traffic())];
    await until('the records', async () => (await recordCount(sent)) >= sent.length);
    const answered = (router: TestRouter) => () =>
      [interpol, afripol].every(
        ({ org }) => router.store.actions.owed(org, { after: 0, limit: 100 }).length === 0,
      ) && router.store.actions.countSince('europol', ['withdraw'], 0) === 2;
    for (const router of routers) await until('all to be read', answered(router));
    const positions = ({ store }: TestRouter) =>
      hub.broker.orgs.map((org) => store.ledger.lastSeq(org)).join();
    // The router that wrote the newest record of an organisation has applied it.
    await until('both to have read the same records', () => new Set(routers.map(positions)).size === 1);
    for (const router of routers) await router.stop();
    const path = (number: number): string => hub.broker.home.router(number, 'router.db');
    const live = projectionIn(path(1));
    expect(live['action']).toHaveLength(6);
    expect(projectionIn(path(2))).toEqual(live);
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path(2)}${suffix}`, { force: true });
    const rebuilt = await hub.start({ number: 2 });
    await hub.open(rebuilt);
    await rebuilt.stop();
    expect(projectionIn(path(2))).toEqual(live);
  });
});
