import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ActionContent } from '../../../services/shared/ledger/action.js';
import { verifyHeld } from '../../../services/shared/ledger/held/verify-held.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, type Crafted, someFrame } from '../craft.js';
import { follow, type Listener } from '../follow.js';
import { type Hub, playHub } from '../play-hub.js';
import { hearLog, type Json, startGateway, type Started } from '../start-gateway.js';
import { act, handOver } from './hand-over-actions.js';

const DAY_S = 86_400;
const afripol = parseOrgId('afripol');
const log = hearLog();
let broker: Broker;
let hub: Hub;
let gateway: Started;
let listener: Listener;
let skew = 0;
const now = (): Date => new Date(Date.now() + skew);

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'afripol', { clock: now, settings: { sweepMs: 50 }, log: log.log });
  hub = await playHub(broker, gateway.identity.directory.current(), now);
  await hub.serve('afripol');
  listener = await follow(gateway, { token: readSecret(broker.home.org(afripol, 'token')) });
});
afterAll(async () => {
  listener?.stop();
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

type Handed = Parameters<typeof handOver>[1];
type Given = Omit<ActionContent, 'id' | 'number'> & { readonly gifts?: readonly Crafted[] };

/** Delivers an action on a notice, and returns the answer in the receipt. */
async function tell({ notice }: Crafted, step: number, { gifts = [], ...given }: Given): Promise<Json> {
  const content = { id: notice.id, number: Date.now() + step, ...given };
  const action = await act({ broker, hub, now }, content);
  const receipt = await receiptFor({ actions: [action], gifts });
  const [said, ...more] = receipt['actions'] as readonly Json[];
  expect([more, said?.['digest'], said?.['id']]).toEqual([[], digest(action.statement), notice.id]);
  return { ...said, except: receipt['except'] };
}

/** Hands over actions and notices in one delivery; returns the receipt for it. */
async function receiptFor(handed: Partial<Pick<Handed, 'actions' | 'gifts'>>): Promise<Json> {
  const [frame, before] = [someFrame(), hub.receipts.length];
  await handOver({ hub, now }, { to: afripol, actions: [], ...handed, frame });
  const said = () =>
    hub.receipts
      .slice(before)
      .flatMap(({ message }) => message.receipts)
      .map(({ statement }) => claimsIn(statement) as Json);
  return until('a receipt', () => said().find(({ delivery }) => delivery === frame));
}

/** A notice of europol that afripol holds without the section `judicial`. */
async function hold(canary = 'none'): Promise<Crafted> {
  const gift = await craft(broker, hub.directory, { canary, number: Date.now() });
  await receiptFor({ gifts: [withoutJudicial(gift)] });
  return gift;
}

const withoutJudicial = (gift: Crafted): Crafted => ({
  ...gift,
  sections: gift.sections.filter((section) => section !== 'judicial'),
});

const inbox = (path: string) => gateway.call('GET', `/v1/inbox${path}`);
const shown = async ({ notice }: Crafted) => inbox(`/europol/${notice.id}`);
const stateOf = async ({ notice }: Crafted) => (await inbox(`/europol/${notice.id}/life`)).body['state'];
/** Returns the codes of what does not verify in a shown copy, with the directory alone. */
const codesOf = async (body: Json) =>
  (await verifyHeld(body as never, { directory: hub.directory, holder: afripol, now: now() })).codes;
const heard = ({ notice }: Crafted): readonly string[] =>
  listener.events.filter(({ id }) => id === notice.id).map(({ name }) => name);
const lastData = ({ notice }: Crafted): Json =>
  listener.events.findLast(({ id }) => id === notice.id)?.data ?? {};

/** Every file of the home of afripol. */
function filesOf(folder = dirname(broker.home.org(afripol, 'gateway.db'))): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });
}
const filesWith = (text: string): readonly string[] =>
  filesOf().filter((path) => readFileSync(path).includes(text));

