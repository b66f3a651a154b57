import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HolderAction } from '../../../services/gateway/holding/apply-action.js';
import { judgeArrival } from '../../../services/gateway/holding/judge-arrival.js';
import { createEndWarnings } from '../../../services/gateway/holding/warn-of-ends.js';
import { createSearch } from '../../../services/gateway/http/search.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { nextWarning } from '../../../services/shared/notice/warnings.js';
import type { NewHeld } from '../../../services/shared/store/gateway/gateway-deliveries.js';
import { type GatewayStore, openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readDisclosure } from '../../../services/shared/trust/disclosure.js';
import { issueNotice, joinSdJwt, splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { makeFederation, NOW } from '../../shared/trust/federation.js';
import { exampleNotice } from '../../shared/trust/notices.js';
import { proofOf } from './proof-of.js';
import { storeHeld } from './store-held.js';

const DAY = 86_400_000;
const START = NOW.getTime();
const ORIGINATOR = 'europol';
const ME = parseOrgId('afripol');
const CANARY = 'canaryalpha';
const disclosedOf = (sdJwt: string): string => digest(splitSdJwt(sdJwt).disclosures.join());

let folder: string;
let store: GatewayStore;
let jwt: string;
let texts: ReadonlyMap<string, string>;

beforeAll(async () => {
  const federation = await makeFederation();
  const threat = { ...Object(exampleNotice().sections.threat), description: CANARY };
  const judicial = exampleNotice().sections.judicial;
  const notice = exampleNotice('red', { sections: { threat, judicial } });
  const signer = federation.signer('europol:notice:1');
  const issued = splitSdJwt(await issueNotice(notice, { federation: 'demo', signer }));
  jwt = issued.jwt;
  texts = new Map(issued.disclosures.map((text) => [readDisclosure(text).name as string, text]));
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-arrival-'));
  store = openGatewayStore(join(folder, 'gateway.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function notice(id: string, step = 1): NewHeld {
  const given = [...texts].filter(([name]) => name !== 'judicial' && name !== 'routing');
  const sdJwt = joinSdJwt(
    jwt,
    given.map(([, text]) => text),
  );
  const times = { exp: (START + 400 * DAY) / 1000, reviewAt: START + 200 * DAY };
  const warnAt = nextWarning({ reviewAt: times.reviewAt, endsAt: times.exp * 1000 }, START)?.at ?? null;
  const about = { id, number: START + step, kind: 'red', ...times, warnAt, forget: START + 2_000 * DAY };
  return {
    ...about,
    digest: digest(jwt),
    disclosed: disclosedOf(sdJwt),
    delivered: disclosedOf(sdJwt),
    leaf: 0,
    sdJwt,
  };
}

interface Acting {
  readonly type: string;
  readonly reason?: string | null;
  /** The disclosure that an unseal brings. */
  readonly text?: string;
  readonly [field: string]: unknown;
}

function action(id: string, step: number, { reason = null, text, ...item }: Acting): HolderAction {
  const statement = `${id} ${step}`;
  const name = digest(statement);
  const marked = { number: START + step, digest: name, ...item } as HolderAction['item'];
  return { digest: name, id, reason, item: marked, disclosure: text, proof: proofOf(statement) };
}

const withdraw = (id: string, step: number): HolderAction =>
  action(id, step, { type: 'withdraw', reason: 'issued-in-error' });
const suspend = (id: string, step: number, days = 30): HolderAction =>
  action(id, step, { type: 'suspend', until: START + days * DAY, reason: 'under-review' });
const restrict = (id: string, step: number, sections?: readonly string[]): HolderAction =>
  action(id, step, { type: 'restrict', to: ME, ...(sections && { sections }), reason: 'by-originator' });
function unseal(id: string, step: number): HolderAction {
  const text = texts.get('judicial') ?? '';
  const named = { to: ME, section: 'judicial', notice: digest(jwt), disclosure: digest(text) };
  return action(id, step, { type: 'unseal', ...named, text });
}

/** Judges and stores a delivery, as the gateway does. */
async function arrive(
  {
    actions = [],
    notices = [],
  }: { readonly actions?: readonly HolderAction[]; readonly notices?: readonly NewHeld[] },
  at = START,
) {
  const context = { originator: ORIGINATOR, ...store.holdings, org: ME, disclosedOf, at };
  const judged = judgeArrival({ actions, notices }, context);
  const fresh = notices.filter((one) => !judged.outcomes.has(one));
  await store.commit(() => {
    storeHeld(store, ORIGINATOR, [...fresh, ...judged.held]);
    for (const write of judged.writes) expect(store.holdings.write(write)).toBe(true);
  });
  return judged;
}

const shown = (id: string) => store.inbox.find(ORIGINATOR, id);
const events = (): readonly string[] =>
  store.inbox.eventsAfter(0, 100).map(({ name, id }) => `${name} ${id}`);
const found = async (text: string): Promise<number> =>
  (await createSearch(store).inbox({ text, limit: 10 })).rows.length;
const onDisk = (text: string): boolean =>
  readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes(text));
const textOf = (section: string): string => texts.get(section) ?? '?';

describe('the arrival of actions', () => {
  test('a withdraw erases the notice from every file, index and interface', async () => {
    await arrive({ notices: [notice('a')] });
    expect(await found(CANARY)).toBe(1);
    expect([onDisk(CANARY), onDisk(textOf('threat'))]).toEqual([true, true]);
    const { answers } = await arrive({ actions: [withdraw('a', 2)] });
    expect(answers[0]).toMatchObject({ type: 'destroyed', after: null });
    expect(await store.checkpoint()).toBe(true);
    expect([shown('a'), await found(CANARY), onDisk(CANARY), onDisk(textOf('threat'))]).toEqual([
      undefined,
      0,
      false,
      false,
    ]);
    expect(events()).toEqual(['ended a']);
    expect(JSON.parse(store.inbox.eventsAfter(0, 1)[0]?.detail ?? '')).toEqual({ reason: 'issued-in-error' });
  });

  test('a copy that arrives after its withdraw is never stored', async () => {
    await arrive({ actions: [withdraw('a', 2)] });
    const late = notice('a');
    const { outcomes, held } = await arrive({ notices: [late] });
    expect([outcomes.get(late), held, shown('a')]).toEqual([
      { type: 'superseded', held: null },
      [],
      undefined,
    ]);
    expect(onDisk(textOf('threat'))).toBe(false);
  });

  test('a withdraw in the same delivery as its notice leaves nothing stored', async () => {
    const both = notice('a');
    const { outcomes } = await arrive({ actions: [withdraw('a', 2)], notices: [both] });
    expect(outcomes.get(both)?.type).toBe('superseded');
    expect(onDisk(textOf('threat'))).toBe(false);
  });

  test('a restrict of a section erases it alone, in the copy, in the text index and on the disk', async () => {
    await arrive({ notices: [notice('a')] });
    expect(await found(CANARY)).toBe(1);
    const seq = shown('a')?.seq ?? 0;
    await arrive({ actions: [restrict('a', 2, ['threat'])] });
    await store.checkpoint();
    expect([await found(CANARY), onDisk(CANARY), onDisk(textOf('threat'))]).toEqual([0, false, false]);
    expect(await found('europol')).toBe(1);
    const row = shown('a');
    expect(row?.change).toBe('restricted');
    expect(JSON.parse(row?.detail ?? '')).toEqual({ reason: 'by-originator', sections: ['threat'] });
    expect(row?.seq).toBeGreaterThan(seq);
    expect(row?.sdJwt).toContain(textOf('identity'));
  });

  test('an unseal adds one section, also before its notice, and a withdraw erases that section from the disk', async () => {
    await arrive({ notices: [notice('a')] });
    await arrive({ actions: [unseal('a', 2), unseal('b', 2)] });
    expect(shown('a')?.sdJwt).toContain(textOf('judicial'));
    expect(shown('a')?.change).toBe('unsealed');
    expect(onDisk(textOf('judicial'))).toBe(true);
    await arrive({ notices: [notice('b')] });
    expect(shown('b')?.sdJwt).toContain(textOf('judicial'));
    await arrive({ actions: [withdraw('a', 3), withdraw('b', 3)] });
    await store.checkpoint();
    expect(onDisk(textOf('judicial'))).toBe(false);
  });

  test('the statement of an action is kept only as long as it decides what is held', async () => {
    const kept = (): readonly string[] =>
      (JSON.parse(shown('a')?.actions ?? '[]') as readonly { readonly statement: string }[]).map(
        ({ statement }) => statement,
      );
    await arrive({ actions: [restrict('a', 2, ['threat'])], notices: [notice('a')] });
    await arrive({ actions: [unseal('a', 3), suspend('a', 4), action('a', 5, { type: 'resume' })] });
    expect(kept()).toEqual(['a 2', 'a 3']);
    expect(shown('a')?.delivered).toBe(notice('a').delivered);
    expect(shown('a')?.delivered).not.toBe(store.inbox.known(ORIGINATOR, 'a')?.disclosed);
    await arrive({ actions: [restrict('a', 6, ['judicial'])] });
    expect(kept()).toEqual(['a 2', 'a 6']);
    await arrive({ actions: [restrict('a', 7)] });
    expect(store.holdings.read(ORIGINATOR, 'a').actions).toBe('[]');
  });

  test('a suspended notice is not shown or found until its resume or the end of the suspension', async () => {
    await arrive({ notices: [notice('a'), notice('b')] });
    await arrive({ actions: [suspend('a', 2), suspend('b', 2)] });
    expect(events()).toEqual(['suspended a', 'suspended b']);
    for (const id of ['a', 'b']) expect(shown(id)).toBeUndefined();
    expect(await found(CANARY)).toBe(0);
    expect(store.inbox.after(0, 10)).toEqual([]);
    const resumed = action('a', 3, { type: 'resume' });
    await arrive({ actions: [resumed] });
    expect(shown('a')?.change).toBe('resumed');
    await store.commit(() => store.sweep(START + 30 * DAY - 1));
    expect(shown('b')).toBeUndefined();
    const { told } = await store.commit(() => store.sweep(START + 30 * DAY));
    expect([told, shown('b')?.change, await found(CANARY)]).toEqual([true, 'resumed', 2]);
  });

  test('a notice that arrives after its suspension is stored and not shown', async () => {
    await arrive({ actions: [suspend('a', 2)] });
    const late = notice('a');
    const { outcomes } = await arrive({ notices: [late] });
    expect([outcomes.get(late)?.type, shown('a'), store.inbox.after(0, 9)]).toEqual(['held', undefined, []]);
    await store.commit(() => store.sweep(START + 31 * DAY));
    expect(shown('a')?.sdJwt).toBe(late.sdJwt);
  });

  test('an extension moves the end, and a notice that has expired is not extended', async () => {
    await arrive({ notices: [notice('a'), notice('b')] });
    const later = { type: 'extend', expiresAt: START + 500 * DAY };
    await arrive({ actions: [action('a', 2, { ...later, reason: 'still-needed' })] });
    expect(shown('a')).toMatchObject({ change: 'extended', exp: (START + 500 * DAY) / 1000 });
    await store.commit(() => store.sweep(START + 450 * DAY));
    expect([shown('a') !== undefined, shown('b')]).toEqual([true, undefined]);
    const { answers } = await arrive({ actions: [action('b', 2, later)] });
    expect(answers[0]).toMatchObject({ type: 'not-held', code: 'notice-ended' });
    expect((await arrive({ notices: [notice('b', 9)] })).held).toEqual([]);
  });

  test('a copy that is kept on a ground survives withdraw and expiry, and is not shown', async () => {
    await arrive({ notices: [notice('a'), notice('b')] });
    for (const id of ['a', 'b']) await keep(id);
    const { answers } = await arrive({ actions: [withdraw('a', 2)] });
    expect(answers[0]).toMatchObject({ type: 'kept', code: 'legal-hold' });
    expect(events()).toEqual(['ended a']);
    const { expired } = await store.commit(() => store.sweep(START + 401 * DAY));
    expect(expired).toEqual([]);
    for (const id of ['a', 'b']) {
      expect(shown(id)).toBeUndefined();
      expect(store.holdings.read(ORIGINATOR, id).copy?.kept).toBe(1);
    }
    expect(await found(CANARY)).toBe(0);
  });

  test('a write on an outdated holding changes nothing', async () => {
    await arrive({ notices: [notice('a')] });
    const context = { originator: ORIGINATOR, ...store.holdings, org: ME, disclosedOf, at: START };
    const { writes } = judgeArrival({ actions: [withdraw('a', 3)], notices: [] }, context);
    await arrive({ actions: [suspend('a', 2)] });
    expect(await store.commit(() => writes.map(store.holdings.write))).toEqual([false]);
    expect(store.holdings.read(ORIGINATOR, 'a').copy).toBeDefined();
  });

  test('local systems are warned of the review and of the end, once each, also after an extension', async () => {
    const warn = createEndWarnings({ store, onTold: () => undefined });
    const at = (day: number) => warn(START + day * DAY, new AbortController().signal);
    await arrive({ notices: [notice('a')] });
    for (const day of [0, 199, 200, 201, 300, 370, 371, 394]) await at(day);
    expect(events()).toEqual(['review a', ...Array.from({ length: 3 }, () => 'expiring a')]);
    const later = { type: 'extend', expiresAt: START + 500 * DAY };
    await arrive({ actions: [action('a', 2, later)] }, START + 395 * DAY);
    await at(494);
    expect(events().slice(4)).toEqual(['expiring a', 'expiring a']);
  });

  async function keep(id: string): Promise<void> {
    const { known: _known, registers = '{}', copy, ...stored } = store.holdings.read(ORIGINATOR, id);
    const more = { changes: [], ended: undefined, forget: START, at: START };
    const state = JSON.stringify({ ...JSON.parse(registers) });
    const read = judgeArrival(
      { actions: [action(id, 0, { type: 'resume' })], notices: [] },
      { originator: ORIGINATOR, ...store.holdings, org: ME, disclosedOf, at: START },
    ).writes[0];
    const registered = read?.registers ?? state;
    await store.commit(() =>
      store.holdings.write({
        originator: ORIGINATOR,
        id,
        ...stored,
        ...more,
        registers: registered,
        copy,
        keep: 'legal-hold',
      }),
    );
  }
});