describe('gateway: an action on a held notice', () => {
  test('withdraw erases it from every file, log and interface, and is answered `destroyed`', async () => {
    const canary = randomBytes(16).toString('hex');
    const gift = await hold(canary);
    const text = gift.notice.disclosures.get('threat') ?? '?';
    expect((await inbox(`?text=${canary}`)).body['items']).toHaveLength(1);
    expect([filesWith(canary).length > 0, filesWith(text).length > 0]).toEqual([true, true]);
    const said = await tell(gift, 1, { verb: 'withdraw', reason: 'issued-in-error' });
    expect(said).toMatchObject({ type: 'destroyed', before: expect.any(String) as string, after: null });
    await until('its bytes are gone', () => filesWith(text).length + filesWith(canary).length === 0);
    for (const path of [
      '',
      `?text=${canary}`,
      `/europol/${gift.notice.id}`,
      `/europol/${gift.notice.id}/life`,
    ]) {
      expect(JSON.stringify((await inbox(path)).body)).not.toContain(canary);
    }
    expect(JSON.stringify(log.lines)).not.toContain(canary);
    await until('it is told', () => heard(gift).includes('ended'));
    expect(lastData(gift)).toMatchObject({ reason: 'issued-in-error', originator: 'europol' });
    expect([(await shown(gift)).status, await stateOf(gift)]).toEqual([404, 'ended']);
  });

  test('withdraw before its notice is answered `not-held`, and the copy that arrives later is not stored', async () => {
    const gift = await craft(broker, hub.directory, {
      canary: randomBytes(8).toString('hex'),
      number: Date.now(),
    });
    expect(await tell(gift, 1, { verb: 'withdraw', reason: 'basis-gone' })).toMatchObject({
      type: 'not-held',
    });
    const receipt = await receiptFor({ gifts: [gift] });
    expect(receipt['except']).toMatchObject([{ index: 0, type: 'superseded' }]);
    expect(filesWith(gift.notice.disclosures.get('threat') ?? '?')).toEqual([]);
  });

  test('withdraw in the same delivery as its notice leaves nothing stored', async () => {
    const gift = await craft(broker, hub.directory, {
      canary: randomBytes(8).toString('hex'),
      number: Date.now(),
    });
    const gifts = [withoutJudicial(gift)];
    const said = await tell(gift, 1, { verb: 'withdraw', reason: 'basis-gone', gifts });
    expect(said).toMatchObject({ type: 'not-held', except: [{ index: 0, type: 'superseded' }] });
    expect(filesWith(gift.notice.disclosures.get('threat') ?? '?')).toEqual([]);
  });

  test('withdraw that arrives in a second delivery gets the same answer', async () => {
    const gift = await hold();
    const content = {
      id: gift.notice.id,
      number: Date.now() + 1,
      verb: 'withdraw',
      reason: 'basis-gone',
    } as const;
    const actions = [await act({ broker, hub, now }, content)];
    const [once, again] = [await receiptFor({ actions }), await receiptFor({ actions })];
    expect(once['actions']).toMatchObject([{ type: 'destroyed' }]);
    expect(again['actions']).toEqual(once['actions']);
  });

  test('restrict of a section erases it alone; the rest is served as before', async () => {
    const canary = randomBytes(16).toString('hex');
    const gift = await hold(canary);
    const said = await tell(gift, 1, {
      verb: 'restrict',
      reason: 'by-originator',
      listed: [{ to: afripol, sections: ['threat'] }],
    });
    expect(said['type']).toBe('destroyed');
    expect(said['after']).not.toBe(said['before']);
    await until('its bytes are gone', () => filesWith(canary).length === 0);
    const { body } = await shown(gift);
    expect(Object.keys(Object(body['sections']))).not.toContain('threat');
    expect(Object.keys(Object(body['sections']))).toContain('identity');
    expect(await codesOf(body)).toEqual([]);
    await until('it is told', () => heard(gift).includes('restricted'));
    expect(lastData(gift)).toMatchObject({
      life: { change: { name: 'restricted', reason: 'by-originator', sections: ['threat'] } },
    });
  });

  test('restrict with the leaf of another holder is refused: nothing is erased or answered', async () => {
    const [gift, gccpol] = [await hold(), parseOrgId('gccpol')];
    const content = {
      id: gift.notice.id,
      number: Date.now() + 1,
      verb: 'restrict',
      reason: 'by-policy',
    } as const;
    const other = await act({ broker, hub, now }, { ...content, listed: [{ to: gccpol }] });
    const [receipts, refused] = [hub.receipts.length, gateway.store.rejected().length];
    await handOver({ hub, now }, { to: afripol, actions: [other], leafOf: gccpol });
    await until('it is refused', () => gateway.store.rejected().length > refused);
    expect(gateway.store.rejected().at(-1)?.code).toBe('audience-mismatch');
    expect([(await shown(gift)).status, hub.receipts.length]).toEqual([200, receipts]);
  });

  test('unseal adds exactly one section, which verifies by the signature of the notice', async () => {
    const gift = await hold();
    const text = gift.notice.disclosures.get('judicial') ?? '?';
    const listed = [
      { to: afripol, section: 'judicial', digest: gift.notice.digest, disclosure: digest(text) },
    ] as const;
    const said = await tell(gift, 1, { verb: 'unseal', listed, disclosures: [text] });
    expect(said['type']).toBe('held');
    const { body } = await shown(gift);
    expect(Object.keys(Object(body['sections']))).toContain('judicial');
    expect(await codesOf(body)).toEqual([]);
    await until('it is told', () => heard(gift).includes('unsealed'));
  });

  test('suspend hides the notice from every interface until a resume, or until `until` by a steady clock', async () => {
    const gift = await hold('suspendedword');
    const suspension = {
      verb: 'suspend',
      reason: 'under-review',
      until: Math.floor(now().getTime() / 1000) + 30 * DAY_S,
    } as const;
    expect(await tell(gift, 1, suspension)).toMatchObject({ type: 'held' });
    await until('it is told', () => heard(gift).includes('suspended'));
    expect(lastData(gift)).not.toHaveProperty('sections');
    expect([(await shown(gift)).status, await stateOf(gift)]).toEqual([404, 'suspended']);
    expect((await inbox('?text=suspendedword')).body['items']).toEqual([]);
    await tell(gift, 2, { verb: 'resume' });
    expect((await shown(gift)).status).toBe(200);
    await tell(gift, 3, suspension);
    expect((await shown(gift)).status).toBe(404);
    await until('it is told again', () => heard(gift).filter((name) => name === 'suspended').length === 2);
    skew = 31 * DAY_S * 1000;
    await until('it is shown', async () => (await shown(gift)).status === 200);
    await until('it is told', () => heard(gift).at(-1) === 'resumed');
    skew = 0;
    expect(lastData(gift)).toMatchObject({ life: { change: { name: 'resumed' } } });
  });

  test('extend sets a later end, also for a copy that arrives after its own end', async () => {
    const [gift, late] = [
      await hold(),
      await craft(broker, hub.directory, { number: Date.now(), expiresAfter: 'P30D' }),
    ];
    const expiresAt = Math.floor(now().getTime() / 1000) + 4 * 365 * DAY_S;
    await tell(gift, 1, { verb: 'extend', reason: 'still-needed', expiresAt });
    const { body } = await shown(gift);
    expect(body['life']).toMatchObject({ expiresAt: new Date(expiresAt * 1000).toISOString() });
    await until('it is told', () => heard(gift).includes('extended'));
    const said = await tell(late, 1, { verb: 'extend', reason: 'still-needed', expiresAt });
    expect(said['type']).toBe('not-held');
    skew = 2 * DAY_S * 1000;
    const receipt = await receiptFor({ gifts: [late] });
    expect(receipt['except']).toEqual([]);
    const copy = await shown(late);
    expect([copy.status, await codesOf(copy.body)]).toEqual([200, []]);
    skew = 0;
  });

  test('suspend with a lower number than a resume is answered `superseded`, and the notice stays shown', async () => {
    const gift = await hold();
    await tell(gift, 5, { verb: 'resume' });
    const until = Math.floor(now().getTime() / 1000) + DAY_S;
    const said = await tell(gift, -5_000, { verb: 'suspend', reason: 'under-review', until });
    expect(said['type']).toBe('superseded');
    expect((await shown(gift)).status).toBe(200);
  });
});

test('gateway holding: a resume that is judged while its notice is being stored leaves the notice held', async () => {
  const gifts = await Promise.all(
    Array.from({ length: 150 }, (_, step) => craft(broker, hub.directory, { number: Date.now() + step })),
  );
  await Promise.all(
    gifts.map(async (gift) => {
      const content = { id: gift.notice.id, number: Date.now() + 100, verb: 'resume' } as const;
      const action = await act({ broker, hub, now }, content);
      await Promise.all([
        handOver({ hub, now }, { to: afripol, actions: [], gifts: [withoutJudicial(gift)] }),
        handOver({ hub, now }, { to: afripol, actions: [action], gifts: [] }),
      ]);
    }),
  );
  await until('every notice to be held', async () => {
    const states = await Promise.all(gifts.map(stateOf));
    return states.every((state) => state === 'held');
  });
});
